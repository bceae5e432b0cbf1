"""What each expression of a provision may name, and the sheets and cells that it rests on."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from pipelines.measure.expressions import Place, check_expression
from pipelines.measure.relations import EVENT_KEYS, SCHOOL_UNITS, UNITS, Relation, relations, window_columns
from pipelines.metadata.items import Item, items
from pipelines.metadata.standards import Provision, Standard

ITEM_TABLES = {"checklist": "checklist", "count": "counts", "body": "body_checklist", "body_count": "body_counts"}


@dataclass
class Reading:
    """What a checked provision reads.

    `point_tables` state facts of the last month, `event_tables` gather a window of months; `profile_fields` and
    `items` are the cells whose unreadable value is the reason for an unknown.
    """

    point_tables: set[str] = field(default_factory=set)
    event_tables: set[str] = field(default_factory=set)
    ledger_tables: set[str] = field(default_factory=set)
    profile_fields: set[str] = field(default_factory=set)
    items: set[str] = field(default_factory=set)

    @property
    def needs_submission(self) -> bool:
        """Whether anything that the school fills in decides."""
        return bool(self.point_tables or self.event_tables or self.ledger_tables)


def item_columns(item: Item) -> tuple[str, ...]:
    """Columns under which an item can be named."""
    if item.kind in ("count", "body_count"):
        return (f"{item.id}_done", f"{item.id}_due")
    return (item.id, f"{item.id}_na", f"{item.id}_date")


def columns_of_items(unit: str) -> dict[str, Item]:
    """Column to item, for the items that this unit answers."""
    kinds = ("checklist", "count") if unit in SCHOOL_UNITS else ("body", "body_count")
    return {column: item for item in items().values() if item.kind in kinds for column in item_columns(item)}


def unit_columns(unit: str) -> set[str]:
    """Fact columns of a unit; campuses and stages have those of their school too."""
    own = set(relations()[unit].columns)
    return own | set(relations()["school"].columns) if unit in SCHOOL_UNITS else own


def _relation(name: str, place: Place) -> Relation:
    known = relations()
    if name not in known:
        close = difflib.get_close_matches(name, sorted(known), n=1)
        raise place.error(f"fact {name!r} is not known" + (f"; did you mean {close[0]!r}?" if close else ""))
    return known[name]


def read_provision(standard: Standard, provision: Provision) -> Reading:
    """What the provision reads, once every expression has been checked; MetadataError names the place."""

    def at(part: str) -> Place:
        return Place(f"{standard.id}.yaml", provision.id, part)

    reading = Reading()
    relation = _relation(provision.over, at("over"))
    is_case = provision.kind == "duration"
    if not is_case and provision.over not in UNITS:
        raise at("over").error(f"{provision.over!r} is no unit; write one of {', '.join(UNITS)}")
    if is_case and not ("school_code" in relation.keys and "case_no" in relation.columns):
        raise at("over").error(f"fact {provision.over!r} has no cases of a school; a duration needs both")
    shared = set(window_columns()) | {parameter.name for parameter in provision.parameters}
    scope = shared | (set(relation.columns) if is_case else unit_columns(provision.over) | set(_items(provision)))
    _no_duplicates(provision, scope - {parameter.name for parameter in provision.parameters}, at)
    for aggregate in provision.aggregates:
        part = f"aggregates.{aggregate.name}"
        of = _relation(aggregate.of, at(f"{part}.of"))
        key = EVENT_KEYS.get(provision.over)
        if key is not None and key not in of.keys:
            raise at(f"{part}.of").error(f"fact {of.name!r} has no {key}: it cannot be gathered by {provision.over}")
        event_scope = shared | set(of.columns)
        check_expression(aggregate.value, event_scope, at(part))
        if aggregate.where:
            check_expression(aggregate.where, event_scope, at(f"{part}.where"))
        if aggregate.empty:
            check_expression(aggregate.empty, shared, at(f"{part}.empty"))
        _note_table(reading, of, aggregate.in_window)
        scope.add(aggregate.name)
    used: set[str] = set()
    for part, expression in provision.expressions:
        if part.startswith("aggregates."):
            continue
        used |= check_expression(expression, scope, at(part))
        if part.startswith("let."):
            scope.add(part.removeprefix("let."))
    if not is_case:
        used |= check_expression(standard.population_expression(provision), scope, at("population"))
        _note_columns(reading, provision, used)
        return reading
    check_expression(standard.population_expression(provision), unit_columns("school"), at("population"))
    if relation.table:
        reading.ledger_tables.add(relation.table)
    return reading


def _items(provision: Provision) -> dict[str, Item]:
    return {} if provision.over == "task" else columns_of_items(provision.over)


def _no_duplicates(provision: Provision, scope: set[str], at: Callable[[str], Place]) -> None:
    for part, name in _own_names(provision):
        if name in scope:
            raise at(part).error(f"{name!r} is already a column; choose another name")
        scope = scope | {name}


def _own_names(provision: Provision) -> Iterator[tuple[str, str]]:
    for parameter in provision.parameters:
        yield f"parameters.{parameter.name}", parameter.name
    for aggregate in provision.aggregates:
        yield f"aggregates.{aggregate.name}", aggregate.name
    for name, _ in provision.let:
        yield f"let.{name}", name


def _note_table(reading: Reading, of: Relation, in_window: bool) -> None:
    if of.table is None:
        return
    if of.date and in_window:
        reading.event_tables.add(of.table)
    else:
        reading.ledger_tables.add(of.table)


def _note_columns(reading: Reading, provision: Provision, used: set[str]) -> None:
    by_item = _items(provision)
    units = (provision.over, "school") if provision.over in SCHOOL_UNITS else (provision.over,)
    sources = {key: value for unit in units for key, value in relations()[unit].sources.items()}
    for column in used:
        for source in sources.get(column, ()):
            table, name = source.split(".")
            reading.point_tables.add(table)
            if table == "profile":
                reading.profile_fields.add(name)
        if column in by_item:
            reading.items.add(by_item[column].id)
            reading.point_tables.add(ITEM_TABLES[by_item[column].kind])
