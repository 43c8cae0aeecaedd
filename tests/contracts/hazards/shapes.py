"""Records in another shape than yesterday: new, missing and turned fields, unheard-of values."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import Any

from core.quarantine import QUARANTINE
from core.settings import load
from tests.contracts.hazards import hazard
from tests.contracts.story import Losses, Story

FOR_EVER, EVERY_ROW = 0, -1
ALIASES = ("legacyResourceId",)
"""Second names of a record: Shopify's have one."""
NEW_FIELD, NEW_VALUE = "brand_new_field", "brand-new value"
FEW = 5
ANSWERED = 5
"""How many requests are answered before every other is refused."""
TURNS = ("object", "list", "number")
PLAIN = r"~^(?!.*([iI][dD]s?$|merged))"
"""What a record says; what it is called by, and what was merged into it, is left alone."""
CHOICES = "~(?i)(status|state|kind|role|priority|score|stage|channel|reason)$"
E_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


def _bent(story: Story, *faults: dict[str, Any]) -> None:
    """Pull from a vendor whose records are bent, then again when they are straight."""
    for fault in faults:
        story.box.faults.add({"times": FOR_EVER, **fault})
    assert story.pull().failures == {}
    assert story.absent() == Losses()


def _straightened(story: Story) -> None:
    story.box.faults.clear()
    story.later()
    assert story.pull(full=True).failures == {}


@hazard("new fields", spares=lambda story: story.facts.unbendable)
def new_fields(story: Story) -> None:
    """A field nobody knew becomes a column, with its values."""
    story.pull()
    _bent(
        story,
        {"do": "set_field", "field": f"@{NEW_FIELD}", "value": NEW_VALUE, "row": EVERY_ROW},
    )
    pulled = story.pull(full=True)
    assert pulled.failures == {}
    said = [
        value
        for table in story.connector.tables
        for row in story.keeper.rows(table)
        for column, value in row.items()
        if column.endswith(NEW_FIELD)
    ]
    assert NEW_VALUE in said or story.facts.chooses_fields
    _straightened(story)


@hazard("missing fields", spares=lambda story: story.facts.unbendable)
def missing_fields(story: Story) -> None:
    """Records of which nothing is left but their name still arrive."""
    for row in range(3):
        story.box.faults.add({"do": "drop_field", "field": PLAIN, "row": row, "times": FOR_EVER})
    _bent(story)
    _straightened(story)


def _some_record(story: Story) -> tuple[str, str, str]:
    """Return a table with a key of one column, that column, and the id of a live record."""
    truth = story.vendor.truth()
    for table, shape in story.connector.tables.items():
        live = sorted(str(one) for one, row in truth.get(table, {}).items() if not row["deleted"])
        if len(shape.key) == 1 and len(live) > 1:
            return table, shape.key[0], live[1]
    raise AssertionError(f"{story.name} has no table with a key of one column")


def _drop_key(story: Story, table: str, key: str, number: str) -> None:
    """Let a record come without all that names it."""
    for field in (key, f"@{key}", *ALIASES):
        fault = {"do": "drop_field", "table": table, "field": field, "having": number}
        story.box.faults.add({**fault, "times": FOR_EVER})


@hazard("records without their key", spares=lambda story: story.facts.unbendable)
def keyless(story: Story) -> None:
    """A record that lacks what names it is set aside with its reason; the others arrive."""
    table, key, number = _some_record(story)
    _drop_key(story, table, key, number)
    story.pull()
    assert [row["table_name"] for row in story.keeper.rows(QUARANTINE)] == [table]
    lost = {one for one in story.absent().lost if one.startswith(f"{table} ")}
    assert lost <= {f"{table} ('{number}',)"}
    _straightened(story)


@hazard("a connector that has learned", spares=lambda story: story.facts.unbendable)
def learned(story: Story) -> None:
    """What could not be keyed lands as soon as the connector knows how, and leaves quarantine."""
    table, key, number = _some_record(story)
    _drop_key(story, table, key, number)
    story.pull()
    assert [row["table_name"] for row in story.keeper.rows(QUARANTINE)] == [table]
    story.box.faults.clear()
    # Whatever the vendor could tell again, it does not: only what is here can heal it.
    story.box.faults.add({"do": "status", "status": 503, "times": FOR_EVER})
    story.connector = replace(
        story.connector,
        keyed=lambda *given: {**given[-1], key: number},
        mapping=lambda _: "learned",
    )
    story.pull()
    assert story.keeper.rows(QUARANTINE) == []
    assert story.row(table, number)["deleted_at"] is None
    _straightened(story)


@hazard("set aside and told again", spares=lambda story: story.facts.unbendable)
def told_again(story: Story) -> None:
    """What comes again with its key is there, and no longer waits; nor does it come twice."""
    table, key, number = _some_record(story)
    _drop_key(story, table, key, number)
    story.pull()
    assert len(story.keeper.rows(QUARANTINE)) == 1
    _straightened(story)
    assert story.row(table, number)["deleted_at"] is None
    waiting = story.keeper.rows(QUARANTINE)
    assert waiting == [] or story.facts.names_twice


@hazard("changed types", spares=lambda story: story.facts.unbendable)
def changed_types(story: Story) -> None:
    """Every plain field of three records of a page turns to another type; nothing breaks."""
    fault = {"do": "change_type", "field": PLAIN}
    _bent(story, *({**fault, "row": row, "to": to} for row, to in enumerate(TURNS)))
    _straightened(story)


@hazard("new values of an enum", spares=lambda story: story.facts.unbendable)
def new_values(story: Story) -> None:
    """A status nobody has heard of is kept as it is."""
    _bent(story, {"do": "set_field", "field": CHOICES, "value": NEW_VALUE, "row": 1})
    _straightened(story)


class _Listening(logging.Handler):
    """Writes down whatever is logged, by whomever."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what is said."""
        self.heard.append(record.getMessage())


@hazard("secrets and persons in logs")
def nobody_is_named(story: Story) -> None:
    """Nothing that is logged or told has a secret or an e-mail address in it."""
    listening, root = _Listening(), logging.getLogger()
    level = root.level
    root.addHandler(listening)
    root.setLevel(logging.DEBUG)
    try:
        story.box.faults.add({"do": "drop_field", "field": "id", "times": 3})
        story.box.faults.add({"do": "status", "status": 400, "after": ANSWERED, "times": FOR_EVER})
        failures = story.pull().failures
        refused = story.calls() > ANSWERED
        story.heal()
    finally:
        root.removeHandler(listening)
        root.setLevel(level)
    settings = load(story.connector.settings, story.environment)
    people = {
        one
        for table in story.connector.tables
        for row in story.keeper.rows(table)
        for one in E_MAIL.findall(" ".join(map(str, row.values())))
    }
    assert people
    # Whoever was asked for more than was answered has failed, and said so without naming anybody.
    assert bool(failures) == refused
    assert len(people) > (FEW if story.facts.asks else 0)
    said = "\n".join([*listening.heard, *map(str, failures.values())])
    secrets = story.connector.secrets(settings)
    assert [one for one in {*secrets, *people} if one in said] == []
    _straightened(story)
