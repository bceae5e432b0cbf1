"""Standards: what a policy document demands, one YAML file a document, as typed Python."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import MetadataError, UsageError
from pipelines.metadata import METADATA_ROOT
from pipelines.metadata.items import items

KINDS = ("rule", "ratio", "duration", "count", "task", "bureau_rule")
WINDOWS = ("point", "event", "week", "month", "quarter", "semester", "school_year", "calendar_year", "due")
AGGREGATES = ("count", "distinct", "sum", "min", "max", "every", "some")
TASK_STATUSES = ("done_on_time", "late", "overdue", "open")
_TEXT_LITERAL = re.compile(r"'(?:[^']|'')*'")
_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_ITEM_SUFFIX = re.compile(r"_(na|date|done|due)$")


@dataclass(frozen=True)
class Parameter:
    """A number or word that a provision uses, with where its default comes from."""

    name: str
    value: int | Decimal | str
    source: str


@dataclass(frozen=True)
class Aggregate:
    """One value a unit, gathered from the events of one fact.

    `how`: count (rows where `value` is true), distinct, sum, min, max, every and some (three-valued: a row that
    is not known makes them unknown unless another row decides). `empty` is the value where there is no row.
    """

    name: str
    of: str
    how: str
    value: str
    where: str | None
    empty: str | None
    in_window: bool


@dataclass(frozen=True)
class Provision:
    """One measurable demand. Expressions are SQL over documented fact columns; a name given earlier may be used."""

    id: str
    name_zh: str
    name_en: str
    clause: str
    population: str
    kind: str
    window: str
    scored: str
    target: Decimal | None
    reading: str
    measure_unit: str
    windows: Mapping[str, str]
    over: str
    applies: str | None
    parameters: tuple[Parameter, ...]
    aggregates: tuple[Aggregate, ...]
    let: tuple[tuple[str, str], ...]
    meets: str | None
    actual: str | None
    required: str | None
    done: str | None
    due: str | None
    has_gap: bool
    all_of: tuple[str, ...]
    values: tuple[tuple[str, str], ...]
    rates: tuple[tuple[str, str, str], ...]
    start: str | None
    end: str | None
    observed_until: str | None
    deadline: str | None
    case_status: str | None
    within: str | None
    cohort: str | None
    effective_from: date | None
    effective_to: date | None

    @property
    def expressions(self) -> Iterator[tuple[str, str]]:
        """(field, expression) of everything that is evaluated for the provision."""
        for aggregate in self.aggregates:
            yield f"aggregates.{aggregate.name}", aggregate.value
            if aggregate.where:
                yield f"aggregates.{aggregate.name}.where", aggregate.where
            if aggregate.empty:
                yield f"aggregates.{aggregate.name}.empty", aggregate.empty
        for name, expression in self.let:
            yield f"let.{name}", expression
        for field in ("applies", "within", "cohort", "start", "end", "observed_until", "deadline", "case_status"):
            if expression := getattr(self, field):
                yield field, expression
        for field in ("meets", "actual", "required", "done", "due"):
            if expression := getattr(self, field):
                yield field, expression
        for name, expression in self.values:
            yield f"values.{name}", expression
        for name, done, due in self.rates:
            yield f"rates.{name}.done", done
            yield f"rates.{name}.due", due

    def is_in_force(self, day: date) -> bool:
        """Whether the provision holds on that day; the first and the last day of its validity count."""
        begun = self.effective_from is None or self.effective_from <= day
        return begun and (self.effective_to is None or day <= self.effective_to)

    def counts_schools(self, indicator: str) -> bool:
        """Whether that indicator is a share of schools, not of hazards, people, tasks or townships."""
        is_share_of_units = self.kind not in ("ratio", "duration", "count") and self.done is None
        return indicator == self.id and is_share_of_units and self.over in ("school", "campus", "stage")

    @property
    def indicators(self) -> tuple[str, ...]:
        """Names under which figures appear: the id, or the id with a statistic as suffix."""
        gap = (f"{self.id}.gap",) if self.has_gap else ()
        counts = tuple(f"{self.id}.{name}" for name in (*dict(self.values), *(rate[0] for rate in self.rates)))
        if self.kind == "duration":
            unit = self.measure_unit
            times = (f"{self.id}.median_{unit}", f"{self.id}.p90_{unit}", f"{self.id}.on_time_rate")
            return times + counts
        if self.kind == "task":
            return (self.id, *(f"{self.id}.{status}" for status in TASK_STATUSES))
        return counts if self.kind == "count" else (self.id, *gap, *counts)


@dataclass(frozen=True)
class Standard:
    """One policy document as a list of provisions."""

    id: str
    name_zh: str
    name_en: str
    document: str
    issuer: str
    region: str
    whole_name: str
    calendar: str
    effective_from: date
    populations: Mapping[str, str]
    excluded_school_types: tuple[str, ...]
    headline: tuple[str, ...]
    red_list: tuple[str, ...]
    provisions: tuple[Provision, ...]

    def provision(self, provision_id: str) -> Provision:
        """The provision of that id, or of that indicator's id; UsageError naming the nearest where there is none."""
        wanted = provision_id.split(".", maxsplit=1)[0]
        for provision in self.provisions:
            if provision.id in (provision_id, wanted):
                return provision
        close = get_close_matches(wanted, [provision.id for provision in self.provisions], n=1)
        nearest = f"; did you mean {close[0]}?" if close else ""
        raise UsageError(f"{self.id} has no provision {provision_id!r}{nearest}")

    def population_expression(self, provision: Provision) -> str:
        """Who is addressed, as one expression: any of the named populations, and what `applies` adds."""
        named = [self.populations[name] for name in provision.population.split(",")]
        joined = " OR ".join(f"({expression})" for expression in named)
        return f"({joined}) AND ({provision.applies})" if provision.applies else joined

    @property
    def asked_items(self) -> tuple[str, ...]:
        """Ids of the items that any expression names, in the order of the catalogue."""
        named = {
            name
            for provision in self.provisions
            for _, expression in provision.expressions
            for name in names_in(expression)
        }
        named |= {_ITEM_SUFFIX.sub("", name) for name in named}
        return tuple(item for item in items() if item in named)


