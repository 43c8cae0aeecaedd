"""Vendors of one system share its people: nobody is in two shops, nothing is lost, all is known."""

from __future__ import annotations

from datetime import UTC, datetime

from sandbox.dealing import Dealer
from sandbox.happenings import (
    ContactJoined,
    CustomerEdited,
    CustomerJoined,
    DealOpened,
    OrderPlaced,
    ProductListed,
)
from sandbox.vendor import Vendor, hears

AT = datetime(2026, 1, 5, tzinfo=UTC)


class Listener(Vendor):
    """A shop that hears."""

    @hears(CustomerJoined, CustomerEdited, OrderPlaced, ProductListed)
    def shop(self, fact: object) -> None: ...


class Big(Listener):
    """Three times as large."""

    name, system, share = "big", "shop", 3


class Small(Listener):
    """The other one."""

    name, system = "small", "shop"


class Crm(Vendor):
    """A sales CRM."""

    name, system = "crm", "crm"

    @hears(ContactJoined, DealOpened)
    def crm(self, fact: object) -> None: ...


class Mail(Crm):
    """A marketing tool."""

    name, system = "mail", "marketing"


def whom(dealer: Dealer, fact: object) -> list[str]:
    return [vendor.name for vendor in dealer.audience(fact)]  # type: ignore[arg-type]


def test_a_customer_and_their_orders_are_in_one_shop_and_larger_shops_have_more() -> None:
    dealer = Dealer([Big(), Small()])
    homes = []
    for number in range(400):
        key = f"customer-{number}"
        home = whom(dealer, CustomerJoined(key=key, at=AT))
        order = OrderPlaced(key=f"order-{number}", at=AT, number="1", customer=key)
        assert len(home) == 1
        assert whom(dealer, order) == home
        homes += home
    assert 250 < homes.count("big") < 350


def test_what_is_told_later_and_what_belongs_to_nobody_is_told_to_all() -> None:
    dealer = Dealer([Big(), Small()])
    assert whom(dealer, ProductListed(key="p", at=AT, title="Cup")) == ["big", "small"]
    assert whom(dealer, CustomerEdited(key="c", at=AT, changes={})) == ["big", "small"]


def test_one_shop_alone_hears_everything() -> None:
    dealer = Dealer([Small(), Crm()])
    for number in range(20):
        assert whom(dealer, OrderPlaced(key=f"o-{number}", at=AT, number="1")) == ["small"]


def test_a_contact_is_known_in_every_system_and_a_deal_in_one() -> None:
    dealer = Dealer([Crm(), Mail()])
    deals = [DealOpened(key=f"d-{n}", at=AT, name="", contacts=(f"c-{n}",)) for n in range(40)]
    assert whom(dealer, ContactJoined(key="c-1", at=AT)) == ["crm", "mail"]
    assert {tuple(whom(dealer, deal)) for deal in deals} == {("crm",), ("mail",)}
