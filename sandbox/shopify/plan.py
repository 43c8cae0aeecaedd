"""A query, checked once and turned into nested functions that pick what it asks for.

graphql-core parses and validates. Its executor would take a second for 250 orders of 50 fields, so
a valid query is compiled: each selected field becomes one function of a record's facts.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLIncludeDirective,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSkipDirective,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    build_schema,
    get_argument_values,
    get_directive_values,
    get_named_type,
    get_nullable_type,
    get_variable_values,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    parse,
    validate,
)

from sandbox.faults import tampered
from sandbox.http import Json
from sandbox.shopify import cost
from sandbox.shopify.cursors import Page, encode

Getter = Callable[[Any, Any], Any]
Readers = Mapping[str, Mapping[str, Any]]
SCHEMA = build_schema((Path(__file__).parent / "schema.graphql").read_text())
MONEY = frozenset({"MoneyBag", "MoneyV2"})
KEPT = 256  # queries a client sends again and again


@dataclass(frozen=True, slots=True)
class Part:
    """How a field is read from facts, and what it costs. ``item``: cost of one of a connection."""

    run: Getter
    cost: int = 0
    item: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled query: root fields by response key, and the points it asks for."""

    roots: Mapping[str, Part]
    names: Mapping[str, str]
    requested: int

    def actual(self, data: Mapping[str, Any]) -> int:
        """Give what the query cost in the end: root connections by what they really hold."""
        return sum(_spent(part, data.get(key)) for key, part in self.roots.items())


@lru_cache(maxsize=KEPT)
def checked(text: str) -> tuple[DocumentNode | None, list[GraphQLError]]:
    """Parse and validate a query."""
    try:
        document = parse(text)
    except GraphQLError as error:
        return None, [error]
    return document, validate(SCHEMA, document)


def operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """Give the operation to run; raises `GraphQLError` when there is no one such."""
    found = [
        node
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
        and (not name or (node.name is not None and node.name.value == name))
    ]
    if len(found) != 1:
        raise GraphQLError("An operation name is required")
    return found[0]


def plan(
    document: DocumentNode, name: str | None, variables: Mapping[str, Any], readers: Readers
) -> Plan:
    """Compile a valid query; raises `GraphQLError` for variables of the wrong type."""
    chosen = operation(document, name)
    values = get_variable_values(SCHEMA, chosen.variable_definitions or (), dict(variables))
    if isinstance(values, list):
        raise values[0]
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    compiler = _Compiler(fragments, values, readers)
    root = SCHEMA.query_type
    assert root is not None  # noqa: S101 - schema.graphql has one
    fields = compiler.collected(root, [chosen.selection_set])
    parts = {key: compiler.field(root, nodes) for key, nodes in fields.items()}
    names = {key: nodes[0].name.value for key, nodes in fields.items()}
    return Plan(parts, names, max(sum(part.cost for part in parts.values()), 1))


