"""Facts cross the side-channel unchanged."""

from datetime import UTC, datetime

import pytest

from sandbox import happenings
from sandbox.happenings import (
    Address,
    CustomerEdited,
    Happening,
    Line,
    OrderEdited,
    OrderPlaced,
    SubscriptionChanged,
    from_json,
    to_json,
)

NOON = datetime(2026, 1, 4, 12, tzinfo=UTC)
BERLIN = Address(city="Berlin", country="DE")


@pytest.mark.parametrize(
    "fact",
    [
        OrderPlaced(
            key="o1",
            at=NOON,
            number="1001",
            lines=(Line(key="l1", title="Tea", quantity=2, price=1250),),
            address=BERLIN,
        ),
        CustomerEdited(key="c1", at=NOON, changes={"address": BERLIN, "email": "a@x.example"}),
        OrderEdited(key="o1", at=NOON, changes={"lines": (Line(key="l2", title="Jug"),)}),
        SubscriptionChanged(key="s1", at=NOON, changes={"trial_until": NOON, "quantity": 3}),
    ],
)
def test_a_happening_survives_the_journey_through_json(fact: Happening) -> None:
    assert from_json(to_json(fact)) == fact


def test_a_change_must_name_a_field_that_there_is() -> None:
    with pytest.raises(ValueError, match="shoe_size"):
        from_json({"what": "CustomerEdited", "key": "c1", "at": NOON, "changes": {"shoe_size": 3}})


def test_an_unknown_happening_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="CustomerFlew"):
        from_json({"what": "CustomerFlew", "key": "c1", "at": NOON})


def test_every_happening_belongs_to_one_of_the_five_systems() -> None:
    kinds = [vars(happenings)[name] for name in happenings.__all__]
    systems = {k.system for k in kinds if isinstance(k, type) and issubclass(k, Happening)}
    assert systems == {"", "shop", "billing", "support", "marketing", "crm"}


def test_an_order_costs_its_lines_less_discounts_plus_shipping_and_tax() -> None:
    lines = (
        Line(key="a", title="Tea", quantity=2, price=500, discount=100),
        Line(key="b", title="Cup", price=300),
    )
    order = OrderPlaced(key="o", at=NOON, number="1", lines=lines, shipping=450, tax=50)
    assert order.total == 1700
