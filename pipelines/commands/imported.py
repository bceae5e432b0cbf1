"""What was understood of a bureau's own list of schools and what was not, on the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from pipelines.begin.reading import TABLE, ReadRegister, ReadSheet
from pipelines.commands.terminal import format_table, printable
from pipelines.metadata.calendar_checks import table, text
from pipelines.metadata.contracts import contract
from pipelines.metadata.standards import Standard
from pipelines.metadata.values import vocabulary

_SHOWN = 12
_WANTED = ("school_type", "township", "ownership", "urban_rural")


def read_lines(read: ReadRegister, standard: Standard, day: date) -> Iterator[str]:
    """Sheets and columns, schools by type and township, validity on the day, then every place to be looked at."""
    yield text("init.register_file", file=printable(read.path.name))
    for sheet in read.sheets:
        yield from _sheet_lines(sheet)
    if read.passed:
        yield text("init.passed", sheets=_joined(read.passed))
    placed = {label for sheet in read.sheets for _, label in sheet.columns}
    labels = (contract(TABLE).field(name).label for name in _WANTED)
    if lacking := [label for label in labels if label not in placed]:
        yield text("init.lacking", columns=_joined(lacking))
    types = {term.value: term.zh for term in vocabulary("school_type")}
    by_type, by_township = read.count("school_type"), read.count("township")
    yield text("init.schools", count=by_type.total(), types=_counted(by_type, types))
    townships = {name: name for name in by_township}
    yield text("init.townships", count=len(by_township.keys() - {""}), townships=_counted(by_township, townships))
    excluded = [value for value in standard.excluded_school_types if by_type[value]]
    if excluded:
        names, count = _joined(types[value] for value in excluded), sum(by_type[value] for value in excluded)
        yield text("init.excluded", types=names, count=count, standard=standard.id)
    yield _validity(read, day)


def _sheet_lines(sheet: ReadSheet) -> Iterator[str]:
    yield text("init.sheet", sheet=printable(sheet.name), row=sheet.header_row, count=sheet.row_count)
    named = [
        text("init.column" if heading == label else "init.column_as", heading=heading, label=label)
        for heading, label in sheet.columns
    ]
    yield text("init.columns", columns=_joined(named))
    if sheet.unread:
        yield text("init.unread", columns=_joined(sheet.unread))


def _joined(parts: Iterator[str] | tuple[str, ...] | list[str]) -> str:
    return printable("、".join(parts))


def _counted(counts: Mapping[str, int], names: Mapping[str, str]) -> str:
    ordered = sorted(counts.items(), key=lambda pair: (not pair[0], -pair[1], pair[0]))
    said = (
        text("init.counted", name=names[value] if value else text("init.none_given"), count=count)
        for value, count in ordered
    )
    return _joined(list(said))


def _validity(read: ReadRegister, day: date) -> str:
    undated = sum(entry.valid_from_date is None for entry in read.entries)
    if undated == len(read.entries) and all(entry.valid_to_date is None for entry in read.entries):
        return text("init.validity_none")
    future = sum(bool(entry.valid_from_date and entry.valid_from_date > day) for entry in read.entries)
    ended = sum(bool(entry.valid_to_date and entry.valid_to_date < day) for entry in read.entries)
    return text("init.validity", open=undated, future=future, ended=ended, day=day)


def mend_lines(read: ReadRegister, home: object) -> Iterator[str]:
    """Every place that somebody has to look at, and how to give the register again."""
    if not read.findings:
        yield text("init.clean")
        return
    yield text("init.to_mend", count=len(read.findings), lost=read.lost_count)
    rows = [
        [row["sheet"] or "", row["cell"] or "", row["value"] or "", row["message"] or "", row["hint"] or ""]
        for row in read.findings[:_SHOWN]
    ]
    yield format_table(list(table("init.columns_mend").values()), rows)
    if len(read.findings) > _SHOWN:
        yield text("init.to_mend_more", count=len(read.findings) - _SHOWN)
    if any(row["field"] == "school_type" for row in read.findings):
        yield text("init.types", types=_joined([term.zh for term in vocabulary("school_type")]))
    yield text("init.mend", home=home, file=printable(str(read.path)))
