"""What the sandbox's shop can be asked is a part of what Shopify can be asked, name for name."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    parse,
    validate,
)

from sandbox.happenings import OrderCancelled, OrderRefunded, ProductDeleted
from sandbox.http import Json
from sandbox.names import number, shop_customer
from sandbox.shopify.fields import FIELDS
from sandbox.shopify.plan import SCHEMA, plan
from sandbox.shopify.reading import Reading
from tests.sandbox.shopper import NOON, Shopper, customer, line, order, product

SPEC = Path(__file__).parents[3] / "shared/specs/shopify.admin.graphql"
ARGS = {"first": "2", "key": '"loyalty"', "ids": "[]"}
BEYOND = {"productsCount"}  # the shop has it, the pruned schema does not


@pytest.fixture(scope="session")
def theirs() -> GraphQLSchema:
    if not SPEC.exists():
        pytest.skip(f"no vendor schema at {SPEC}")
    return build_schema(SPEC.read_text(), assume_valid=True)


@pytest.fixture(scope="module")
def shopper() -> Shopper:
    shopper = Shopper()
    lines = (line("a", product="p1", sku="s"), line("b", product="gone"))
    shopper.shop.apply_many(
        [
            customer("ada", phone="+4930", accepts_email=True, accepts_sms=False, company="ACME",
                     external_ids={"loyalty": "L1"}, tags=("a",), note="n"),
            customer("bare", email="", address=None, first_name="", last_name=""),
            product("p1", tags=("t",), maker="ACME", category="c"),
            product("gone"),
            ProductDeleted(key="gone", at=NOON),
            order("o1", customer="ada", lines=lines, email="a@x.example", tags=("x",)),
            order("o2", address=None, shipping=0, tax=0, status="pending"),
            order("o3", status="fulfilled"),
            OrderRefunded(key="r1", order="o1", amount=5, lines=(("a", 1),), at=NOON),
            OrderCancelled(key="o2", at=NOON),
        ]
    )  # fmt: skip
    return shopper


def test_every_type_field_and_argument_is_the_vendors(theirs: GraphQLSchema) -> None:
    for name, ours in SCHEMA.type_map.items():
        vendor = theirs.type_map.get(name)
        assert vendor is not None, name
        if isinstance(ours, GraphQLEnumType) and isinstance(vendor, GraphQLEnumType):
            assert ours.values.keys() <= vendor.values.keys(), name
        if name.startswith("__") or not isinstance(ours, GraphQLObjectType | GraphQLInterfaceType):
            continue
        assert isinstance(vendor, GraphQLObjectType | GraphQLInterfaceType)
        for field, definition in ours.fields.items():
            if field not in BEYOND:
                _same(f"{name}.{field}", definition, vendor.fields[field])


def _same(name: str, ours: GraphQLField, theirs: GraphQLField) -> None:
    assert str(ours.type) == str(theirs.type), name
    assert {a: str(arg.type) for a, arg in ours.args.items()} == {
        a: str(arg.type) for a, arg in theirs.args.items()
    }, name
    assert (ours.deprecation_reason is None) == (theirs.deprecation_reason is None), name


def test_every_field_of_every_record_is_answered_with_its_type(shopper: Shopper) -> None:
    roots = ("orders", "customers", "products", "deletionEvents", "events", "shop", "ordersCount")
    for root in roots:
        _check_whole(shopper, root)


def test_every_query_asked_here_is_valid_at_the_vendor(theirs: GraphQLSchema) -> None:
    for root in ("orders", "customers", "products", "deletionEvents", "events", "shop"):
        assert validate(theirs, parse(f"{{ {_whole('QueryRoot', root)} }}")) == []


def test_a_record_is_found_by_id_whatever_its_type(shopper: Shopper) -> None:
    ids = {
        "order": f"gid://shopify/Order/{number('order', 'o1')}",
        "customer": f"gid://shopify/Customer/{shop_customer('ada')}",
        "product": f"gid://shopify/Product/{number('product', 'p1')}",
        "refund": f"gid://shopify/Refund/{number('refund', 'r1')}",
    }
    for root, gid in ids.items():
        data = shopper.data(f'{{ {root}(id: "{gid}") {{ id }} node(id: "{gid}") {{ id }} }}')
        assert data == {root: {"id": gid}, "node": {"id": gid}}


def test_introspection_tells_the_schema(shopper: Shopper) -> None:
    answer = shopper.data("{ __schema { queryType { name } } }")
    assert answer == {"__schema": {"queryType": {"name": "QueryRoot"}}}


def _check_whole(shopper: Shopper, root: str) -> None:
    """Ask for everything below a root field at once, whatever it costs, and check each value."""
    document = parse(f"{{ {_whole('QueryRoot', root)} }}")
    assert validate(SCHEMA, document) == []
    made = plan(document, None, {}, FIELDS)
    reading = Reading(shopper.shop.store.collections, "", {}, {})
    value = made.roots[root].run(shopper.shop, reading)
    assert SCHEMA.query_type is not None
    wrong = list(_wrong(SCHEMA.query_type.fields[root].type, value, root))
    assert wrong == []


def _whole(kind: str, field: str, above: tuple[str, ...] = ()) -> str:
    """Write a field with everything below it, but nothing of a type that is above it."""
    parent = SCHEMA.type_map[kind]
    assert isinstance(parent, GraphQLObjectType | GraphQLInterfaceType)
    definition = parent.fields[field]
    needed = [name for name in definition.args if name in ARGS]
    args = f"({', '.join(f'{name}: {ARGS[name]}' for name in needed)})" if needed else ""
    inner = get_named_type(definition.type)
    if is_leaf_type(inner):
        return f"{field}{args}"
    assert isinstance(inner, GraphQLObjectType | GraphQLInterfaceType)
    if inner.name in above:
        return f"{field}{args} {{ __typename }}"
    below = " ".join(_whole(inner.name, name, (*above, inner.name)) for name in inner.fields)
    return f"{field}{args} {{ __typename {below} }}"


def _wrong(kind: Json, value: Json, path: str) -> Iterator[str]:
    found: Iterable[str]
    if is_non_null_type(kind):
        found = [f"{path} is null"] if value is None else _wrong(kind.of_type, value, path)
    elif value is None:
        found = []
    elif is_list_type(kind):
        each = (_wrong(kind.of_type, one, f"{path}[{n}]") for n, one in enumerate(value))
        found = [wrong for one in each for wrong in one]
    elif is_leaf_type(kind):
        found = [] if _fits(kind, value) else [f"{path} is {value!r}, not {kind}"]
    else:
        found = _wrong_fields(kind, value, path)
    yield from found


def _wrong_fields(kind: Json, value: Json, path: str) -> Iterator[str]:
    for name, one in value.items():
        if name != "__typename" and isinstance(kind, GraphQLObjectType):
            yield from _wrong(kind.fields[name].type, one, f"{path}.{name}")


def _fits(kind: Json, value: Json) -> bool:
    if isinstance(kind, GraphQLEnumType):
        return value in kind.values
    wanted = {"Int": int, "Float": float, "Boolean": bool, "JSON": object}.get(kind.name, str)
    return type(value) is wanted or wanted is object
