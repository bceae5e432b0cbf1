"""Causes as people read them: indicators, columns, causes, files and rules by name, one row per column and cause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from pipelines.errors import UsageError
from pipelines.metadata.contracts import contracts
from pipelines.metadata.items import items
from pipelines.metadata.standards import Standard, load_standard
from pipelines.publish.basis import CountedFile
from pipelines.publish.causes import Causes, MovedIndicator, Part
from pipelines.publish.difference import KEY
from pipelines.publish.moved_inputs import MovedFile
from pipelines.publish.rule_changes import RuleChange, find_provision
from pipelines.publish.shares import COUNTS
from pipelines.publish.wording import say
from pipelines.report import wording
from pipelines.report.naming import indicator_name as name_of

COLUMNS = (
    *(*KEY, "unit_name", "indicator_name", "column", "column_name", "old", "new"),
    *("cause", "cause_name", "change", "units", "submissions", "rules"),
)
"""Columns of revision.csv and of `diff --format csv`.

Grain: one row per figure, column that moved and cause. `change` is what the cause adds to a count (empty for a value,
a bound or a status, which are no sums); over the causes of a column it adds up to new less old, a blank being 0.
`cause` holds codes joined by + where they cannot be told apart.
"""

_LISTED = 10
"""Units and files in one cell; a spreadsheet cell holds no more than 32,767 characters."""


def cause_rows(causes: Causes) -> Iterator[dict[str, Any]]:
    """One row per column and cause."""
    for one in causes.figures:
        name = indicator_name(causes.standards, one.key)
        for moved in one.moved:
            base: dict[str, Any] = dict(zip(KEY, one.key, strict=True)) | {
                "unit_name": one.unit_name,
                "indicator_name": name,
            }
            base |= {"column": moved.column, "column_name": column_name(moved.column)}
            base |= {"old": moved.old, "new": moved.new}
            for cause, parts in _by_cause(one, moved.column):
                yield {**base, **_told(causes, cause, parts, moved.column)}


def _by_cause(one: MovedIndicator, column: str) -> Sequence[tuple[str, tuple[Part, ...]]]:
    """At least one row a column: a count whose parts cancel out names them all the same."""
    return list(one.by_cause(column).items()) or [(part.cause, (part,)) for part in one.parts[:1]]


def _told(causes: Causes, cause: str, parts: Sequence[Part], column: str) -> dict[str, Any]:
    is_count = column in COUNTS
    files = list(dict.fromkeys(file for part in parts for file in part.files))
    rules = dict.fromkeys(rule for part in parts for rule in part.rules)
    listed = [file_text(file) for file in files[:_LISTED]]
    if len(files) > _LISTED:
        listed.append(say("causes.more_files", count=len(files)))
    return {
        "cause": cause,
        "cause_name": cause_name(cause),
        "change": sum(part.change(column) for part in parts) if is_count else None,
        "units": units_text(parts, column if is_count else ""),
        "submissions": say("causes.list").join(listed),
        "rules": say("causes.list").join(rule_text(causes.standards, rule) for rule in rules),
    }


def units_text(parts: Sequence[Part], column: str = "") -> str:
    """The units by code and name, with what each adds to the column; the first ones where there are many."""
    named = [part for part in parts if part.unit[1]]
    shown = [unit_text(part, column) for part in named[:_LISTED]]
    if len(named) > _LISTED:
        shown.append(say("causes.more", count=len(named)))
    return say("causes.list").join(shown)


def unit_text(part: Part, column: str = "") -> str:
    """One unit, by code and name where it has both."""
    name = part.name if part.name != part.unit[1] else ""
    plain = say("causes.unit_plain", code=part.unit[1], name=name).strip()
    if not column:
        return plain
    return " ".join(say("causes.unit", code=part.unit[1], name=name, change=f"{part.change(column):+d}").split())


def cause_name(cause: str) -> str:
    """The cause in words, or the causes that cannot be told apart."""
    return say("causes.join").join(say(f"causes.names.{name}") for name in cause.split("+"))


def column_name(column: str) -> str:
    """A column of figures.csv in words."""
    return wording.column(column)


def indicator_name(standards: Iterable[Standard], key: Sequence[str]) -> str:
    """The indicator in words, by the standard that knows it; its code where none does."""
    indicator = key[2]
    known = tuple(standards) or _by_id(key[0])
    standard = next((one for one in known if find_provision(one, indicator)), None)
    return indicator if standard is None else name_of(standard, indicator)


@lru_cache
def _by_id(standard_id: str) -> tuple[Standard, ...]:
    try:
        return (load_standard(standard_id),)
    except UsageError:
        return ()


def file_text(file: MovedFile) -> str:
    """Sender and month, with the file that counted and the one that counts."""
    told = {"old": version_text(file.old), "new": version_text(file.new)}
    corrections = list(correction_texts(file))
    if file.is_reread and corrections:
        return say("causes.list").join(corrections)
    line = say("causes.file", sender=sender_text(file), month=file.month, **told)
    return say("causes.list").join([line, *corrections])


def correction_texts(file: MovedFile) -> Iterator[str]:
    """Each cell of which another value counts by the bureau's word, with the bureau's file that says so."""
    for name, cells in zip(("taken_back", "corrected"), file.corrected, strict=True):
        for one in cells:
            where = {"sender": sender_text(file), "month": file.month, "sheet": one.sheet, "cell": one.cell}
            told = {"old": one.old, "new": one.new, "reason": one.reason}
            yield say(f"causes.{name}", **where, **told, file=one.file, sha256=one.sha256[:12])


def sender_text(file: MovedFile) -> str:
    """The school by code and name, or the bureau."""
    if not file.sender:
        return say("causes.bureau")
    return say("causes.unit_plain", code=file.sender, name=file.name).strip()


def version_text(file: CountedFile | None) -> str:
    """One file by name, version and the first digits of its sha256."""
    if file is None:
        return say("causes.no_file")
    told = {"file": file.file_name, "sha256": file.sha256[:12]}
    if file.version is None:
        return say("causes.version_unknown", **told)
    return say("causes.version", version=file.version, **told)


def rule_text(standards: Iterable[Standard], rule: RuleChange) -> str:
    """The rule in words, old and new."""
    absent = say("causes.absent")
    return say("causes.rule", name=rule_name(standards, rule), old=rule.old or absent, new=rule.new or absent)


def rule_name(standards: Iterable[Standard], rule: RuleChange) -> str:
    """Which rule it is: the provision's name and the part of it, or what several provisions share."""
    kind, _, name = rule.part.partition(".")
    if not rule.provision:
        kind, name = ("vocabularies", "") if kind == "values" else (kind, _reading_name(kind, name))
    provision = next((found for one in standards if (found := find_provision(one, rule.provision))), None)
    if kind == "parameters" and provision:
        source = next((one.source for one in provision.parameters if one.name == name), "")
        name = say("causes.parameter", name=name, source=source) if source else name
    part = f"{say(f'causes.rules.{kind}')} {name}".strip()
    if not rule.provision:
        return part
    return say("causes.rule_of", provision=provision.name_zh if provision else rule.provision, part=part)


def _reading_name(kind: str, name: str) -> str:
    """A sheet by its title, an item by its words."""
    if kind == "contract":
        return next((one.title for one in contracts() if one.name == name), name)
    if kind == "item" and name in items():
        return items()[name].zh
    return name
