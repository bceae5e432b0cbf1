"""What each expression of a provision may name, and the sheets and cells that it rests on."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from pipelines.errors import MetadataError
from pipelines.measure.expressions import Place, check_expression
from pipelines.measure.relations import EVENT_KEYS, SCHOOL_UNITS, UNITS, Relation, relations, window_columns
from pipelines.metadata.items import Item, items
from pipelines.metadata.provisions import Aggregate, nearest
from pipelines.metadata.standards import Provision, Standard

ITEM_TABLES = {"checklist": "checklist", "count": "counts", "body": "body_checklist", "body_count": "body_counts"}


@dataclass
class Reading:
    """What a checked provision reads.

    `point_tables` state facts of the last month, `event_tables` gather a window of months; `profile_fields` and
    `items` are the cells whose unreadable value is the reason for an unknown, `doubtful_fields` ('drills.category')
    those of gathered rows that then may count or not, `state_fields` those that the unit's own columns rest on;
    `history_tables` are ledgers of which every month tells, not the last alone;
    `population_fields` those of lists whose rows tell whether the unit is addressed at all; `beside_tables` are held
    against gathered rows.
    """

    point_tables: set[str] = field(default_factory=set)
    event_tables: set[str] = field(default_factory=set)
    ledger_tables: set[str] = field(default_factory=set)
    profile_fields: set[str] = field(default_factory=set)
    items: set[str] = field(default_factory=set)
    doubtful_fields: set[str] = field(default_factory=set)
    state_fields: set[str] = field(default_factory=set)
    history_tables: set[str] = field(default_factory=set)
    population_fields: set[str] = field(default_factory=set)
    beside_tables: set[str] = field(default_factory=set)

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
        raise place.error(f"fact {name!r} is not known{nearest(name, known)}")
    return known[name]


def read_provision(standard: Standard, provision: Provision) -> Reading:
    """What the provision reads, once every expression has been checked; MetadataError, a line for each problem."""
    reader = _Reader(standard, provision)
    reader.read()
    if reader.problems:
        raise MetadataError("\n".join(reader.problems))
    return reader.reading


@dataclass
class _Reader:
    """One provision being checked: what it reads so far, what is wrong so far, the names that hold by now."""

    standard: Standard
    provision: Provision
    reading: Reading = field(default_factory=Reading)
    problems: list[str] = field(default_factory=list)
    scope: set[str] = field(default_factory=set)

    @property
    def asked(self) -> Collection[str]:
        """Columns of the items that the unit answers."""
        return _items(self.provision) if self.provision.kind != "duration" else ()

    def at(self, part: str) -> Place:
        """The place of that part, for messages."""
        return Place(f"{self.standard.id}.yaml", self.provision.id, part)

    def check(self, expression: str, scope: Collection[str], part: str) -> set[str]:
        """The columns named, or none and a problem."""
        try:
            return check_expression(expression, scope, self.at(part), self.asked)
        except MetadataError as error:
            self.problems.append(str(error))
            return set()

    def read(self) -> None:
        """Check every part in the order in which names come to hold."""
        try:
            relation = self._over()
        except MetadataError as error:
            self.problems.append(str(error))
            return
        provision, is_case = self.provision, self.provision.kind == "duration"
        parameters = {parameter.name for parameter in provision.parameters}
        own = set(relation.columns) if is_case else unit_columns(provision.over) | set(_items(provision))
        self.scope = set(window_columns()) | parameters | own
        self._no_duplicates(self.scope - parameters)
        for aggregate in provision.aggregates:
            self._aggregate(aggregate, set(window_columns()) | parameters)
        used: set[str] = set()
        for part, expression in provision.expressions:
            # Whom a duration addresses is asked of schools, not of their cases: see the population.
            if part.startswith("aggregates.") or (is_case and part == "applies"):
                continue
            used |= self.check(expression, self.scope, part)
            if part.startswith("let."):
                self.scope.add(part.removeprefix("let."))
        scope = unit_columns("school") if is_case else self.scope
        addressed = self.check(self.standard.population_expression(provision), scope, "population")
        used |= addressed
        if not is_case:
            about = Reading()
            _note_columns(about, provision, addressed)
            self.reading.population_fields = about.state_fields
            _note_columns(self.reading, provision, used)
            if self.standard.spot_checks.is_visit and ITEM_TABLES["checklist"] in self.reading.point_tables:
                self.reading.beside_tables.add("inspections")
        elif relation.table:
            self.reading.ledger_tables.add(relation.table)
            self.reading.doubtful_fields |= {source for column in used for source in relation.sources.get(column, ())}

    def _over(self) -> Relation:
        place, over = self.at("over"), self.provision.over
        relation = _relation(over, place)
        if self.provision.kind != "duration" and over not in UNITS:
            raise place.error(f"{over!r} is no unit; write one of {', '.join(UNITS)}")
        has_cases = "school_code" in relation.keys and "case_no" in relation.columns
        if self.provision.kind == "duration" and not has_cases:
            raise place.error(f"fact {over!r} has no cases of a school; a duration needs both")
        return relation

    def _aggregate(self, aggregate: Aggregate, shared: set[str]) -> None:
        part, key = f"aggregates.{aggregate.name}", EVENT_KEYS.get(self.provision.over)
        self.scope.add(aggregate.name)
        try:
            of = _relation(aggregate.of, self.at(f"{part}.of"))
            if key is not None and key not in of.keys:
                reason = f"fact {of.name!r} has no {key}: it cannot be gathered by {self.provision.over}"
                raise self.at(f"{part}.of").error(reason)
        except MetadataError as error:
            self.problems.append(str(error))
            return
        used = self.check(aggregate.value, shared | set(of.columns), part)
        if aggregate.where:
            used |= self.check(aggregate.where, shared | set(of.columns), f"{part}.where")
        if of.date and aggregate.in_window:
            used |= {of.date}
        if self.provision.over in of.keys:
            used |= {self.provision.over}
        self.reading.doubtful_fields |= {source for column in used for source in of.sources.get(column, ())}
        self.reading.beside_tables |= {table for column in used for table in of.beside.get(column, ())}
        if aggregate.empty:
            self.check(aggregate.empty, shared, f"{part}.empty")
        _note_table(self.reading, of, aggregate.in_window)
        is_of_every_list = not used & of.current if of.current else of.date and not aggregate.in_window
        if of.table and is_of_every_list:
            self.reading.history_tables.add(of.table)

    def _no_duplicates(self, scope: set[str]) -> None:
        for part, name in _own_names(self.provision):
            if name in scope:
                error = self.at(part).error(f"{name!r} is already a column; choose another name")
                self.problems.append(str(error))
            scope = scope | {name}


def _items(provision: Provision) -> dict[str, Item]:
    return {} if provision.over == "task" else columns_of_items(provision.over)


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
            else:
                reading.doubtful_fields.add(source)
                reading.state_fields.add(source)
        if column in by_item:
            reading.items.add(by_item[column].id)
            reading.point_tables.add(ITEM_TABLES[by_item[column].kind])
