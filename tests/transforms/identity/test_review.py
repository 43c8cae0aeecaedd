"""A steward is asked what is most in doubt and would move most; an answer ends the question."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.errors import ConfigError
from core.ledger import Decision
from core.warehouse import Session
from tests.transforms.raw import Raw
from transforms import reconcile
from transforms.identity import review
from transforms.identity.review import Question
from transforms.identity.settings import Steering
from transforms.identity.steward import sides

NOW = datetime(2026, 1, 5, tzinfo=UTC)
PEOPLE = (
    ("1", "Bob Byron", "bob@x.example", "+44 20 7946 0019"),
    ("2", "Bob Byron", None, "+44 20 7946 0019"),
    ("3", "Robert Byron", "byron@y.example", "+44 20 7946 0019"),
    ("4", "Eve Noether", "eve@x.example", None),
    ("5", "Eva Noether", "eve@x.example", None),
    ("6", "Max Born", "eve@x.example", None),
    ("7", "", "eve@x.example", None),
)


@pytest.fixture
def raw() -> Raw:
    raw = Raw()
    for key, name, email, phone in PEOPLE:
        first, _, last = name.partition(" ")
        raw.put(
            "shopify",
            "customers",
            id=key,
            first_name=first,
            last_name=last,
            default_email_address__email_address=email,
            default_phone_number__phone_number=phone,
        )
    return raw


def asked(
    raw: Raw, session: Session, home: Path, decisions: tuple[Decision, ...] = (), limit: int = 9
) -> list[Question]:
    """Live a night and ask what is in doubt."""
    raw.land(session)
    reconcile(session, now=raw.now(), steering=Steering(home, decisions))
    raw.version += 1
    with review.opened(home, session) as state:
        return review.review(session, state, limit)


def about(question: Question) -> set[str]:
    return {question.stays.record, question.moves.record}


def test_what_is_in_doubt_is_asked_with_the_commands_that_answer(
    raw: Raw, session: Session, tmp_path: Path
) -> None:
    questions = asked(raw, session, tmp_path)

    assert {q.kind for q in questions} == {"join", "part"}
    assert [q.gain for q in questions] == sorted((q.gain for q in questions), reverse=True)
    join = next(q for q in questions if q.kind == "join")
    ids = f"{join.stays.customer_id} {join.moves.customer_id}"
    assert join.change == f"daybreak decide merge {ids}"
    assert join.keep == f"daybreak decide never {ids}"
    part = next(q for q in questions if about(q) == {"shopify:2", "shopify:3"})
    assert (part.stays.records, part.moves.records, part.moves.record) == (2, 1, "shopify:3")
    assert part.change == f"daybreak decide split {part.stays.customer_id} shopify:3"
    assert part.keep == "daybreak decide merge shopify:2 shopify:3"
    assert asked(raw, session, tmp_path, limit=2) == questions[:2]


def test_what_would_move_more_money_is_asked_first(
    raw: Raw, session: Session, tmp_path: Path
) -> None:
    before = asked(raw, session, tmp_path)
    least = min(before, key=lambda q: q.gain)
    raw.put(
        "shopify",
        "orders",
        id="o1",
        customer_id=least.moves.record.partition(":")[2],
        currency_code="EUR",
        total_price_set__shop_money__amount="9000.00",
        test=False,
        created_at=NOW,
    )

    first = asked(raw, session, tmp_path)[0]

    assert about(first) == about(least)
    assert (first.moves.orders, first.moves.earned_minor) == (1, 900_000)


@pytest.mark.parametrize("word", ["merge", pytest.param("never", marks=pytest.mark.proof)])
def test_an_answered_question_is_not_asked_again(
    word: str, raw: Raw, session: Session, tmp_path: Path
) -> None:
    questions = asked(raw, session, tmp_path)
    for question in questions:
        records = sides(session, "never", question.stays.record, question.moves.record)
        one, two = (tuple(each) for each in records)
        decided = Decision(1, "merge" if word == "merge" else "never", one, two)

        after = asked(raw, session, tmp_path, (decided,))

        assert about(question) not in [about(q) for q in after]


def test_a_state_that_is_not_of_these_customers_is_not_asked(
    raw: Raw, session: Session, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="no customers yet"), review.opened(tmp_path, session):
        pass
    asked(raw, session, tmp_path)
    reconcile(session, now=raw.now(), full=True)
    with pytest.raises(ConfigError, match="not at hand"), review.opened(tmp_path, session):
        pass
    with pytest.raises(ConfigError, match="not at hand"), review.opened(tmp_path / "x", session):
        pass
