"""Which rules differ between two sides: parameters, expressions, calendars, items and contracts, each old and new."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipelines.metadata.calendars import Calendar
from pipelines.metadata.provisions import Aggregate, Provision
from pipelines.metadata.standards import Standard, names_in

_PLAIN = (
    *("kind", "over", "applies", "meets", "actual", "required", "done", "due", "within", "cohort", "start", "end"),
    *("observed_until", "deadline", "case_status", "measure_unit", "target", "effective_from", "effective_to"),
)
_WORDS = {
    *("description", "purpose", "examples", "version", "status", "domain", "apiVersion", "name", "dimension"),
    *("dataGranularityDescription", "en", "evidence"),
}
"""Keys of a contract or item that say something to people and decide nothing."""
_MESSAGES = {"message_zh", "message_en", "hint_zh", "hint_en"}


@dataclass(frozen=True)
class RuleChange:
    """One rule that differs. `provision` is empty for what several share; old or new is empty where it is not there.

    `part` is provision where the whole of it came or went; else a field of the provision such as meets, one with a name
    such as parameters.minimum_lessons, or population, excluded_school_types, bodies, calendar, spot_checks. Of what
    decides how cells are read it is contract.<name>, item.<id> or values.
    """

    provision: str
    part: str
    old: str
    new: str


def provision_changes(old: Standard, new: Standard, provision: str) -> tuple[RuleChange, ...]:
    """What differs in the rules of one provision and of those that it is composed of."""
    before, after = find_provision(old, provision), find_provision(new, provision)
    if before is None or after is None:
        found = [RuleChange(provision, "provision", *(one.name_zh if one else "" for one in (before, after)))]
        return tuple(found) if before or after else ()
    found = list(_differing(provision, _parts(old, before), _parts(new, after)))
    for part in dict.fromkeys((*before.all_of, *after.all_of)):
        found += provision_changes(old, new, part)
    return tuple(found)


def find_provision(standard: Standard, indicator: str) -> Provision | None:
    """The provision of that id or indicator; None where the standard has none."""
    known = {one.id: one for one in standard.provisions}
    while indicator not in known and "." in indicator:
        indicator = indicator.rpartition(".")[0]
    return known.get(indicator)


def _parts(standard: Standard, provision: Provision) -> dict[str, str]:
    """Everything that decides, as text by part."""
    parts = {name: str(value) for name in _PLAIN if (value := getattr(provision, name)) is not None}
    parts["population"] = standard.population_expression(provision)
    parts["window"] = " ".join(f"{stage}={window}" for stage, window in sorted(provision.windows.items()))
    parts |= {f"parameters.{one.name}": str(one.value) for one in provision.parameters}
    parts |= {f"aggregates.{one.name}": _aggregate(one) for one in provision.aggregates}
    parts |= {f"let.{name}": expression for name, expression in provision.let}
    parts |= {f"values.{name}": expression for name, expression in provision.values}
    parts |= {f"rates.{name}": f"({done}) / ({due})" for name, done, due in provision.rates}
    if provision.all_of:
        parts["all_of"] = " ".join(provision.all_of)
    if provision.task:
        parts["task"] = f"{provision.task.no} {provision.task.lead_body} {provision.task.due.isoformat()}"
    if provision.suppress_below:
        parts["suppress_below"] = str(provision.suppress_below.value)
    return {name: " ".join(text.split()) for name, text in parts.items()}


def _aggregate(one: Aggregate) -> str:
    where = f" where {one.where}" if one.where else ""
    empty = f" empty {one.empty}" if one.empty else ""
    return f"{one.how}({one.value}) of {one.of}{where}{empty}{'' if one.in_window else ' (whole ledger)'}"


def _differing(provision: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[RuleChange]:
    for part in sorted(old.keys() | new.keys()):
        was, now = old.get(part, ""), new.get(part, "")
        if was != now:
            yield RuleChange(provision, part, was, now)


def shared_changes(old: Standard, new: Standard, before: Calendar, after: Calendar) -> tuple[RuleChange, ...]:
    """What differs in what all provisions share: who counts as a school, the bodies, the calendar, visits."""
    return tuple(_differing("", _shared(old, before), _shared(new, after)))


def _shared(standard: Standard, calendar: Calendar) -> dict[str, str]:
    return {
        "excluded_school_types": " ".join(standard.excluded_school_types),
        "bodies": " ".join(body.name for body in standard.bodies),
        "calendar": _calendar(calendar),
        "spot_checks": standard.spot_checks.counts,
    }


def _calendar(calendar: Calendar) -> str:
    """The calendar by name, with a short checksum of what decides a figure: neither deadlines nor the first month."""
    decides = (sorted(calendar.semesters.items()), sorted(calendar.teaching.items()), calendar.holidays)
    return f"{calendar.id} {hashlib.sha256(repr(decides).encode()).hexdigest()[:12]}"


def reading_changes(before: Path, after: Path) -> tuple[RuleChange, ...]:
    """What differs in how cells are read: contracts of sheets, the catalogue of items, the vocabularies."""
    if before.resolve() == after.resolve():
        return ()
    was, now = _reading(before), _reading(after)
    return tuple(_differing("", was, now))


def _reading(root: Path) -> dict[str, str]:
    found = {
        f"contract.{path.name.partition('.')[0]}": _digest(path)[:12]
        for origin in ("school", "bureau")
        for path in sorted((root / origin).glob("*.odcs.yaml"))
    }
    if (root / "values.yaml").is_file():
        found["values"] = _digest(root / "values.yaml")[:12]
    if (root / "items.yaml").is_file():
        entries = yaml.load((root / "items.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["items"]
        found |= {f"item.{one['id']}": " ".join((one["kind"], one["zh"], *one.get("synonyms", ()))) for one in entries}
    return found


def _digest(path: Path) -> str:
    """Checksum of what a file of rules decides: neither its layout nor its words count."""
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    text = json.dumps(_deciding(document), ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _deciding(node: Any) -> Any:
    if isinstance(node, dict):
        if node.get("property") in _MESSAGES:
            return None
        is_field = "logicalType" in node or "engine" in node
        return {
            str(key): _deciding(value)
            for key, value in node.items()
            if key not in _WORDS or (key == "name" and is_field)
        }
    if isinstance(node, list):
        return [_deciding(value) for value in node]
    return node


def reads_table(change: RuleChange, tables: frozenset[str], named: frozenset[str]) -> bool:
    """Whether the change bears on how those tables and items are read."""
    kind, _, name = change.part.partition(".")
    if kind == "contract":
        return name in tables
    return kind == "values" or name in named


def named_items(provision: Provision) -> frozenset[str]:
    """Every name in the provision's expressions, items among them without their suffix."""
    names = {name for _, expression in provision.expressions for name in names_in(expression)}
    suffixes = ("_na", "_date", "_done", "_due")
    return frozenset(names | {name.removesuffix(suffix) for name in names for suffix in suffixes})
