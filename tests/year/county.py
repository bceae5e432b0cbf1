"""The county of the year: its register with every change, what the bureau knew of it when, and the files that came."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from pipelines.metadata.periods import Period, parse_period
from pipelines.sample.county import County, make_county
from pipelines.sample.deliveries import bureau_moment
from pipelines.sample.facts import Arrival, SchoolRow
from pipelines.sample.register import make_register

STANDARD = "jinghong-2019"
MONTHS = parse_period("2026-2027").months
SEED = 11
_CHANGES = ("2026-11", "2026-10", "2027-04")
"""The last month of the school that is merged, the month in which one closes, the month with which one opens."""
MOVED_ON, RECODED_ON, CLOSED_ON = date(2027, 3, 1), date(2027, 2, 1), date(2027, 5, 12)
"""From the first two days on; the last one is a school's last day."""
RECODED_AT, CLOSED_AT = datetime(2027, 3, 2, 10), datetime(2027, 7, 2, 9)
"""When the bureau enters the two changes that its workbooks left out, by commands of the line."""
_MOVED, _RECODED, _CLOSED = 11, 10, 12
"""Numbers of the schools that move to another township, get another code and close; those before have other tales."""
FEWEST = 17
REVISED, REVISED_AT = "2026-10", datetime(2027, 1, 12, 10)
OLD_CODE_AT = datetime(2027, 3, 1, 8)
_LATE_BOOK = "（更正）"


@dataclass(frozen=True)
class Came:
    """Files that came together, sent for a month; `what` they are where they are part of the tale."""

    at: datetime
    month: str
    files: tuple[Path, ...]
    what: str = ""


@dataclass(frozen=True)
class Tale:
    """What was planted: the register as it truly is, everything that comes, oldest first, and what is corrected."""

    register: tuple[SchoolRow, ...]
    came: tuple[Came, ...]
    arrivals: tuple[Arrival, ...]
    county: County
    corrected: tuple[Arrival | None, str] = (None, "")


def plan_register(schools: int) -> tuple[SchoolRow, ...]:
    """The register of the whole year, as nobody knows it in its first month."""
    rows = list(make_register(SEED, schools, _CHANGES, STANDARD))
    places = {row.number: place for place, row in enumerate(rows)}
    townships = sorted({(row.township, row.urban_rural) for row in rows})
    moved, recoded = rows[places[_MOVED]], rows[places[_RECODED]]
    township, urban_rural = next(one for one in townships if one[0] != moved.township)
    there = replace(moved, township=township, urban_rural=urban_rural, valid_from_date=MOVED_ON, change_reason="划转")
    rows[places[_MOVED]] = replace(moved, valid_to_date=MOVED_ON - timedelta(days=1), change_reason="划转")
    heir = replace(
        recoded,
        school_code=f"29{recoded.school_code[2:]}",
        valid_from_date=RECODED_ON,
        change_reason="变更标识码",
        former_code=recoded.school_code,
    )
    rows[places[_RECODED]] = replace(
        recoded,
        valid_to_date=RECODED_ON - timedelta(days=1),
        change_reason="变更标识码",
        successor_code=heir.school_code,
    )
    rows[places[_CLOSED]] = replace(rows[places[_CLOSED]], valid_to_date=CLOSED_ON, change_reason="停办")
    return tuple(sorted([*rows, there, heir], key=lambda row: (row.school_code, row.valid_from_date)))


def _is_old(row: SchoolRow) -> bool:
    return row.valid_from_date < date(2026, 9, 1) and row.valid_to_date is None


def known_register(register: Sequence[SchoolRow], month: Period, at: datetime | None = None) -> list[SchoolRow]:
    """The register of the month as it was known then; by default when the month's workbook of the bureau was written.

    Nothing is known that is decided later, and the two changes of RECODED_AT and CLOSED_AT not before these moments.
    """
    at = at or bureau_moment(month)
    known = []
    for row in register:
        is_told = at >= told_at(row)
        if row.valid_from_date > month.end + timedelta(days=1) or (row.former_code and not is_told):
            continue
        is_to_come = row.valid_to_date is not None and row.valid_to_date > month.end
        open_ended = replace(row, valid_to_date=None, change_reason=None, successor_code=None)
        known.append(open_ended if is_to_come or (row.valid_to_date and not is_told) else row)
    return known


def told_at(row: SchoolRow) -> datetime:
    """When the bureau's home is told of the row's change."""
    if row.former_code or row.valid_to_date == RECODED_ON - timedelta(days=1):
        return RECODED_AT
    return CLOSED_AT if row.valid_to_date == CLOSED_ON else datetime.min


def tell(folder: Path, schools: int) -> Tale:
    """Write every file of the year under the folder."""
    register = plan_register(schools)
    county = make_county(folder / "county", SEED, schools, MONTHS, STANDARD, register=register, known=known_register)
    came = [Came(one.received_at, one.period, one.files) for one in county.deliveries]
    arrivals = list(county.arrivals)
    first = next(row for row in register if row.school_type == "primary" and _is_old(row))
    extra, arrival = _single(folder, first, REVISED, REVISED_AT, "revised")
    came.append(extra)
    arrivals.append(arrival)
    old = recoded_of(register)
    extra, arrival = _single(folder, replace(old, valid_to_date=None), "2027-02", OLD_CODE_AT, "old code")
    came.append(extra)
    arrivals.append(replace(arrival, outcome="rejected", report=None))
    came.sort(key=lambda one: (one.at, one.month, one.files))
    arrivals.sort(key=lambda one: (one.received_at, one.month, one.file_name))
    return Tale(register, tuple(came), tuple(arrivals), county)


def recoded_of(register: Sequence[SchoolRow]) -> SchoolRow:
    """The row of the school that gets another code, under its first one."""
    return next(row for row in register if row.number == _RECODED and row.successor_code)


def closed_of(register: Sequence[SchoolRow]) -> SchoolRow:
    """The row of the school of whose closing nobody tells in time."""
    return next(row for row in register if row.valid_to_date == CLOSED_ON)


def _single(folder: Path, school: SchoolRow, month: str, at: datetime, what: str) -> tuple[Came, Arrival]:
    """A tidy workbook of one school alone; it tells of another life than the one before."""
    alone = make_county(folder / what, SEED + 1, 1, (month,), STANDARD, mess=False, register=(school,))
    arrival = next(one for one in alone.arrivals if one.school_code == school.school_code)
    source = next(path for one in alone.deliveries for path in one.files if path.name == arrival.file_name)
    target = folder / "apart" / what / f"{source.stem}{_LATE_BOOK}{source.suffix}"
    target.parent.mkdir(parents=True)
    shutil.copy2(source, target)
    return Came(at, month, (target,), what), replace(arrival, file_name=target.name, received_at=at)