def names_in(expression: str) -> set[str]:
    """Every lower-case name in an expression outside text literals; no parsing, a superset of its columns."""
    return set(_NAME.findall(_TEXT_LITERAL.sub("", expression)))


def _pairs(entry: Mapping[str, Any] | None) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), str(expression)) for name, expression in (entry or {}).items())


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _parameter(name: str, entry: Mapping[str, Any]) -> Parameter:
    value = entry["value"]
    return Parameter(name, Decimal(str(value)) if isinstance(value, float) else value, entry["source"])


def _aggregate(name: str, entry: Mapping[str, Any]) -> Aggregate:
    how = next((key for key in AGGREGATES if key in entry), "count")
    return Aggregate(
        name=name,
        of=entry["of"],
        how=how,
        value=str(entry.get(how, True)).lower() if isinstance(entry.get(how, True), bool) else str(entry[how]),
        where=_text(entry.get("where")),
        empty=_text(entry.get("empty")),
        in_window=entry.get("in_window", True),
    )


def _windows(entry: str | Mapping[str, str]) -> dict[str, str]:
    return {"default": entry} if isinstance(entry, str) else dict(entry)


_OVER = {"rule": "school", "ratio": "school", "count": "school", "task": "task", "bureau_rule": "bureau"}


def _provision(entry: Mapping[str, Any]) -> Provision:
    kind = entry["kind"]
    windows = _windows(entry["window"])
    target = entry.get("target")
    return Provision(
        id=entry["id"],
        name_zh=entry["name_zh"],
        name_en=entry["name_en"],
        clause=str(entry["clause"]),
        population=entry["population"],
        kind=kind,
        window="|".join(dict.fromkeys(windows.values())),
        scored={True: "yes", False: "no"}.get(entry["scored"], entry["scored"]),
        target=None if target is None else Decimal(str(target)),
        reading=entry.get("reading", ""),
        measure_unit=entry.get("measure_unit", "count" if kind == "count" else "rate"),
        windows=windows,
        over=entry.get("over") or _OVER.get(kind, "school"),
        applies=_text(entry.get("applies")),
        parameters=tuple(_parameter(name, value) for name, value in entry.get("parameters", {}).items()),
        aggregates=tuple(_aggregate(name, value) for name, value in entry.get("aggregates", {}).items()),
        let=_pairs(entry.get("let")),
        has_gap=bool(entry.get("gap", False)),
        all_of=tuple(entry.get("all_of", ())),
        values=_pairs(entry.get("values")),
        rates=tuple((name, str(rate["done"]), str(rate["due"])) for name, rate in entry.get("rates", {}).items()),
        effective_from=entry.get("effective_from"),
        effective_to=entry.get("effective_to"),
        **{
            field: _text(entry.get(field))
            for field in ("meets", "actual", "required", "done", "due", "start", "end", "observed_until", "deadline")
        },
        **{field: _text(entry.get(field)) for field in ("case_status", "within", "cohort")},
    )


