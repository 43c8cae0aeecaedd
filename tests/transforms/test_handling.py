"""How requests for help went: answered when, solved when, opened again, and how they were taken."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from core.warehouse import Session
from tests.transforms.raw import Raw
from tests.transforms.told import day, one, reconciled, rows
from transforms import reconcile, tones

ANGRY, GLAD = "This is terrible. I am very angry.", "Thank you, that was great!"
GERMAN = "Wo bleibt mein Paket? Das ist sehr \u00e4rgerlich."


def minute(number: int) -> datetime:
    return day(0) + timedelta(minutes=number)


def asked(raw: Raw, key: int = 1, **more: Any) -> None:
    """Let Ada ask Zendesk, at minute 0."""
    raw.put("zendesk", "users", id=7, name="Ada Byron", email="ada@home.example")
    given = {"requester_id": 7, "submitter_id": 7, "status": "open", "created_at": minute(0)}
    raw.put("zendesk", "tickets", id=key, **{**given, **more})


def clock(raw: Raw, key: int, metric: str, at: int, **more: Any) -> None:
    told = {"metric": metric, "type": "fulfill", "instance_id": 1, "time": minute(at)}
    raw.put("zendesk", "ticket_metric_events", id=key, ticket_id=1, **{**told, **more})


def chatted(raw: Raw, *parts: tuple[str, str | None, str | None], **more: Any) -> None:
    """Let Ada write to Intercom; each part (kind, writer, words) is a minute after the last."""
    raw.put("intercom", "contacts", id="i", name="Ada Byron", email="ada@home.example")
    opened = {"contact_id": "i", "created_at": minute(0), "source__body": f"<p>{ANGRY}</p>"}
    given = {"source__delivered_as": "customer_initiated", "state": "closed", **opened}
    raw.put("intercom", "conversations", id="c", **{**given, **more})
    for number, (kind, writer, words) in enumerate(parts, 1):
        told = {"part_type": kind, "author__type": writer, "body": words}
        at = {"created_at": minute(number)}
        raw.put(
            "intercom", "conversation_parts", id=f"p{number}", conversation_id="c", **told, **at
        )


def test_zendesk_tells_when_it_first_answered_and_when_it_solved(session: Session) -> None:
    raw = Raw()
    asked(raw, status="solved")
    clock(raw, 1, "reply_time", 45)
    clock(raw, 2, "reply_time", 300, instance_id=2)
    clock(raw, 3, "reply_time", 3, type="activate")
    clock(raw, 4, "requester_wait_time", 130)
    raw.land(session)
    reconcile(session, now=raw.now())
    handled = one(session, "select * from ticket_handling")
    assert (handled["first_reply_minutes"], handled["resolution_minutes"]) == (45, 130)
    assert (handled["first_reply_at"], handled["reopened_count"]) == (minute(45), 0)


def test_what_a_helpdesk_does_not_tell_is_null_and_not_zero(memory: Session) -> None:
    raw = Raw()
    raw.put("dynamics", "incidents", incidentid="d", statecode=1, createdon=minute(0))
    asked(raw, status="solved", description=None)
    clock(raw, 1, "reply_time", -5)
    raw.land(memory)
    reconcile(memory, now=raw.now())
    for handled in rows(memory, "select * from ticket_handling"):
        told = ("first_reply_minutes", "resolution_minutes", "csat", "sentiment")
        assert [handled[name] for name in told] == [None] * 4


def test_the_first_answer_is_the_first_of_a_human_who_is_not_the_customer() -> None:
    raw = Raw()
    chatted(
        raw,
        ("comment", "bot", "We got it."),
        ("note", "admin", "She again."),
        ("comment", "user", "Hello?"),
        ("comment", "admin", "We are on it."),
        ("close", "admin", None),
    )
    handled = one(reconciled(raw), "select * from ticket_handling")
    assert (handled["first_reply_minutes"], handled["resolution_minutes"]) == (4, 5)
    assert (handled["messages_count"], handled["customer_messages_count"]) == (3, 2)


def test_freshdesk_is_answered_by_the_first_public_reply_and_a_private_note_is_none() -> None:
    raw = Raw()
    raw.put("freshdesk", "contacts", id=5, name="Ada Byron", email="ada@home.example")
    given = {"requester_id": 5, "status": 5, "created_at": minute(0)}
    raw.put("freshdesk", "tickets", id=1, **given)
    for number, (private, incoming) in enumerate([(True, False), (False, True), (False, False)], 1):
        said = {"private": private, "incoming": incoming, "body_text": ANGRY}
        at = {"created_at": minute(number)}
        raw.put("freshdesk", "conversations", ticket_id=1, id=number, **said, **at)
    session = reconciled(raw)
    handled = one(session, "select * from ticket_handling")
    assert (handled["first_reply_minutes"], handled["resolution_minutes"]) == (3, None)
    told = rows(session, "select direction from messages order by sent_at")
    assert [r["direction"] for r in told] == ["in", "note", "in", "out"]
    assert {r["customer_id"] for r in rows(session, "select customer_id from messages")} == {
        handled["customer_id"]
    }


def test_a_conversation_closed_twice_was_opened_again_once() -> None:
    raw = Raw()
    chatted(raw, ("close", "admin", None), ("comment", "user", ANGRY), ("close", "admin", None))
    assert one(reconciled(raw), "select * from ticket_handling")["reopened_count"] == 1
    raw.put("intercom", "conversations", id="c", state="open")
    again = one(reconciled(raw), "select * from ticket_handling")
    assert (again["reopened_count"], again["resolved_at"]) == (2, None)


def test_every_helpdesk_rates_from_nought_to_a_hundred() -> None:
    raw = Raw()
    asked(raw)
    for key, score in enumerate(["good", "badwithcomment", "offered"]):
        raw.put("zendesk", "satisfaction_ratings", id=key, ticket_id=1, score=score)
    for points in range(1, 6):
        rating = {"conversation_rating__rating": points}
        raw.put("intercom", "conversations", id=str(points), **rating)
    for points in (103, 102, 101, 100, -101, -102, -103):
        rating = {"ratings__default_question": points}
        raw.put("freshdesk", "satisfaction_ratings", id=200 + points, ticket_id=1, **rating)
    found: dict[str, set[int]] = {}
    for row in rows(reconciled(raw), "select source, csat from ratings"):
        found.setdefault(row["source"], set()).add(row["csat"])
    assert found == {
        "zendesk": {0, 100},
        "intercom": {0, 25, 50, 75, 100},
        "freshdesk": {0, 17, 33, 50, 67, 83, 100},
    }


def test_the_last_verdict_on_a_ticket_is_the_one_that_counts(memory: Session) -> None:
    raw = Raw()
    asked(raw)
    for key, (score, at) in enumerate([("good", 9), ("bad", 5)]):
        given = {"requester_id": 7, "score": score, "created_at": minute(at)}
        raw.put("zendesk", "satisfaction_ratings", id=key, ticket_id=1, **given)
    raw.land(memory)
    reconcile(memory, now=raw.now())
    assert one(memory, "select csat from ticket_handling") == {"csat": 100}
    assert one(memory, "select csat from customer_metrics") == {"csat": 100}


@pytest.mark.parametrize(
    ("text", "language", "mood"),
    [
        (ANGRY, "en", -77),
        (f"<p>{GLAD}</p>", "en", 78),
        (f"{GLAD}\n> {ANGRY}", "en", 78),
        ("Where is my order?", "en", 0),
        (GERMAN, "de", None),
    ],
)
def test_mood_is_read_in_english_and_not_known_in_another_language(
    text: str, language: str, mood: int | None
) -> None:
    assert tones.read_text(text) == (language, mood)


def test_a_ticket_feels_like_the_mean_of_what_the_customer_wrote(session: Session) -> None:
    raw = Raw()
    chatted(raw, ("comment", "admin", "Terrible, awful, horrible!"), ("comment", "user", GLAD))
    asked(raw, description=GERMAN)
    raw.land(session)
    reconcile(session, now=raw.now())
    felt = {r["source"]: r["sentiment"] for r in rows(session, "select * from ticket_handling")}
    assert felt == {"intercom": 1, "zendesk": None}
    assert one(session, "select sentiment from customer_metrics") == {"sentiment": 1}


def test_a_customer_feels_like_their_latest_ticket_that_tells(memory: Session) -> None:
    raw = Raw()
    for key, words in enumerate([ANGRY, GLAD, None]):
        asked(raw, key, description=words, created_at=minute(key))
    raw.land(memory)
    reconcile(memory, now=raw.now())
    assert one(memory, "select sentiment from customer_metrics") == {"sentiment": 78}


def test_only_new_words_are_read_and_what_nobody_says_any_more_is_forgotten(
    memory: Session,
) -> None:
    raw = Raw()
    asked(raw, 1, description=ANGRY)
    asked(raw, 2, description=ANGRY)
    raw.land(memory)
    reconcile(memory, now=raw.now())
    memory.execute("update message_tones set sentiment = 5")

    raw.version += 1
    asked(raw, 2, description=GLAD)
    asked(raw, 3, description=ANGRY)
    raw.land(memory)
    reconcile(memory, now=raw.now())
    told = rows(memory, "select ticket_id, sentiment from messages order by 1")
    assert [r["sentiment"] for r in told] == [-77, 78, 5]

    raw.version += 1
    asked(raw, 1, description=GLAD)
    asked(raw, 3, description=None)
    raw.land(memory)
    reconcile(memory, now=raw.now())
    assert [r["sentiment"] for r in rows(memory, "select * from message_tones")] == [78]


def test_of_what_spam_says_nothing_is_kept(memory: Session) -> None:
    raw = Raw()
    asked(raw, description=ANGRY)
    raw.land(memory)
    reconcile(memory, now=raw.now())

    raw.version += 1
    raw.put("freshdesk", "tickets", id=5, requester_id=7, description_text=GLAD, spam=True)
    raw.land(memory)
    reconcile(memory, now=raw.now())

    assert [r["sentiment"] for r in rows(memory, "select * from message_tones")] == [-77]


def test_words_are_read_again_when_reading_has_changed(session: Session) -> None:
    raw = Raw()
    asked(raw, description=ANGRY)
    raw.land(session)
    reconcile(session, now=raw.now())
    session.execute("update message_tones set sentiment = 5")
    session.execute("update _models set fingerprint = 'older' where model = 'message_tones'")
    reconcile(session, now=raw.now())
    assert one(session, "select sentiment from ticket_handling") == {"sentiment": -77}


def test_the_words_themselves_are_in_the_raw_rows_alone(memory: Session) -> None:
    raw = Raw()
    asked(raw, description=ANGRY)
    raw.land(memory)
    reconcile(memory, now=raw.now())
    tables = rows(
        memory,
        "select table_name from duckdb_tables() where schema_name = 'main' and not temporary"
        " and table_name <> 'landing'",
    )
    for table in tables:
        held = memory.query(f"select * from {table['table_name']}").to_pylist()
        assert ANGRY not in str(held)


def test_a_deal_is_told_stage_by_stage_with_the_days_in_each(session: Session) -> None:
    raw = Raw()
    for number, stage in enumerate(["Open", "Open", "Talking", "Closed Won"]):
        raw.put("zoho", "deals", id="d", stage=stage, created_time=day(0), deal_name=str(number))
        raw.land(session)
        reconcile(session, now=day(10 + number))
        raw.version += 1
    told = rows(session, "select * from deal_stages order by place")
    assert [(r["stage"], r["came_from"], r["days"]) for r in told] == [
        ("Open", None, 12),
        ("Talking", "Open", 1),
        ("Closed Won", "Talking", None),
    ]
    assert (told[0]["entered_at"], told[2]["left_at"]) == (day(0), None)


def stages(session: Session) -> list[tuple[Any, ...]]:
    told = rows(session, "select * from deal_stages order by place")
    return [(r["stage"], r["entered_at"], r["days"], r["dated_by"]) for r in told]


def test_freshdesk_itself_says_when_a_ticket_was_answered_and_solved(session: Session) -> None:
    raw = Raw()
    raw.put("freshdesk", "tickets", id=1, status=4, created_at=minute(0),
            stats__first_responded_at=minute(7), stats__resolved_at=minute(90))  # fmt: skip
    raw.put("freshdesk", "tickets", id=2, status=5, created_at=minute(0),
            stats__closed_at=minute(30))  # fmt: skip
    raw.put("freshdesk", "tickets", id=3, status=2, created_at=minute(0))
    raw.land(session)
    reconcile(session, now=raw.now())
    told = rows(session, "select * from ticket_handling order by ticket_id")
    assert [(r["first_reply_minutes"], r["resolution_minutes"]) for r in told] == [
        (7, 90),
        (None, 30),
        (None, None),
    ]
    raw.version += 1
    raw.put("freshdesk", "tickets", id=1, status=2, stats__resolved_at=None)
    raw.land(session)
    reconcile(session, now=raw.now())
    again = one(session, "select * from ticket_handling where ticket_id = '1'")
    assert (again["resolved_at"], again["reopened_count"]) == (None, 1)


def test_where_the_crm_dates_a_move_its_word_is_taken(session: Session) -> None:
    raw = Raw()
    for number, stage in enumerate(["Prospecting", "Prospecting", "Closed Won"]):
        raw.put("salesforce", "opportunity_history", id=f"h{number}", opportunity_id="o",
                stage_name=stage, created_date=day(2 * number))  # fmt: skip
    won = {"stage_name": "Closed Won", "is_won": True, "is_closed": True}
    raw.put("salesforce", "opportunities", id="o", created_date=day(0), **won)
    raw.land(session)
    reconcile(session, now=day(9))
    assert stages(session) == [
        ("Prospecting", day(0), 4, "crm"),
        ("Closed Won", day(4), None, "crm"),
    ]
    flags = rows(session, "select is_won, is_closed from deal_stages order by place")
    assert [tuple(row.values()) for row in flags] == [(None, None), (True, True)]


def test_what_nights_saw_stands_where_the_crm_tells_nothing_yet(session: Session) -> None:
    raw = Raw()
    for number, stage in enumerate(["new", "offer", "won"]):
        if number == 1:
            raw.put("hubspot", "stage_history", id="s", deal_id="d", stage="offer",
                    entered_at=day(10) + timedelta(hours=5))  # fmt: skip
        raw.put("hubspot", "deals", id="d", properties__dealstage=stage, created_at=day(1))
        raw.land(session)
        reconcile(session, now=day(10 + number))
        raw.version += 1
    assert stages(session) == [
        ("new", day(1), 9, "night"),
        ("offer", day(10) + timedelta(hours=5), 2, "crm"),
        ("won", day(12), None, "night"),
    ]


def test_a_task_belongs_to_whom_it_names_or_to_whom_its_deal_is_with() -> None:
    raw = Raw()
    raw.put("zoho", "contacts", id="z", full_name="Ada Byron", email="ada@home.example")
    raw.put("zoho", "deals", id="d", stage="Open", contact_name__id="z", created_time=day(0))
    raw.put("zoho", "tasks", id="1", who_id__id="z", subject="Call", status="Completed")
    raw.put("zoho", "tasks", id="2", what_id__id="d", subject="Offer", created_time=day(1))
    raw.put("salesforce", "tasks", id="3", who_id="nobody", task_subtype="Call")
    session = reconciled(raw)
    told = {r["activity_id"]: r for r in rows(session, "select * from activities")}
    assert told["1"]["customer_id"] == told["2"]["customer_id"] is not None
    assert (told["1"]["is_done"], told["2"]["is_done"]) == (True, False)
    assert (told["3"]["activity_type"], told["3"]["customer_id"]) == ("call", None)
    unplaced = rows(session, "select reason from unplaced_facts where fact = 'activity'")
    assert [r["reason"] for r in unplaced] == ["its record is not among those pulled"]
    kinds = rows(session, "select kind, about from timeline order by occurred_at")
    assert {"kind": "task", "about": "Offer"} in kinds
