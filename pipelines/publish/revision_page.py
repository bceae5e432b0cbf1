"""revision.html: a page that is whole in itself, from the figures of the whole down to units, files and rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from pipelines.metadata.contracts import contract
from pipelines.metadata.periods import parse_period
from pipelines.metadata.standards import Standard, load_standard, standard_ids
from pipelines.publish.basis import CountedFile
from pipelines.publish.cause_text import (
    cause_name,
    column_name,
    correction_texts,
    indicator_name,
    rule_name,
    rule_text,
    sender_text,
    unit_text,
    units_text,
)
from pipelines.publish.causes import Causes, MovedIndicator, Part
from pipelines.publish.moved_inputs import MovedEntry, MovedFile
from pipelines.publish.rule_changes import RuleChange
from pipelines.publish.shares import COUNTS, Case
from pipelines.publish.wording import say
from pipelines.report import display, wording
from pipelines.report.naming import document_name, moment_name, period_name, value_name
from pipelines.report.page import asset, content_policy, environment

_WHOLE = "county"
_VOCABULARIES = {"school_type": "school_type", "ownership": "ownership", "urban_rural": "urban_rural"}
_TIMES = ("days", "minutes")
_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Moments:
    """Standard and period of a revision, and the moments as of which the two releases were."""

    standard: str
    period: str
    old: datetime
    new: datetime

    @staticmethod
    def of(revised: Path, building: Path) -> Moments:
        """As the params.yaml of the two releases have them."""
        old, new = (
            yaml.safe_load((folder / "params.yaml").read_text(encoding="utf-8")) for folder in (revised, building)
        )
        moments = (datetime.fromisoformat(str(params["as_of"])) for params in (old, new))
        return Moments(str(new["standard"]), str(new["period"]), *moments)


def render_revision(causes: Causes, reason: str, moments: Moments) -> str:
    """The page as text."""
    names = {"standard": _document(causes, moments), "period": period_name(parse_period(moments.period))}
    told = {"old": moment_name(moments.old), "new": moment_name(moments.new)}
    order = {name: place for place, name in enumerate(_indicators(causes))}
    figures = sorted(causes.figures, key=lambda one: (one.key[4], order.get(one.key[2], len(order)), one.key))
    whole = [one for one in figures if one.key[3] == _WHOLE]
    page = environment().get_template("revision.html.j2")
    return page.render(
        language=wording.text("language"),
        policy=content_policy(),
        css=asset("page.css") + asset("revision.css"),
        title=say("revision.title", **names),
        dateline=say("revision.same_moment" if moments.old == moments.new else "revision.dateline", **told),
        reason=reason.strip(),
        note=causes.note,
        summary=_summary(causes, whole),
        causes=list(_by_cause(causes)),
        whole=[_figure(causes, one) for one in whole],
        groups=list(_groups(causes, figures)),
        files=[_file(one) for one in causes.files if not one.is_reread],
        corrections=[line for one in causes.files for line in correction_texts(one)],
        entries=[row for one in causes.entries for row in _entry(one)],
        rules=[(rule_name(causes.standards, one), one.old, one.new) for one in causes.rules],
        say=say,
        t=wording.text,
    )


def _indicators(causes: Causes) -> Iterator[str]:
    """Indicators in the order of the standards."""
    yield from dict.fromkeys(
        name for standard in causes.standards for provision in standard.provisions for name in provision.indicators
    )


def _document(causes: Causes, moments: Moments) -> str:
    """The title of the policy document; its id where no standard of that id is known."""
    known: Iterable[Standard] = causes.standards
    if not causes.standards and moments.standard in standard_ids():
        known = (load_standard(moments.standard),)
    return next((document_name(one) for one in known if one.id == moments.standard), moments.standard)


def _summary(causes: Causes, whole: list[MovedIndicator]) -> str:
    if not causes.figures:
        return say("revision.nothing")
    return say(
        "revision.summary_line",
        figures=len(causes.figures),
        whole=len(whole),
        groups=len(causes.figures) - len(whole),
        files=sum(not one.is_reread for one in causes.files),
        entries=len(causes.entries),
        rules=len(causes.rules),
    )


def _by_cause(causes: Causes) -> Iterator[tuple[str, int, int]]:
    """(cause, figures that it moved, units through which it did)."""
    figures: Counter[str] = Counter()
    units: dict[str, set[tuple[str, str]]] = {}
    for one in causes.figures:
        for cause in dict.fromkeys(part.cause for part in one.parts):
            figures[cause] += 1
        for part in one.parts:
            units.setdefault(part.cause, set()).update([part.unit] if part.unit[1] else [])
    for cause, count in sorted(figures.items(), key=lambda pair: (-pair[1], pair[0])):
        yield cause_name(cause), count, len(units[cause])


def _figure(causes: Causes, one: MovedIndicator) -> dict[str, Any]:
    """One figure of the whole, with every unit behind it."""
    return {
        "name": indicator_name(causes.standards, one.key),
        "old": _shown(one.old),
        "new": _shown(one.new),
        "why": list(_why(one)),
        "rules": [rule_text(causes.standards, rule) for rule in _rules(one)],
        "parts": [_part(part) for part in one.parts if part.unit[1]],
        "is_small": any(not part.unit[1] and part.causes != ("unexplained",) for part in one.parts),
    }


def _rules(one: MovedIndicator) -> Iterable[RuleChange]:
    return dict.fromkeys(rule for part in one.parts for rule in part.rules)


def _groups(causes: Causes, figures: Sequence[MovedIndicator]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """(title, rows) of each level but the whole."""
    held = {one.key[3] for one in figures} - {_WHOLE}
    known = wording.table("levels")
    for level in sorted(held, key=lambda name: (name not in known, list(known).index(name) if name in known else 0)):
        own = [one for one in figures if one.key[3] == level]
        title = say("revision.group", level=wording.label("levels", level), count=len(own))
        yield title, [_group_row(causes, one) for one in own]


def _group_row(causes: Causes, one: MovedIndicator) -> dict[str, Any]:
    return {
        "unit": one.unit_name or one.key[4],
        "name": indicator_name(causes.standards, one.key),
        "old": _shown(one.old),
        "new": _shown(one.new),
        "why": [(name, change, units) for name, change, units in _why(one)],
    }


def _why(one: MovedIndicator) -> Iterator[tuple[str, list[str], str]]:
    """(cause, what it changes, through which units)."""
    for cause, parts in one.by_cause().items():
        totals = [sum(part.changes[place] for part in parts) for place in range(len(COUNTS))]
        yield cause_name(cause), _changes(totals), units_text(parts)


def _changes(changes: Iterable[int]) -> list[str]:
    """What is added to each count."""
    return [
        say("revision.change", column=column_name(column), change=f"{change:+d}".replace("-", _MINUS))
        for column, change in zip(COUNTS, changes, strict=True)
        if change
    ]


def _shown(row: Mapping[str, str] | None) -> list[str]:
    """What the figure says: its value, then what it is made of; why it has none."""
    if row is None:
        return [say("causes.absent")]
    unit, value = row["measure_unit"], row["value"]
    parts = display.fraction(_number(row["numerator"]), _number(row["denominator"]))
    if not value:
        is_time = row["status"] == "not_reached" and unit in _TIMES
        told = wording.label("figure_statuses", "time_not_reached" if is_time else row["status"])
        return [told, parts] if parts else [told]
    if unit == "rate":
        return [display.rate(_number(row["numerator"]), _number(row["denominator"])), parts]
    return [f"{display.number(float(value))}{wording.label('measure_units', unit)}", *([parts] if parts else [])]


def _number(text: str) -> int | None:
    return int(text) if text else None


def _part(part: Part) -> dict[str, Any]:
    changed = part.old_status != part.new_status
    absent = say("causes.absent")
    statuses = [
        wording.label("statuses", status) if status else absent for status in (part.old_status, part.new_status)
    ]
    return {
        "unit": unit_text(part),
        "cause": cause_name(part.cause),
        "change": _changes(part.changes),
        "status": say("revision.status_change", old=statuses[0], new=statuses[1]) if changed else "",
        "files": [line for file in part.files for line in _moved_lines(file, part)],
        "entries": [
            say("causes.rule", name=name, old=old, new=new)
            for entry in part.entries
            for _, name, old, new in _entry(entry)
        ],
        "cases": [_case(*pair) for pair in part.cases],
    }


def _moved_lines(file: MovedFile, part: Part) -> Iterator[str]:
    """Which file counted and counts, where it is another one; then what the bureau corrected of it."""
    corrections = list(correction_texts(file))
    if not (file.is_reread and corrections):
        yield _moved_file(file, part)
    yield from corrections


def _moved_file(file: MovedFile, part: Part) -> str:
    """Month and versions; of others than the unit itself who sent it."""
    sender = "" if file.sender == part.unit[1] else sender_text(file)
    old, new = (_version(one) for one in (file.old, file.new))
    told = {
        name: (one["version"] or one["file"]) if one else say("causes.no_file")
        for name, one in (("old", old), ("new", new))
    }
    return say("revision.moved_file", sender=sender, month=file.month, **told).strip()


def _case(old: Case | None, new: Case | None) -> str:
    number = next((one.case_no for one in (new, old) if one), "")
    return say("revision.case", number=number, old=_case_state(old), new=_case_state(new))


def _case_state(case: Case | None) -> str:
    if case is None:
        return say("revision.case_absent")
    start, end = case.times[:2]
    status = wording.label("case_statuses", case.status)
    return say("revision.case_shown", start=start, end=end or say("revision.case_open"), status=status)


def _file(one: MovedFile) -> dict[str, Any]:
    return {"sender": sender_text(one), "month": one.month, "old": _version(one.old), "new": _version(one.new)}


def _version(file: CountedFile | None) -> dict[str, str] | None:
    if file is None:
        return None
    version = "" if file.version is None else say("revision.file_version", version=file.version)
    moment = "" if file.received_at is None else say("revision.received", moment=display.moment(file.received_at))
    return {"file": file.file_name, "version": version, "received": moment, "sha256": file.sha256}


def _entry(one: MovedEntry) -> Iterator[tuple[str, str, str, str]]:
    """(school, column, old, new) of everything that differs and is filled in on either side."""
    absent = say("causes.absent")
    register = contract("register")
    school = say("causes.unit_plain", code=one.school_code, name=one.name).strip()
    for column, old, new in one.differing:
        if old or new:
            was, now = (_word(column, text) or absent for text in (old, new))
            yield school, register.field(column).label, was, now


def _word(column: str, text: str) -> str:
    """A coded value by its label."""
    return value_name(_VOCABULARIES[column], text) if column in _VOCABULARIES else text
