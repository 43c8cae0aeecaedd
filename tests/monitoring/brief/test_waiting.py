"""What breaks a rule is told by whose it is to mend, the longest list first."""

from __future__ import annotations

from dataclasses import asdict, replace

from core.ledger.ending import SUCCEEDED
from monitoring.brief.compose import compose
from monitoring.brief.waiting import OWNERS_SHOWN, waiting
from monitoring.night import Customers, Waiting
from monitoring.nights import assemble
from tests.monitoring.brief.nights import DOMAINS, ORDINARY
from tests.monitoring.world import World

LEADS = "leads of the last 30 days that nobody has touched for 48 hours"
DEALS = "open deals whose closing date has passed"


def wait(owner: str, count: int, about: str = LEADS, new: int = 0) -> Waiting:
    named = not owner.startswith("005")
    return Waiting("rule", about, "salesforce", owner, named, count, new)


def test_each_owner_has_a_line_with_what_waits_and_what_of_it_is_new() -> None:
    found = [wait("Ana Arnold", 12, new=3), wait("Ben Berg", 4), wait("Ana Arnold", 1, DEALS, 1)]

    assert waiting(found, {}, DOMAINS)[:2] == [
        f"**Ana Arnold (Salesforce):** {LEADS}: 12, 3 of them new; {DEALS}: 1, all new.",
        f"**Ben Berg (Salesforce):** {LEADS}: 4.",
    ]


def test_what_nobody_owns_is_for_whoever_looks_after_that_system() -> None:
    [line, _] = waiting([wait("", 4)], {"crm": "Sales team"}, DOMAINS)

    assert line == f"**Sales team:** {LEADS}: 4."


def test_an_owner_known_by_id_alone_is_called_as_the_house_calls_them() -> None:
    [line, _] = waiting([wait("005A", 4)], {"salesforce 005A": "Ana Arnold"}, DOMAINS)

    assert line.startswith("**Ana Arnold:**")
    assert waiting([wait("005A", 4)], {}, DOMAINS)[0].startswith("**Owner 005A in Salesforce:**")


def test_owners_of_one_system_who_are_known_by_number_alone_are_told_together() -> None:
    found = [wait("005A", 4), wait("005B", 5), wait("005C", 1, DEALS), wait("Ana Arnold", 7)]

    assert waiting(found, {"salesforce 005C": "Ben Berg"}, DOMAINS)[:3] == [
        f"**2 owners in Salesforce:** {LEADS}: 9.",
        f"**Ana Arnold (Salesforce):** {LEADS}: 7.",
        f"**Ben Berg:** {DEALS}: 1.",
    ]


def test_on_a_first_night_nothing_is_called_new() -> None:
    assert "new" not in str(waiting([wait("Ana Arnold", 4, new=4)], {}, DOMAINS))


def test_an_address_in_place_of_a_name_is_not_told() -> None:
    assert "ana@" not in str(waiting([wait("ana@house.example", 4)], {}, DOMAINS))


def test_many_owners_are_counted_and_where_the_rest_is_to_be_read_is_told() -> None:
    lines = waiting([wait(f"Owner {n}", 90 - n) for n in range(30)], {}, DOMAINS)

    assert len(lines) == OWNERS_SHOWN + 1
    assert lines[-1].startswith("22 more owners. All of it: `daybreak sql")


def test_the_page_tells_it_apart_from_what_the_night_asks_for_and_nothing_when_nothing_waits() -> (
    None
):
    page = compose(replace(ORDINARY, waiting=(wait("Ana Arnold", 2),)))

    assert [section.heading for section in page.first] == ["Waits for its owner"]
    assert page.first[0].lines[0].startswith("**Ana Arnold (Salesforce):**")
    assert compose(ORDINARY).first == ()


def test_what_reconcile_counted_reaches_the_night(world: World) -> None:
    number = world.ledger.begin("night", at=world.clock.now())
    with world.ledger.run("reconcile", None, world.clock, parent=number) as log:
        log.details = asdict(Customers()) | {"waiting": [asdict(wait("Ana Arnold", 2))]}
    world.ledger.finish(number, SUCCEEDED, world.clock.now())

    night = assemble(world.ledger, world.cadences, world.clock.now(), number)

    assert night is not None
    assert night.waiting == (wait("Ana Arnold", 2),)
