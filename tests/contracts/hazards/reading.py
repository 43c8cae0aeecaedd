"""While it reads: pages, ties, caps, and a vendor that does not stand still."""

from __future__ import annotations

from datetime import timedelta

from sandbox.happenings import Happening
from tests.contracts.hazards import hazard
from tests.contracts.story import SWEEPS, Story

CALLS_A_TABLE = 5
MANY = 260
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def _crowded(story: Story, count: int = MANY) -> list[str]:
    """Let a crowd come, one a minute, some time before the first pull; return their names."""
    names = [f"crowd{number}" for number in range(count)]
    begin = story.now - timedelta(days=3)
    for number, name in enumerate(names):
        story.happen(story.crowd.joined(name, begin + number * MINUTE))
    return names


@hazard("first pull")
def first_pull(story: Story) -> None:
    """Everything there is arrives."""
    _crowded(story)
    assert story.pull().failures == {}


@hazard("second pull")
def second_pull(story: Story) -> None:
    """Where nothing happened nothing arrives, for a few calls."""
    story.pull()
    before = story.calls()
    again = story.pull()
    assert {table: rows for table, rows in again.changed.items() if rows} == {}
    assert story.calls() - before <= CALLS_A_TABLE * len(story.connector.tables)


@hazard("ties at the cursor")
def ties(story: Story) -> None:
    """More share one moment than a page holds, and more come in that same moment after a pull."""
    for night in ("eve", "morrow"):
        moment = story.now
        story.happen(*story.crowd.many(night, MANY, moment))
        story.pull()
        story.happen(*story.crowd.many(f"{night}-after-", 7, moment))
        story.heal(by=HOUR)


def _disturbed(story: Story, *facts: Happening) -> None:
    """Pull while facts come true after the first answers, then the night after."""
    for number, fact in enumerate(facts):
        story.meanwhile(1 + number, fact)
    story.pull()
    story.heal(by=SWEEPS)


@hazard("edited while pages are read")
def edited_while_read(story: Story) -> None:
    """Records move to the end of the order in the middle of the walk."""
    names = _crowded(story)
    _disturbed(story, *(story.crowd.edited(name, story.now) for name in names[:6]))
    story.later(HOUR)
    for number, name in enumerate(names[100:110]):
        story.happen(story.crowd.edited(name, story.now, f"Again {number}"))
    again = [story.crowd.edited(name, story.now, "Once more") for name in names[100:104]]
    _disturbed(story, *again)


@hazard("added while pages are read")
def added_while_read(story: Story) -> None:
    """Newcomers push the others to other pages."""
    _crowded(story)
    _disturbed(story, *story.crowd.many("newcomer", 6, story.now))


@hazard("deleted while pages are read")
def deleted_while_read(story: Story) -> None:
    """Records that go pull the others to earlier pages, past the reader."""
    names = _crowded(story)
    _disturbed(story, *(story.crowd.deleted(name, story.now) for name in names[3:9]))


@hazard("late rows")
def late_rows(story: Story) -> None:
    """What becomes readable only after a pull, stamped before it, as far as is known."""
    story.pull()
    story.happen(*story.crowd.many("latecomer", 5, story.now - story.facts.lateness))
    story.heal(by=HOUR)


@hazard("clock skew")
def clock_skew(story: Story) -> None:
    """Our clock goes twenty minutes fast, then right again, then slow."""
    for ahead in (20, 0, -20):
        story.happen(*story.crowd.many(f"skew{ahead}x", 3, story.now - SECOND))
        story.pull(ahead=ahead * MINUTE)
        story.happen(*story.crowd.many(f"after{ahead}x", 3, story.now))
        story.later(30 * MINUTE)
    story.heal()


@hazard("past the caps", spares=lambda story: "" if story.facts.caps else "no cap is known")
def past_the_caps(story: Story) -> None:
    """More than the vendor gives in one walk, on the first night and in one change."""
    story.happen(*story.crowd.many("cap", story.facts.caps, story.now - 5 * HOUR))
    story.pull()
    for number in range(story.facts.caps):
        story.happen(story.crowd.edited(f"cap{number}", story.now, "Capped"))
    story.heal()
