"""The seeded world: one cast, told the same way every time, with the truth kept aside."""

import os
import subprocess
import sys
from collections import Counter
from datetime import timedelta

import phonenumbers
import pytest

from sandbox import happenings as h
from sandbox.happenings import Happening
from sandbox.world import World, make
from sandbox.world.locales import LOCALES
from sandbox.world.seeded import Seeded

DIGEST = """
from hashlib import sha256
from datetime import timedelta
from sandbox.world import make
world = make(seed=7, people=40)
told = sha256()
for fact in world.until(world.start + timedelta(days=2)):
    told.update(repr(fact).encode("utf-8", "surrogatepass"))
told.update(repr(list(world.people())).encode())
print(told.hexdigest())
"""


def history(world: World) -> list[Happening]:
    return list(world.until(world.start))


@pytest.fixture(scope="module")
def world() -> Seeded:
    return Seeded(seed=3, people=300)


@pytest.fixture(scope="module")
def story(world: Seeded) -> list[Happening]:
    return [*history(world), *world.until(world.start + timedelta(days=30))]


def test_the_same_seed_tells_the_same_story_whatever_the_hashes_of_the_day() -> None:
    told = [
        subprocess.run(  # noqa: S603 - our own interpreter on our own words
            [sys.executable, "-c", DIGEST],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert told[0] == told[1] != ""


def test_another_seed_is_another_world() -> None:
    assert history(make(seed=1, people=20)) != history(make(seed=2, people=20))


def test_a_story_told_night_by_night_is_the_story_told_at_once() -> None:
    whole, parts = make(people=50), make(people=50)
    at_once = list(whole.until(whole.start + timedelta(days=5)))
    pieces = history(parts)
    for night in range(1, 6):
        pieces += parts.until(parts.start + timedelta(days=night))
    assert pieces == at_once
    assert list(parts.people()) == list(whole.people())


def test_doors_that_open_some_nights_later_open_on_the_same_story() -> None:
    early, late = make(people=50), make(people=50, nights=3)
    assert history(late) == [*history(early), *early.until(late.start)]


def test_the_story_is_in_order_of_time_and_leaves_the_small_hours_quiet(
    story: list[Happening],
) -> None:
    times = [fact.at for fact in story]
    assert times == sorted(times)


def test_a_night_touches_one_or_two_in_a_hundred_records(world: World) -> None:
    fresh = make(seed=3, people=300)
    base = len(history(fresh))
    nights = [
        len(list(fresh.until(fresh.now + timedelta(days=1))))
        for _ in range(5)
        if fresh.now >= fresh.start
    ]
    assert all(0.005 * base < night < 0.025 * base for night in nights)
    assert world.spec == "seeded"


def test_every_kind_of_thing_happens(story: list[Happening]) -> None:
    told = {type(fact).__name__ for fact in story}
    kinds = {n for n in h.__all__ if issubclass(type(vars(h)[n]), type)} - {
        "Address",
        "Line",
        "Happening",
    }
    never = {"OrganisationEdited", "OrganisationDeleted", "CompanyArchived"}
    assert kinds - told == never


FIRST = {
    "CustomerJoined",
    "ProductListed",
    "OrderPlaced",
    "PayerJoined",
    "Charged",
    "SubscriptionStarted",
    "Invoiced",
    "UserJoined",
    "OrganisationJoined",
    "TicketOpened",
    "ContactJoined",
    "CompanyJoined",
    "DealOpened",
    "ListCreated",
    "LeadJoined",
    "CaseOpened",
    "TaskPlanned",
    "CampaignStarted",
    "CampaignMembered",
}
LAST = {
    "CustomerDeleted",
    "ProductDeleted",
    "OrderDeleted",
    "PayerDeleted",
    "SubscriptionCancelled",
    "UserDeleted",
    "ContactErased",
    "DealArchived",
    "LeadConverted",
    "CaseDeleted",
    "TaskDeleted",
}
NAMED = {
    "customer": "customer",
    "order": "order",
    "charge": "charge",
    "requester": "user",
    "contact": "contact",
    "payer": "payer",
    "campaign": "campaign",
    "lead": "lead",
    "loser": "",
}
MERGES = (h.CustomersMerged, h.UsersMerged, h.ContactsMerged)


def test_nothing_happens_to_what_is_not_there(story: list[Happening]) -> None:
    there: set[str] = set()
    for fact in story:
        name = type(fact).__name__
        if name in FIRST:
            there.add(fact.key)
        elif name not in {"ChargeRefunded", "Disputed", "OrderRefunded", "Rated", "MailEvent"}:
            assert fact.key in there, fact
        for field, kind in NAMED.items():
            other = getattr(fact, field, None)
            if isinstance(fact, h.MailEvent) and field == "campaign":
                continue  # a mailing has no record of its own
            assert other is None or (other in there and other.startswith(kind)), fact
        if name in LAST:
            there.discard(fact.key)
        if isinstance(fact, MERGES):
            there.discard(fact.loser)


def test_the_truth_knows_every_record_of_a_person_or_company(
    story: list[Happening], world: World
) -> None:
    joined = {
        (fact.system, fact.key)
        for fact in story
        if type(fact).__name__
        in {
            "CustomerJoined",
            "PayerJoined",
            "UserJoined",
            "ContactJoined",
            "OrganisationJoined",
            "CompanyJoined",
            "LeadJoined",
        }
    }
    known = Counter((p.system, p.key) for p in world.people())
    assert joined <= known.keys()
    assert max(known.values()) == 1


def test_merges_join_records_of_one_person(story: list[Happening], world: World) -> None:
    person = {p.key: p.person for p in world.people()}
    merges = [f for f in story if isinstance(f, MERGES)]
    assert len(merges) > 10
    assert all(person[f.key] == person[f.loser] is not None for f in merges)


def test_the_same_person_is_met_under_other_addresses_in_other_systems(
    story: list[Happening], world: World
) -> None:
    person = {p.key: p.person for p in world.people()}
    emails: dict[str, set[str]] = {}
    for fact in story:
        if isinstance(fact, (h.CustomerJoined, h.PayerJoined, h.UserJoined, h.ContactJoined)):
            owner = person[fact.key]
            if owner and fact.email:
                emails.setdefault(owner, set()).add(fact.email.strip().lower())
    assert sum(len(found) > 1 for found in emails.values()) > 50


def test_relatives_share_a_phone_and_a_surname_and_are_two(
    story: list[Happening], world: Seeded
) -> None:
    assert story
    humans = world._story.humans
    phones = Counter(human.phone for human in humans)
    shared = [human for human in humans if phones[human.phone] > 1]
    surnames: dict[str, set[str]] = {}
    for human in shared:
        surnames.setdefault(human.phone, set()).add(human.last)
    assert len(shared) > 10
    assert all(len(found) == 1 for found in surnames.values())


def test_phones_are_numbers_that_there_could_be(story: list[Happening], world: Seeded) -> None:
    assert story
    for human in world._story.humans:
        assert phonenumbers.is_valid_number(phonenumbers.parse(human.phone)), human.phone


def test_what_breaks_pipelines_is_all_there(story: list[Happening]) -> None:
    customers = [fact for fact in story if isinstance(fact, h.CustomerJoined)]
    assert any(len(c.email) == 400 for c in customers)
    assert any("\x00" in c.first_name for c in customers)
    assert any(not (c.email or c.phone or c.first_name or c.last_name) for c in customers)
    assert sum(c.email == "test@test.com" for c in customers) == 2
    charges = [fact for fact in story if isinstance(fact, h.Charged)]
    assert {c.currency for c in charges} == {"EUR", "USD", "GBP", "JPY", "KWD"}
    orders = [fact for fact in story if isinstance(fact, h.OrderPlaced)]
    assert any(o.customer is None and o.email for o in orders)


def test_there_are_as_many_orders_as_asked_for() -> None:
    world = make("seeded:orders=700", people=20)
    orders = [f for f in history(world) if isinstance(f, h.OrderPlaced) and f.number[0] != "T"]
    assert len(orders) == 700
    assert len({order.key for order in orders}) == 700


def test_every_country_has_names_and_places_enough() -> None:
    assert len(LOCALES) >= 15
    assert all(len(x.first) == 20 and len(x.last) == 20 and len(x.places) >= 3 for x in LOCALES)


@pytest.mark.parametrize("spec", ["narnia", "seeded:cats=3", "seeded:orders=many", "empty:ish"])
def test_a_world_that_there_is_not_is_refused(spec: str) -> None:
    with pytest.raises(ValueError, match=r"world|invalid literal"):
        make(spec)


def test_people_with_moods_complain_before_they_leave_and_buy_nothing_after() -> None:
    world = Seeded(seed=3, people=150, moods=1)
    told = [*history(world), *world.until(world.start + timedelta(days=60))]
    left, who = world.left(), {p.key: p.person for p in world.people() if p.kind != "order"}
    assert len(left) > 20
    assert world.spec == "seeded:moods=1"
    orders = [f for f in told if isinstance(f, h.OrderPlaced) and f.customer]
    assert not [
        f for f in orders if (person := who[f.customer or ""]) in left and f.at > left[person]
    ]
    asked = [f for f in told if isinstance(f, h.TicketOpened)]
    angry = {who[f.requester] for f in asked if "disappointed" in f.description}
    assert angry & set(left)
    assert len(angry) < len({who[f.requester] for f in asked}) / 2


def test_a_world_without_moods_has_nobody_who_lost_heart() -> None:
    world = make(people=60)
    assert not [f for f in history(world) if "disappointed" in str(f)]
    assert isinstance(world, Seeded)
    assert world.left() == {}
