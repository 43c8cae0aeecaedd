"""The tour is what its generator writes, and every query of it runs and finds something."""

from __future__ import annotations

from random import Random

from core.warehouse import Session
from tests.transforms.happenings import night
from tests.transforms.raw import Raw
from tests.transforms.test_metrics import ago, payer, shopper, subscription
from transforms import reconcile
from transforms.questions import QUESTIONS, TOUR, render


def test_the_tour_is_up_to_date() -> None:
    assert TOUR.read_text(encoding="utf-8") == render(), (
        "the tour is out of date; run `python -m transforms.questions`"
    )


def test_twelve_questions_have_twelve_answers_on_every_warehouse(session: Session) -> None:
    raw = Raw()
    night(raw, Random(8), 30)
    shopper(raw, "best", *range(1, 170, 20), total="150.00")
    shopper(raw, "risky", 200)
    payer(raw, "payer")
    subscription(raw, "payer", "s", 900, 300)
    raw.put("zendesk", "users", id=77, name="best Byron", email="best@home.example")
    raw.put("zendesk", "tickets", id=770, requester_id=77, status="open", created_at=ago(3))
    raw.land(session)
    reconcile(session, now=raw.now())

    answers = {question: session.query(query).num_rows for question, query in QUESTIONS.items()}

    assert len(answers) == 12
    assert [question for question, count in answers.items() if not count] == []
