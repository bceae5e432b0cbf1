"""Standards: what a policy document demands, one YAML file a document, as typed Python."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import MetadataError, UsageError
from pipelines.metadata import METADATA_ROOT
from pipelines.metadata.items import items
from pipelines.metadata.provisions import (
    KINDS,
    TASK_STATUSES,
    WINDOWS,
    Aggregate,
    Parameter,
    Provision,
    Task,
    names_in,
    nearest,
    provision_of,
)
from pipelines.metadata.text import fold
from pipelines.metadata.values import vocabulary
from pipelines.wording import text

__all__ = [
    "TASK_STATUSES",
    "WINDOWS",
    "Aggregate",
    "Body",
    "Parameter",
    "Provision",
    "SpotChecks",
    "Standard",
    "Task",
    "load_standard",
    "names_in",
    "parse_standard",
    "read_standard",
    "standard_ids",
    "standard_path",
    "standard_problems",
]
SPOT_CHECKS = ("self_report", "visit")
_ITEM_SUFFIX = re.compile(r"_(na|date|done|due)$")


@dataclass(frozen=True)
class Body:
    """One body that the document gives duties, and the other names under which it is written."""

    name: str
    synonyms: tuple[str, ...]


@dataclass(frozen=True)
class SpotChecks:
    """Which counts for an item that a visit of the month saw too, `self_report` or `visit`; and where that stands."""

    counts: str = SPOT_CHECKS[0]
    source: str = ""

    @property
    def is_visit(self) -> bool:
        """What the last visit of the month saw counts."""
        return self.counts == SPOT_CHECKS[1]


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
    bodies: tuple[Body, ...]
    provisions: tuple[Provision, ...]
    spot_checks: SpotChecks = SpotChecks()

    def provision(self, provision_id: str) -> Provision:
        """The provision of that id, or the one of that indicator; UsageError naming the nearest where there is none."""
        known = {provision.id: provision for provision in self.provisions}
        wanted = provision_id
        while wanted not in known and "." in wanted:
            wanted = wanted.rpartition(".")[0]
        if wanted in known:
            return known[wanted]
        close = get_close_matches(wanted, sorted(known), n=1)
        meant = text("errors.meant", name=repr(close[0])) if close else ""
        raise UsageError(text("errors.unknown_provision", standard=self.id, provision=repr(provision_id)) + meant)

    def statistic(self, indicator: str) -> str:
        """What an indicator adds to its provision's id, such as on_time_rate; empty for the provision itself."""
        return indicator.removeprefix(self.provision(indicator).id).removeprefix(".")

    def population_expression(self, provision: Provision) -> str:
        """Who is addressed, as one expression: any of the named populations, and what `applies` adds."""
        named = [self.populations[name] for name in provision.population.split(",")]
        joined = " OR ".join(f"({expression})" for expression in named)
        return f"({joined}) AND ({provision.applies})" if provision.applies else joined

    @property
    def item_windows(self) -> dict[str, str]:
        """Item to the longest window in which a provision reads it, in no order."""
        found: dict[str, str] = {}
        for provision in self.provisions:
            # What is gathered from events names their columns, never an item.
            told = [expression for part, expression in provision.expressions if not part.startswith("aggregates.")]
            named = {name for expression in told for name in names_in(expression)}
            for item in ({_ITEM_SUFFIX.sub("", name) for name in named} | named) & items().keys():
                found[item] = max(found.get(item, "point"), *provision.windows.values(), key=WINDOWS.index)
        return found

    @property
    def asked_items(self) -> tuple[str, ...]:
        """Ids of the items that any expression names, in the order of the catalogue."""
        named = self.item_windows
        return tuple(item for item in items() if item in named)


def _part_problems(standard: Standard, provision: Provision) -> Iterator[str]:
    """Parts of `all_of` that are no provision with a verdict of its own."""
    known = {part.id: part for part in standard.provisions}
    for name in provision.all_of:
        if name not in known:
            yield f"all_of: no provision {name!r}{nearest(name, known)}"
        elif known[name].all_of or known[name].kind in ("duration", "count"):
            yield f"all_of: {name!r} is no rule that each unit meets or not"


