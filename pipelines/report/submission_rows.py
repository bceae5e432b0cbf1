"""Files as they came: by verdict, by day, by sender, and those that were rejected with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from pipelines.metadata.persons import without_numbers
from pipelines.report import display, wording
from pipelines.report.material import Material, Submission
from pipelines.report.tables import Cell, Column, Table

USABLE = ("accepted", "accepted_with_findings")
_STATUSES = (*USABLE, "rejected", "duplicate")
_SENDER = ("township", "files", "months", "version", "rejected", "last", "errors", "queries", "repairs")
_TEXTS = ("township", "last")


def _say(key: str) -> str:
    return wording.text(f"submission_quality.{key}")


def _number(value: display.Number | None) -> Cell:
    return Cell(display.number(value), is_number=True)


def _sender_name(material: Material, code: str) -> str:
    return material.name(code) if code else _say("unknown_sender")


def verdict_table(material: Material) -> Table:
    """Files by verdict. Grain: one row per verdict, those that no file got too; the whole as last row."""
    files = Counter(row.status for row in material.submissions)
    senders = Counter(status for _, status in {(row.school_code, row.status) for row in material.submissions})
    columns = (
        Column(wording.column("condition")),
        Column(_say("files"), is_number=True),
        Column(wording.column("schools"), is_number=True),
    )
    lines = [(wording.label("submission_statuses", name), files[name], senders[name]) for name in _STATUSES]
    every = {row.school_code for row in material.submissions}
    lines.append((wording.text("page.all_units"), files.total(), len(every)))
    rows = tuple((Cell(name), _number(count), _number(schools)) for name, count, schools in lines)
    return Table(_say("by_verdict"), columns, rows)


def _first_usable(material: Material) -> Counter[date]:
    """Schools that must report, by the day on which their first usable file of the month that counts came."""
    months = {school.school_code: school.point_month for school in material.expected}
    first: dict[str, date] = {}
    for row in material.submissions:
        code, day = row.school_code, row.received_at.date()
        if row.status in USABLE and code in material.reporting and row.month == months[code]:
            first[code] = min(day, first.get(code, day))
    return Counter(first.values())


def day_table(material: Material) -> Table:
    """When files came. Grain: one row per day on which any came, with the schools that had reported by its end."""
    first = _first_usable(material)
    files = Counter(row.received_at.date() for row in material.submissions)
    rejected = Counter(row.received_at.date() for row in material.submissions if row.status == "rejected")
    names = ("files", "rejected", "first", "by_then", "share")
    columns = (Column(_say("day")), *(Column(_say(name), is_number=True) for name in names))
    rows, by_then = [], 0
    for day in sorted(files):
        by_then += first[day]
        share = Cell(display.rate(by_then, len(material.expected)), is_number=True)
        numbers = (files[day], rejected[day], first[day], by_then)
        rows.append((Cell(day.isoformat()), *map(_number, numbers), share))
    return Table(_say("by_day"), columns, tuple(rows), _say("by_day_note"))


def _sender_row(material: Material, code: str, files: list[Submission]) -> tuple[Cell, ...]:
    school = material.schools.get(code)
    # The bureau's own files count under no code.
    months = {row.month for row in material.counted if code and row.school_code == code} & set(material.period.months)
    counted = [row for row in files if row.submission_no in material.counted_files]
    versions = [row.version for row in files if row.version is not None]
    return (
        Cell(_sender_name(material, code), code),
        Cell(school.township if school else _say("not_listed")),
        _number(len(files)),
        _number(len(months)),
        _number(max(versions, default=None)),
        _number(sum(row.status == "rejected" for row in files)),
        Cell(display.moment(max((row.received_at for row in files), default=None))),
        *(
            _number(sum(getattr(row, name) or 0 for row in counted) if counted else None)
            for name in ("error_count", "query_count", "repair_count")
        ),
    )


def sender_table(material: Material) -> Table:
    """Who sent what, and what of it counts. Grain: one row per school that must report or sent a file, by code."""
    files: dict[str, list[Submission]] = {school.school_code: [] for school in material.expected}
    for row in material.submissions:
        files.setdefault(row.school_code, []).append(row)
    titles = [wording.column(name) if name in wording.entry("columns") else _say(name) for name in _SENDER]
    columns = (
        Column(wording.column("school_name")),
        *(Column(title, is_number=name not in _TEXTS) for name, title in zip(_SENDER, titles, strict=True)),
    )
    rows = tuple(_sender_row(material, code, files[code]) for code in sorted(files))
    return Table(_say("senders"), columns, rows, _say("senders_note"))


def _reasons(material: Material) -> dict[int, str]:
    """Submission number to the codes for which the file was rejected."""
    found: dict[int, set[str]] = {}
    for row in material.findings:
        if row.severity == "fatal":
            found.setdefault(row.submission_no, set()).add(row.code)
    separator = wording.text("bulletin.separator")
    return {number: separator.join(sorted(codes)) for number, codes in found.items()}


def _was_mended(material: Material, row: Submission) -> bool:
    """Another file of the sender counts for the month for which this one was sent."""
    months: Iterable[str] = (row.month, row.sent_month)
    return any(each.school_code == row.school_code and each.month in months for each in material.counted)


def rejected_table(material: Material) -> Table:
    """Files that were rejected. Grain: one row per file, in the order of receipt."""
    reasons = _reasons(material)
    words = ("school_name", "file", "received_at", "code")
    columns = (*(Column(wording.column(word)) for word in words), Column(_say("since")))
    rows = tuple(
        (
            Cell(_sender_name(material, row.school_code), row.school_code),
            Cell(without_numbers(row.file_name)),
            Cell(display.moment(row.received_at)),
            Cell(reasons.get(row.submission_no, "")),
            Cell(_say("mended" if _was_mended(material, row) else "not_mended")),
        )
        for row in material.submissions
        if row.status == "rejected"
    )
    return Table(_say("rejected_files"), columns, rows)
