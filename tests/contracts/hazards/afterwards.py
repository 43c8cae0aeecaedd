"""What vendors do with records afterwards, and what happens to us: deletions, merges, kills."""

from __future__ import annotations

from datetime import timedelta

from tests.contracts.hazards import hazard
from tests.contracts.story import SWEEPS, Story

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def _some(story: Story, *names: str) -> None:
    """Let these people come, well before the first pull."""
    for number, name in enumerate(names):
        story.happen(story.crowd.joined(name, story.now - timedelta(hours=9 - number)))


def _marks(story: Story, name: str) -> list[tuple[bool, object]]:
    """Return (is it deleted, who it was merged into) of each row that stands for somebody."""
    rows = [story.row(table, number) for table, number, _ in story.truth_of(name)]
    return [(row["deleted_at"] is not None, row.get("merged_into")) for row in rows]


@hazard("deletions")
def deletions(story: Story) -> None:
    """A record that was pulled and then deleted stays, marked with when it was found gone."""
    _some(story, "ada", "ben", "cleo")
    story.pull()
    story.later()
    story.happen(story.crowd.deleted("ben", story.now))
    story.heal(by=SWEEPS)


@hazard("merges", spares=lambda story: "" if story.crowd.can_merge else "nothing is merged there")
def merges(story: Story) -> None:
    """The loser is marked as gone, and where the vendor says who won it, with the winner."""
    _some(story, "winner", "loser", "bystander")
    story.pull()
    story.later()
    story.happen(story.crowd.merged("winner", "loser", story.now))
    story.heal(by=SWEEPS)
    told = [row["merged_into"] for _, _, row in story.truth_of("loser") if row["merged_into"]]
    if told and story.facts.tells_winners:
        assert str(told[0]) in {str(winner) for _, winner in _marks(story, "loser")}


@hazard("restores", spares=lambda story: "" if story.crowd.can_restore else "nothing comes back")
def restores(story: Story) -> None:
    """What comes back from the bin is alive again; what was binned and brought back unseen, too."""
    for name in ("lazarus", "blink"):
        story.happen(*story.crowd.restorable(name, story.now - 9 * HOUR))
    story.pull()
    story.later()
    story.happen(*story.crowd.binned("lazarus", story.now))
    story.heal(by=SWEEPS)
    story.happen(*story.crowd.restored("lazarus", story.now))
    story.later(HOUR)
    story.happen(*story.crowd.binned("blink", story.now))
    story.later(HOUR)
    story.happen(*story.crowd.restored("blink", story.now))
    story.heal(by=SWEEPS)


@hazard("a window read again")
def window(story: Story) -> None:
    """A backfill heals its window and leaves every cursor where it was."""
    kept = story.pull().cursors
    story.box.evolve(nights=2)
    morning = story.now
    assert story.pull(since=morning - DAY, until=morning).cursors == kept
    story.heal()


@hazard("everything read again")
def full(story: Story) -> None:
    """A full pull over a warehouse that is right changes nothing in it."""
    story.pull()
    again = story.pull(full=True)
    assert {table: rows for table, rows in again.changed.items() if rows} == {}


@hazard("night after night")
def nights(story: Story) -> None:
    """What changes, goes and comes back in three nights of the world arrives each night."""
    story.pull()
    for _ in range(3):
        story.box.evolve(nights=1)
        story.pull()
    story.box.evolve(nights=1)
    story.heal(by=SWEEPS)


@hazard("kill -9 anywhere")
def killed(story: Story) -> None:
    """A pull that dies after any page, and is run again, is as good as one that did not."""
    story.pull(die_after=1)
    story.pull(die_after=3)
    story.pull()
    story.box.evolve(nights=1)
    story.pull(die_after=2)
    story.heal()