def _kind_problems(standard: Standard, provision: Provision) -> Iterator[str]:
    if provision.kind not in KINDS:
        yield f"kind {provision.kind!r} is none of {', '.join(KINDS)}"
    if provision.task and provision.kind != "task":
        yield f"task: a provision of kind {provision.kind!r} is no task"
    if provision.over == "body" and not standard.bodies:
        yield "over: the standard names no bodies"
    stages = {"default", *(term.value for term in vocabulary("school_type"))}
    for stage, window in provision.windows.items():
        if window not in WINDOWS:
            yield f"window {window!r} is none of {', '.join(WINDOWS)}"
        if stage not in stages:
            yield f"window: {stage!r} is no school type{nearest(stage, stages)}"
    for name in provision.population.split(","):
        if name not in standard.populations:
            yield f"population {name!r} is not defined under populations{nearest(name, standard.populations)}"


def _own_problems(standard: Standard, provision: Provision) -> Iterator[str]:
    yield from _kind_problems(standard, provision)
    for name in provision.dead_parameters:
        yield f"parameter {name!r} is used by no expression"
    yield from _part_problems(standard, provision)


def standard_problems(standard: Standard) -> Iterator[str]:
    """What does not hold together within the standard, each with the provision's id and the reason."""
    seen: set[str] = set()
    indicators: dict[str, str] = {}
    numbers: dict[str, str] = {}
    for provision in standard.provisions:
        if provision.id in seen:
            yield f"{provision.id}: the id is given twice"
            continue
        seen.add(provision.id)
        for name in provision.indicators:
            if name in indicators:
                yield f"{provision.id}: the indicator {name!r} is also one of {indicators[name]}"
            indicators[name] = provision.id
        if provision.task and numbers.setdefault(provision.task.no, provision.id) != provision.id:
            yield f"{provision.id}: task {provision.task.no!r} is also {numbers[provision.task.no]}"
        for problem in _own_problems(standard, provision):
            yield f"{provision.id}: {problem}"
    if standard.spot_checks.counts not in SPOT_CHECKS:
        yield f"spot_checks: counts: {standard.spot_checks.counts!r} is none of {', '.join(SPOT_CHECKS)}"
    for label in ("headline", "red_list"):
        for indicator in getattr(standard, label):
            if indicator not in indicators:
                yield f"{label}: no indicator {indicator!r}{nearest(indicator, indicators)}"
    named = [fold(name) for body in standard.bodies for name in (body.name, *body.synonyms)]
    for name in sorted({name for name in named if named.count(name) > 1}):
        yield f"bodies: {name!r} names two bodies"


def _standard_of(document: Mapping[str, Any], provisions: tuple[Provision, ...]) -> Standard:
    return Standard(
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
        bodies=tuple(Body(body["name"], tuple(body.get("synonyms", ()))) for body in document.get("bodies", ())),
        provisions=provisions,
        spot_checks=SpotChecks(**document.get("spot_checks", {})),
    )


def read_standard(path: Path) -> Standard:
    """The standard in that file; MetadataError where it does not hold together, a line for each problem."""
    standard = parse_standard(path)
    if problems := list(standard_problems(standard)):
        raise MetadataError("\n".join(f"{path.name}: {problem}" for problem in problems))
    return standard


def parse_standard(path: Path) -> Standard:
    """The standard as written, its references not yet checked; MetadataError where it cannot be made out."""
    problems: list[str] = []
    provisions: list[Provision] = []
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for entry in document["provisions"]:
            try:
                provisions.append(provision_of(entry))
            except MetadataError as error:
                problems += [f"{entry.get('id', '?')}: {reason}" for reason in str(error).splitlines()]
        standard = _standard_of(document, tuple(provisions))
    except (KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise MetadataError(f"{path.name}: not a standard of ours: {error!r}") from error
    if problems:
        raise MetadataError("\n".join(f"{path.name}: {problem}" for problem in problems))
    return standard


def standard_ids() -> tuple[str, ...]:
    """Ids of every standard that has a file."""
    return tuple(sorted(path.stem for path in (METADATA_ROOT / "standards").glob("*.yaml")))


def standard_path(standard_id: str) -> Path:
    """Where the file of that standard lies."""
    return METADATA_ROOT / "standards" / f"{standard_id}.yaml"


def known_standard(standard_id: str) -> str:
    """The same id; UsageError naming the known ones where there is none of that id."""
    if standard_id not in standard_ids():
        known = text("join").join(standard_ids())
        raise UsageError(text("errors.unknown_standard", standard=repr(standard_id), known=known))
    return standard_id


@cache
def load_standard(standard_id: str) -> Standard:
    """The standard of that id; UsageError that names the known ones where there is none."""
    return read_standard(standard_path(known_standard(standard_id)))
