"""Provisions: one measurable demand of a document each, as typed Python, and how YAML becomes one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from pipelines.errors import MetadataError

KINDS = ("rule", "ratio", "duration", "count", "task", "bureau_rule")
WINDOWS = ("point", "event", "week", "month", "quarter", "semester", "school_year", "calendar_year", "due")
AGGREGATES = ("count", "distinct", "sum", "min", "max", "every", "some")
TASK_STATUSES = ("done_on_time", "late", "overdue", "open")
_TEXT_LITERAL = re.compile(r"'(?:[^']|'')*'")
_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Parameter:
    """A number or word that a provision uses, with where its default comes from."""

    name: str
    value: int | Decimal | str
    source: str


@dataclass(frozen=True)
class Task:
    """One task of the document: its number there, the body that leads, and the last day for it."""

    no: str
    lead_body: str
    due: date


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
    """One measurable demand. Expressions are SQL over documented fact columns; a name given earlier may be used.

    `reading` is filled with the parameters that it names. `gap` names what is counted as missing (required less
    actual), empty where nothing is. Below `suppress_below`, numbers other than 0 are not
    published for parts of the whole.
    """

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
    gap: str
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
    task: Task | None
    suppress_below: Parameter | None
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

    @property
    def dead_parameters(self) -> Iterator[str]:
        """Parameters that change nothing: named by no expression (words may also be shown by the reading alone)."""
        used = {name for _, expression in self.expressions for name in names_in(expression)}
        for parameter in self.parameters:
            is_shown = isinstance(parameter.value, str) and parameter.value in self.reading
            if parameter.name not in used and not is_shown:
                yield parameter.name

    @property
    def pruned(self) -> Provision:
        """The same demand, without what is gathered or named for no other expression."""
        wanted: set[str] = set()
        for field, expression in self.expressions:
            if not field.startswith(("aggregates.", "let.")):
                wanted |= names_in(expression)
        for name, expression in reversed(self.let):
            wanted |= names_in(expression) if name in wanted else set()
        let = tuple(pair for pair in self.let if pair[0] in wanted)
        return replace(self, let=let, aggregates=tuple(each for each in self.aggregates if each.name in wanted))

    def is_in_force(self, day: date) -> bool:
        """Whether the provision holds on that day; the first and the last day of its validity count."""
        begun = self.effective_from is None or self.effective_from <= day
        return begun and (self.effective_to is None or day <= self.effective_to)

    @property
    def judged(self) -> str:
        """The indicator by which the provision is scored; its other rates and numbers only describe."""
        return f"{self.id}.on_time_rate" if self.kind == "duration" else self.id

    def counts_schools(self, indicator: str) -> bool:
        """Whether that indicator is a share of schools, not of hazards, people, tasks or townships."""
        is_share_of_units = self.kind not in ("ratio", "duration", "count") and self.done is None
        return indicator == self.id and is_share_of_units and self.over in ("school", "campus", "stage")

    @property
    def indicators(self) -> tuple[str, ...]:
        """Names under which figures appear: the id, or the id with a statistic as suffix."""
        gap = (f"{self.id}.gap",) if self.gap else ()
        counts = tuple(f"{self.id}.{name}" for name in (*dict(self.values), *(rate[0] for rate in self.rates)))
        if self.kind == "duration":
            unit = self.measure_unit
            times = (f"{self.id}.median_{unit}", f"{self.id}.p90_{unit}", f"{self.id}.on_time_rate")
            return times + counts
        if self.kind == "task":
            return (self.id, *(f"{self.id}.{status}" for status in TASK_STATUSES))
        return counts if self.kind == "count" else (self.id, *gap, *counts)


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


def _task(entry: Mapping[str, Any] | None) -> Task | None:
    return None if entry is None else Task(str(entry["no"]), entry["lead_body"], entry["due"])


def _filled(reading: str, parameters: Iterable[Parameter]) -> str:
    """The reading with each parameter's value in place of its name."""
    values = {parameter.name: str(parameter.value) for parameter in parameters}
    return _PLACEHOLDER.sub(lambda found: values[found[1]], reading)


def _windows(entry: str | Mapping[str, str]) -> dict[str, str]:
    return {"default": entry} if isinstance(entry, str) else dict(entry)


_OVER = {"rule": "school", "ratio": "school", "count": "school", "task": "task", "bureau_rule": "bureau"}


def _provision(entry: Mapping[str, Any]) -> Provision:
    kind = entry["kind"]
    windows = _windows(entry["window"])
    target = entry.get("target")
    parameters = tuple(_parameter(name, value) for name, value in (entry.get("parameters") or {}).items())
    suppressed = entry.get("suppress_below")
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
        reading=_filled(entry.get("reading") or "", parameters),
        measure_unit=entry.get("measure_unit", "count" if kind == "count" else "rate"),
        windows=windows,
        over=entry.get("over") or _OVER.get(kind, "school"),
        applies=_text(entry.get("applies")),
        parameters=parameters,
        aggregates=tuple(_aggregate(name, value) for name, value in (entry.get("aggregates") or {}).items()),
        let=_pairs(entry.get("let")),
        gap=str(entry.get("gap") or ""),
        all_of=tuple(entry.get("all_of", ())),
        values=_pairs(entry.get("values")),
        rates=tuple((name, str(rate["done"]), str(rate["due"])) for name, rate in (entry.get("rates") or {}).items()),
        task=_task(entry.get("task")),
        suppress_below=None if suppressed is None else _parameter("suppress_below", suppressed),
        effective_from=entry.get("effective_from"),
        effective_to=entry.get("effective_to"),
        **{
            field: _text(entry.get(field))
            for field in ("meets", "actual", "required", "done", "due", "start", "end", "observed_until", "deadline")
        },
        **{field: _text(entry.get(field)) for field in ("case_status", "within", "cohort")},
    )


_KEYS = frozenset(Provision.__dataclass_fields__) - {"windows"}


def provision_of(entry: Mapping[str, Any]) -> Provision:
    """The provision that an entry describes; MetadataError, a line for each key that is missing or not known."""
    problems = list(_key_problems(entry))
    try:
        if not problems:
            return _provision(entry)
    except KeyError as error:
        problems.append(f"{error.args[0]!r} is missing")
    except (TypeError, AttributeError, ArithmeticError) as error:
        problems.append(f"is not written as a provision is: {error}")
    raise MetadataError("\n".join(problems))


def _key_problems(entry: Mapping[str, Any]) -> Iterator[str]:
    for key in entry:
        if key not in _KEYS:
            yield f"{key!r} is no key{nearest(key, _KEYS)}"
    if isinstance(task := entry.get("task"), dict) and False in task:
        yield "task: write the key 'no' in quotes; bare, YAML reads it as false"
    parameters = entry.get("parameters") or {}
    for name in _PLACEHOLDER.findall(entry.get("reading") or ""):
        if name not in parameters:
            yield f"reading: no parameter {name!r} to fill in{nearest(name, parameters)}"


def nearest(name: str, known: Iterable[str]) -> str:
    """The end of a message: the known name that was most likely meant, if any is like it."""
    close = get_close_matches(name, sorted(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