_ALIASES = frozenset({"gap"})
_KEYS = (frozenset(Provision.__dataclass_fields__) | _ALIASES) - {"windows", "has_gap"}


def _described(entry: Mapping[str, Any], path: Path) -> Provision:
    """The provision; MetadataError names it and the key that is missing or not known."""
    where = f"{path.name}: {entry.get('id', '?')}"
    for key in entry:
        if key not in _KEYS:
            close = get_close_matches(key, sorted(_KEYS), n=1)
            raise MetadataError(f"{where}: {key!r} is no key" + (f"; did you mean {close[0]!r}?" if close else ""))
    try:
        return _provision(entry)
    except KeyError as error:
        raise MetadataError(f"{where}: {error.args[0]!r} is missing") from error


def _check_parts(standard: Standard, provision: Provision, where: str) -> None:
    """MetadataError for a part of `all_of` that is no provision with a verdict of its own."""
    known = {part.id: part for part in standard.provisions}
    for name in provision.all_of:
        if name not in known:
            close = get_close_matches(name, sorted(known), n=1)
            nearest = f"; did you mean {close[0]!r}?" if close else ""
            raise MetadataError(f"{where}: all_of: no provision {name!r}{nearest}")
        if known[name].all_of or known[name].kind in ("duration", "count"):
            raise MetadataError(f"{where}: all_of: {name!r} is no rule that each unit meets or not")


def _checked(standard: Standard, path: Path) -> Standard:
    """The standard itself once its own references hold; MetadataError names file, provision and reason."""
    seen: set[str] = set()
    for provision in standard.provisions:
        where = f"{path.name}: {provision.id}"
        if provision.id in seen:
            raise MetadataError(f"{where}: the id is given twice")
        seen.add(provision.id)
        if provision.kind not in KINDS:
            raise MetadataError(f"{where}: kind {provision.kind!r} is none of {', '.join(KINDS)}")
        for window in provision.windows.values():
            if window not in WINDOWS:
                raise MetadataError(f"{where}: window {window!r} is none of {', '.join(WINDOWS)}")
        for name in provision.population.split(","):
            if name not in standard.populations:
                raise MetadataError(f"{where}: population {name!r} is not defined under populations")
        used = {name for _, expression in provision.expressions for name in names_in(expression)}
        for parameter in provision.parameters:
            if parameter.name not in used:
                raise MetadataError(f"{where}: parameter {parameter.name!r} is used by no expression")
        _check_parts(standard, provision, where)
    for label in ("headline", "red_list"):
        for indicator in getattr(standard, label):
            if indicator not in {name for provision in standard.provisions for name in provision.indicators}:
                raise MetadataError(f"{path.name}: {label}: no indicator {indicator!r}")
    return standard


def read_standard(path: Path) -> Standard:
    """The standard in that file; MetadataError where it does not hold together."""
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        standard = Standard(
            id=document["id"],
            name_zh=document["name_zh"],
            name_en=document["name_en"],
            document=document["document"],
            issuer=document["issuer"],
            region=document["region"],
            whole_name=document["whole_name"],
            calendar=document["calendar"],
            effective_from=document["effective_from"],
            populations={name: str(expression) for name, expression in document["populations"].items()},
            excluded_school_types=tuple(document["excluded_school_types"]),
            headline=tuple(document["headline"]),
            red_list=tuple(document["red_list"]),
            provisions=tuple(_described(entry, path) for entry in document["provisions"]),
        )
    except (KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise MetadataError(f"{path.name}: not a standard of ours: {error!r}") from error
    return _checked(standard, path)


def standard_ids() -> tuple[str, ...]:
    """Ids of every standard that has a file."""
    return tuple(sorted(path.stem for path in (METADATA_ROOT / "standards").glob("*.yaml")))


@cache
def load_standard(standard_id: str) -> Standard:
    """The standard of that id; UsageError that names the known ones where there is none."""
    if standard_id not in standard_ids():
        raise UsageError(f"standard {standard_id!r} is not known; known are: {', '.join(standard_ids())}")
    return read_standard(METADATA_ROOT / "standards" / f"{standard_id}.yaml")
