"""Why records are one customer, told from what the 360 holds."""

from __future__ import annotations

from tests.transforms.conftest import embedded
from tests.transforms.raw import Raw
from transforms import reconcile
from transforms.identity.why import Why, why

EMAIL = "default_email_address__email_address"


def explained(*people: dict[str, str | None], **more: str) -> Why:
    raw, session = Raw(), embedded()
    for key, person in enumerate(people, 1):
        raw.put("shopify", "customers", id=str(key), **person)
    if more:
        raw.put("stripe", "customers", **more)
    raw.land(session)
    assert reconcile(session, now=raw.now()).total == 1
    return why(session, "c0000000001")


def test_each_record_hangs_on_another_and_the_weakest_link_is_named() -> None:
    ada: dict[str, str | None] = {"first_name": "Ada", "last_name": "Lovelace"}
    found = explained({**ada, EMAIL: "ada@firm.example"}, {**ada, EMAIL: "ADA@firm.example"},
                      {EMAIL: "ada@firm.example"})  # fmt: skip
    assert len(found.links) == 2
    assert {one for link in found.links for one in (link.one, link.two)} == {
        "shopify:1", "shopify:2", "shopify:3"
    }  # fmt: skip
    assert found.links[0].groups["mail"] > 0
    assert found.links[0].groups["given"] > 0
    assert found.weakest == found.links[-1]
    assert "shopify:3" in {found.weakest.one, found.weakest.two}
    assert found.weakest.weight < found.links[0].weight


def test_what_a_source_says_of_itself_is_no_evidence_but_a_ruling() -> None:
    found = explained(
        {"first_name": "Ada", EMAIL: "ada@firm.example"},
        id="cus_1",
        email="other@firm.example",
        metadata__shopify_customer_id="1",
    )
    assert [(link.one, link.two, link.ruled) for link in found.links] == [
        ("shopify:1", "stripe:cus_1", "claimed")
    ]
    assert found.weakest is None


def test_a_record_alone_needs_no_reason() -> None:
    assert explained({EMAIL: "ada@firm.example"}) == Why((), None)
