"""Companies and households are levels of their own: they gather customers and never join them."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from core.warehouse import Session
from tests.transforms.conftest import embedded
from tests.transforms.raw import Raw
from tests.transforms.snapshot import rows
from transforms import reconcile
from transforms.identity.settings import Steering

LEVELS = (
    "record_companies", "company_records", "company_sites", "company_domains", "company_names",
    "company_accounts", "company_parents", "account_members", "accounts",
    "record_homes", "phone_homes", "record_households", "household_members", "households",
)  # fmt: skip
NAMES = ["Ada", "Bob", "Eve", "Max", "Zoe", "Ian", "Lea", "Tom"]


def work(raw: Raw, key: str, email: str | None = None, company: str | None = None) -> None:
    raw.put(
        "hubspot",
        "contacts",
        id=key,
        properties__firstname=NAMES[int(key) % len(NAMES)],
        properties__lastname=f"Family{key}",
        properties__email=email,
        properties__company=company,
    )


def firm(raw: Raw, key: str, name: str, site: str | None = None, parent: str | None = None) -> None:
    raw.put(
        "hubspot",
        "companies",
        id=key,
        properties__name=name,
        properties__website=site,
        properties__hs_parent_company_id=parent,
    )


def linked(raw: Raw, key: str, company: str | None, email: str | None = None) -> None:
    work(raw, key, email)
    raw.put("hubspot", "contacts", id=key, properties__associatedcompanyid=company)


def home(raw: Raw, key: str, street: str | None = None, phone: str | None = None) -> None:
    raw.put(
        "shopify",
        "customers",
        id=key,
        first_name=NAMES[int(key) % len(NAMES)],
        last_name="Lovelace",
        default_email_address__email_address=f"{NAMES[int(key) % len(NAMES)]}{key}@gmail.com",
        default_phone_number__phone_number=phone,
        default_address__address1=street,
        default_address__zip="SW1A 1AA" if street else None,
        default_address__country_code="GB",
    )


def reconciled(session: Session, raw: Raw) -> Session:
    raw.land(session)
    reconcile(session, now=raw.now())
    raw.version += 1
    return session


def together(session: Session, table: str, group: str, member: str) -> set[frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in session.query(f"select {group} as g, {member} as m from {table}").to_pylist():
        found.setdefault(row["g"], set()).add(row["m"])
    return {frozenset(each) for each in found.values()}


def companies(session: Session) -> set[frozenset[str]]:
    return together(session, "account_members", "account_id", "source_id")


def test_a_company_is_whoever_writes_from_its_domain_or_is_named_like_them(
    session: Session,
) -> None:
    raw = Raw()
    work(raw, "1", "ada@acme.example", "Acme GmbH")
    work(raw, "2", "bob@acme.example")
    work(raw, "3", "eve@gmail.com", "ACME GmbH.")
    work(raw, "4", None, "Other Ltd")
    reconciled(session, raw)

    assert companies(session) == {frozenset({"1", "2", "3"}), frozenset({"4"})}
    told = session.query("select name, domain, members_count, customers_count from accounts")
    assert sorted(map(str, told.to_pylist())) == [
        "{'name': 'ACME GmbH.', 'domain': 'acme.example', 'members_count': 3, "
        "'customers_count': 3}",
        "{'name': 'Other Ltd', 'domain': None, 'members_count': 1, 'customers_count': 1}",
    ]


def test_subsidiaries_with_domains_of_their_own_stay_apart_and_so_does_who_could_be_of_either() -> (
    None
):
    raw = Raw()
    work(raw, "1", "ada@acme-de.example", "Acme")
    work(raw, "2", "bob@acme-uk.example", "Acme")
    work(raw, "3", "eve@gmail.com", "Acme")
    assert companies(reconciled(embedded(), raw)) == {
        frozenset({"1"}), frozenset({"2"}), frozenset({"3"})
    }  # fmt: skip


def test_whom_a_system_links_to_a_company_is_of_it_whatever_address_they_write_from(
    session: Session,
) -> None:
    raw = Raw()
    firm(raw, "90", "Acme GmbH", "https://www.acme.example/en?x=1")
    linked(raw, "1", "90", "ada@gmail.com")
    linked(raw, "2", "90", "bob@agency.example")
    work(raw, "3", "eve@acme.example")
    linked(raw, "4", "91", "max@gmail.com")
    raw.put("zendesk", "organizations", id=7, name="acme gmbh", domain_names='["acme.example"]')
    raw.put("zendesk", "users", id=8, name="Zoe Family", role="end-user", organization_id=7)
    reconciled(session, raw)

    assert companies(session) == {frozenset({"1", "2", "3", "8"})}
    because = session.query("select source_id, because from account_members order by 1")
    assert because.column(1).to_pylist() == ["link", "link", "domain", "link"]
    named = session.query("select source_id, company from source_records order by 1").to_pylist()
    assert {row["source_id"] for row in named if row["company"] == "Acme GmbH"} == {"1", "2"}


def test_subsidiaries_under_one_site_stay_apart_and_tell_whose_they_are(session: Session) -> None:
    raw = Raw()
    firm(raw, "90", "Acme", "acme.example")
    firm(raw, "91", "Acme UK", "acme.example", parent="90")
    firm(raw, "92", "Nobody Ltd")
    linked(raw, "1", "90", "ada@acme.example")
    linked(raw, "2", "91", "bob@acme.example")
    reconciled(session, raw)

    assert companies(session) == {frozenset({"1"}), frozenset({"2"})}
    told = session.query(
        "select a.name, p.name as parent, a.members_count from accounts as a"
        " left join accounts as p on p.account_id = a.parent_account_id order by a.name"
    )
    assert [tuple(row.values()) for row in told.to_pylist()] == [
        ("Acme", None, 1), ("Acme UK", "Acme", 1), ("Nobody Ltd", None, 0)
    ]  # fmt: skip


def test_a_link_to_a_company_that_is_gone_says_nothing() -> None:
    raw, session = Raw(), embedded()
    firm(raw, "90", "Acme", "acme.example")
    linked(raw, "1", "90", "ada@gmail.com")
    assert companies(reconciled(session, raw)) == {frozenset({"1"})}
    raw.gone("hubspot", "companies", "90")
    assert companies(reconciled(session, raw)) == set()


def test_a_provider_of_mail_makes_no_company_whether_it_is_known_or_not() -> None:
    raw = Raw()
    work(raw, "1", "ada@gmail.com")
    work(raw, "2", "bob@gmail.com")
    for n in range(3, 9):
        work(raw, str(n), f"p{n}@smallprovider.example", f"Firm {n}")
    session = reconciled(embedded(), raw)
    assert companies(session) == {frozenset({str(n)}) for n in range(3, 9)}
    assert {row["because"] for row in session.query("from account_members").to_pylist()} == {"name"}


def test_a_few_of_many_who_name_a_company_do_not_make_their_provider_its() -> None:
    raw = Raw()
    firm(raw, "90", "Acme", "acme.example")
    for n in range(1, 9):
        work(raw, str(n), f"p{n}@smallprovider.example", "Acme" if n < 4 else None)
    assert companies(reconciled(embedded(), raw)) == {frozenset({"1", "2", "3"})}


def test_a_quarter_is_enough_for_a_company_that_no_system_knows_elsewhere() -> None:
    raw = Raw()
    for n in range(1, 9):
        work(raw, str(n), f"p{n}@acme.example", "Acme" if n < 3 else None)
    assert companies(reconciled(embedded(), raw)) == {frozenset(map(str, range(1, 9)))}


def test_what_people_write_who_have_no_company_is_no_company() -> None:
    raw = Raw()
    work(raw, "1", "ada@gmail.com", "[not provided]")
    work(raw, "2", "bob@gmail.com", "N/A")
    assert companies(reconciled(embedded(), raw)) == set()


def test_one_person_with_a_domain_of_their_own_is_no_company() -> None:
    raw = Raw()
    work(raw, "1", "ada@lovelace.example")
    assert companies(reconciled(embedded(), raw)) == set()


def test_a_household_is_one_address_or_one_phone_and_joins_nobody(session: Session) -> None:
    raw = Raw()
    home(raw, "1", "1 High Street")
    home(raw, "2", "1, high street", "+44 20 7946 0018")
    home(raw, "3", None, "+44 20 7946 0018")
    home(raw, "4", "2 High Street")
    reconciled(session, raw)

    (members,) = together(session, "household_members", "household_id", "customer_id")
    lived = session.query(
        "select distinct customer_id from source_records where source_id in ('1', '2', '3')"
    )
    assert members == set(lived.column(0).to_pylist())
    assert len(members) == 3
    assert session.query("select customers_count, because from households").to_pylist() == [
        {"customers_count": 3, "because": "address"}
    ]


def test_a_house_of_flats_is_no_household() -> None:
    raw = Raw()
    for n in range(8):
        home(raw, str(n), "1 High Street")
    assert reconciled(embedded(), raw).query("from households").num_rows == 0


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(n, marks=pytest.mark.proof) for n in range(1, 5))]
)
def test_levels_by_what_changed_are_those_of_a_rebuild(seed: int, tmp_path: Path) -> None:
    dice, raw, one, other = Random(seed), Raw(), embedded(), embedded()
    streets = [f"{n} High Street" for n in range(5)]
    domains = ["acme.example", "acme-uk.example", "gmail.com", "own.example"]
    for night in range(3):
        for _ in range(20 if night == 0 else 5):
            key = str(dice.randrange(12))
            mail = f"p{dice.randrange(9)}@{dice.choice(domains)}"
            work(raw, key, dice.choice([mail, None]), dice.choice(["Acme", "Acme UK", None]))
            if dice.random() < 0.4:
                linked(raw, key, dice.choice(["90", "91", "92", None]), mail)
            firm(raw, dice.choice(["90", "91", "92"]), dice.choice(["Acme", "Acme UK"]),
                 dice.choice([*domains, None]), dice.choice(["90", "91", None]))  # fmt: skip
            home(raw, key, dice.choice([*streets, None]),
                 dice.choice(["+44 20 7946 0018", "+44 20 7946 0019", None]))  # fmt: skip
            if dice.random() < 0.2:
                raw.gone("hubspot", "contacts", str(dice.randrange(12)))
            if dice.random() < 0.1:
                raw.gone("hubspot", "companies", dice.choice(["90", "91", "92"]))
        raw.land(one)
        raw.land(other)
        reconcile(one, now=raw.now(), steering=Steering(tmp_path))
        reconcile(other, now=raw.now(), full=True)
        raw.version += 1
        assert {t: rows(one, t) for t in LEVELS} == {t: rows(other, t) for t in LEVELS}
    assert rows(one, "accounts")
    assert rows(one, "households")