class _Compiler:
    def __init__(
        self, fragments: Mapping[str, FragmentDefinitionNode], variables: Json, readers: Readers
    ) -> None:
        self._fragments = fragments
        self._variables = variables
        self._readers = readers

    def field(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> Part:
        """Compile one field, whose nodes are all that the query says of it."""
        name = nodes[0].name.value
        if name == "__typename":
            return Part(lambda *_: kind.name)
        definition = kind.fields[name]
        inner = get_named_type(definition.type)
        args = get_argument_values(definition, nodes[0], self._variables)
        value = self._reader(kind.name, name, definition, args)
        if is_leaf_type(inner):
            return Part(value)
        sets = [node.selection_set for node in nodes if node.selection_set]
        if inner.name.endswith("Connection"):
            return self._connection(inner, sets, value, args)
        body = self._composite(inner, sets)
        if inner.name in MONEY:
            return Part(_remembered(value, body.run))
        price = body.cost + cost.OBJECT
        if is_list_type(get_nullable_type(definition.type)):
            many = len(args.get("ids", ())) or 1
            return Part(_each(value, body.run), price * many)
        return Part(_maybe(value, body.run), price)

    def collected(
        self, kind: GraphQLObjectType, sets: list[SelectionSetNode]
    ) -> dict[str, list[FieldNode]]:
        """Give the fields that are selected on a type, by response key, in order."""
        found: dict[str, list[FieldNode]] = {}
        for selections in sets:
            for node in self._fields(kind, selections):
                key = node.alias.value if node.alias else node.name.value
                found.setdefault(key, []).append(node)
        return found

    def _fields(self, kind: GraphQLObjectType, selections: SelectionSetNode) -> Iterator[FieldNode]:
        for node in selections.selections:
            if not self._wanted(node):
                continue
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments[node.name.value]
                if _applies(fragment.type_condition.name.value, kind):
                    yield from self._fields(kind, fragment.selection_set)
            elif isinstance(node, InlineFragmentNode):
                on = node.type_condition
                if on is None or _applies(on.name.value, kind):
                    yield from self._fields(kind, node.selection_set)

    def _wanted(self, node: Json) -> bool:
        skip = get_directive_values(GraphQLSkipDirective, node, self._variables)
        include = get_directive_values(GraphQLIncludeDirective, node, self._variables)
        return not (skip and skip["if"]) and (include is None or include["if"])

    def _reader(
        self, kind: str, name: str, definition: GraphQLField, args: dict[str, Any]
    ) -> Getter:
        read = self._readers.get(kind, {}).get(name)
        if read is None:
            return lambda facts, _: facts.get(name)
        if not definition.args:
            found: Getter = read
            return found
        return lambda facts, reading: read(facts, reading, args)

    def _object(self, kind: GraphQLObjectType, sets: list[SelectionSetNode]) -> Part:
        parts = {key: self.field(kind, nodes) for key, nodes in self.collected(kind, sets).items()}
        getters = [(key, part.run) for key, part in parts.items()]
        price = sum(part.cost for part in parts.values())
        return Part(lambda f, r: {key: get(f, r) for key, get in getters}, price)

    def _composite(self, kind: GraphQLNamedType, sets: list[SelectionSetNode]) -> Part:
        """Compile an object, or an interface: its facts are then (name of the type, facts)."""
        if isinstance(kind, GraphQLObjectType):
            return self._object(kind, sets)
        assert is_abstract_type(kind)  # noqa: S101 - validation lets nothing else have fields
        by_name = {one.name: self._object(one, sets) for one in SCHEMA.get_possible_types(kind)}
        runs = {name: part.run for name, part in by_name.items()}
        price = max(part.cost for part in by_name.values())
        return Part(lambda found, r: runs[found[0]](found[1], r), price)

    def _connection(
        self,
        kind: GraphQLNamedType,
        sets: list[SelectionSetNode],
        value: Getter,
        args: Mapping[str, Any],
    ) -> Part:
        assert isinstance(kind, GraphQLObjectType)  # noqa: S101 - so the schema says
        parts = {
            key: self._of_connection(kind, nodes)
            for key, nodes in self.collected(kind, [*sets]).items()
        }
        getters = [(key, part.run) for key, part in parts.items()]
        item = max((part.cost for part in parts.values()), default=0)
        count = args.get("first") or args.get("last") or 0

        def run(facts: Json, reading: Json) -> Json:
            page = value(facts, reading)
            return {key: get(page, reading) for key, get in getters}

        return Part(run, cost.connection(count, item), item)

    def _of_connection(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> Part:
        name = nodes[0].name.value
        if name == "__typename":
            return Part(lambda *_: kind.name)
        inner = get_named_type(kind.fields[name].type)
        sets = [node.selection_set for node in nodes if node.selection_set]
        if name == "nodes":
            node = self._composite(inner, sets)
            return Part(lambda page, r: _nodes(page, node.run, r), node.cost + cost.OBJECT)
        assert isinstance(inner, GraphQLObjectType)  # noqa: S101 - Edge or PageInfo
        if name == "pageInfo":
            info = self._object(inner, sets)
            return Part(lambda page, r: info.run(_info(page), r))
        return self._edges(inner, sets)

    def _edges(self, kind: GraphQLObjectType, sets: list[SelectionSetNode]) -> Part:
        node, price = None, 0
        keys: list[tuple[str, str]] = []
        for key, nodes in self.collected(kind, sets).items():
            keys.append((key, nodes[0].name.value))
            if nodes[0].name.value == "node":
                inner = get_named_type(kind.fields["node"].type)
                part = self._composite(inner, [n.selection_set for n in nodes if n.selection_set])
                node, price = part.run, part.cost + cost.OBJECT

        def run(page: Page, reading: Json) -> Json:
            found = _nodes(page, node, reading) if node else [None] * len(page.items)
            made = zip(_cursors(page, len(found)), found, strict=True)
            plain = ({"cursor": c, "node": n, "__typename": kind.name} for c, n in made)
            return [{key: edge[name] for key, name in keys} for edge in plain]

        return Part(run, price)


def _spent(part: Part, value: Json) -> int:
    if part.item is None:
        return part.cost if value is not None else cost.OBJECT
    held = value.values() if isinstance(value, dict) else ()
    count = max((len(items) for items in held if isinstance(items, list)), default=0)
    return min(cost.connection(count, part.item), part.cost)


def _applies(condition: str, kind: GraphQLObjectType) -> bool:
    named = SCHEMA.type_map[condition]
    return named is kind or (is_abstract_type(named) and SCHEMA.is_sub_type(named, kind))


def _each(value: Getter, run: Getter) -> Getter:
    return lambda f, r: [None if one is None else run(one, r) for one in value(f, r)]


def _maybe(value: Getter, run: Getter) -> Getter:
    def get(facts: Json, reading: Json) -> Json:
        found = value(facts, reading)
        return None if found is None else run(found, reading)

    return get


def _remembered(value: Getter, run: Getter) -> Getter:
    """Write the same amount once: amounts are half of an order, and many are 0.0."""
    seen: dict[Any, Any] = {}

    def get(facts: Json, reading: Json) -> Json:
        money = value(facts, reading)
        found = seen.get(money)
        if found is None and money is not None:
            found = seen[money] = run(money, reading)
        return found

    return get


def _nodes(page: Page, run: Getter, reading: Json) -> list[Any]:
    found = [run(item, reading) for item in page.items]
    return tampered(page.table, found) if page.table else found


def _cursors(page: Page, count: int) -> list[str]:
    """Give a cursor for each edge; a page that faults made longer repeats the last."""
    marks = (page.marks + page.marks[-1:] * count)[:count]
    return [encode(mark) for mark in marks]


def _info(page: Page) -> dict[str, Any]:
    return {
        "startCursor": encode(page.marks[0]) if page.marks else None,
        "endCursor": encode(page.marks[-1]) if page.marks else None,
        "hasNextPage": page.has_next,
        "hasPreviousPage": page.has_previous,
    }
