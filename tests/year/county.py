"""The county of the year: its register with every change, what the bureau knew of it when, and the files that came."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from pipelines.metadata.periods import Period, parse_period
from pipelines.sample.bureau import write_bureau
from pipelines.sample.county import County, make_county
from pipelines.sample.facts import Arrival, SchoolRow
from pipelines.sample.register import make_register

STANDARD = "jinghong-2019"
MONTHS = parse_period("2026-2027").months
SEED = 11
_CHANGES = ("2026-11", "2026-10", "2027-04")
"""The last month of the school that is merged, the month in which one closes, the month with which one opens."""
MOVED_ON, RECODED_ON, TOLD_LATE_ON = date(2027, 3, 1), date(2027, 2, 1), date(2027, 5, 12)
_MOVED, _RECODED, _CLOSED = 11, 10, 12
"""Numbers of the schools that move to another township, get another code and close; those before have other tales."""
FEWEST = 17
REVISED, REVISED_AT = "2026-10", datetime(2027, 1, 12, 10)
OLD_CODE_AT = datetime(2027, 3, 1, 8)
REGISTER_MENDED, REGISTER_MENDED_AT = "2027-05", datetime(2027, 7, 2, 9)
_LATE_BOOK, _MENDED_REGISTER = "（更正）", "00_教育体育局工作簿_名册更正.xlsx"


@dataclass(frozen=True)
class Came:
    """Files that came together, sent for a month; `what` they are where they are part of the tale."""

    at: datetime
    month: str
    files: tuple[Path, ...]
    what: str = ""


@dataclass(frozen=True)
class Tale:
    """What was planted: the register as it truly is, and everything that comes, oldest first."""

    register: tuple[SchoolRow, ...]
    came: tuple[Came, ...]
    arrivals: tuple[Arrival, ...]
    county: County


def plan_register(schools: int) -> tuple[SchoolRow, ...]:
    """The register of the whole year, as nobody knows it in its first month."""
    rows = list(make_register(SEED, schools, _CHANGES, STANDARD))
    places = {row.number: place for place, row in enumerate(rows)}
    townships = sorted({(row.township, row.urban_rural) for row in rows})
    moved, recoded = rows[places[_MOVED]], rows[places[_RECODED]]
    township, urban_rural = next(one for one in townships if one[0] != moved.township)
    there = replace(moved, township=township, urban_rural=urban_rural, valid_from_date=MOVED_ON, change_reason="划转")
    rows[places[_MOVED]] = replace(moved, valid_to_date=MOVED_ON - timedelta(days=1), change_reason="划转")
    # A primary school that begins to teach juniors becomes a school of nine years, with another code.
    heir = replace(
        recoded,
        school_code=f"39{recoded.school_code[2:]}",
        school_type="nine_year",
        valid_from_date=RECODED_ON,
        change_reason="变更类型",
    )
    rows[places[_RECODED]] = replace(
        recoded,
        valid_to_date=RECODED_ON - timedelta(days=1),
        change_reason="变更代码",
        successor_code=heir.school_code,
    )
    rows[places[_CLOSED]] = replace(rows[places[_CLOSED]], valid_to_date=TOLD_LATE_ON, change_reason="停办")
    return tuple(sorted([*rows, there, heir], key=lambda row: (row.school_code, row.valid_from_date)))


def _is_old(row: SchoolRow) -> bool:
    return row.valid_from_date < date(2026, 9, 1) and row.valid_to_date is None


def known_register(register: Sequence[SchoolRow], month: Period) -> list[SchoolRow]:
    """What the bureau's workbook of the month can say: nothing that is decided later.

    The closing on TOLD_LATE_ON is told a month late.
    """
    known = []
    for row in register:
        is_late = row.valid_to_date == TOLD_LATE_ON and month.label <= REGISTER_MENDED
        if row.valid_from_date > month.end + timedelta(days=1):
            continue
        is_to_come = row.valid_to_date is not None and row.valid_to_date > month.end
        open_ended = replace(row, valid_to_date=None, change_reason=None, successor_code=None)
        known.append(open_ended if is_to_come or is_late else row)
    return known


def tell(folder: Path, schools: int) -> Tale:
    """Write every file of the year under the folder."""
    register = plan_register(schools)
    county = make_county(folder / "county", SEED, schools, MONTHS, STANDARD, register=register, known=known_register)
    came = [Came(one.received_at, one.period, one.files) for one in county.deliveries]
    arrivals = list(county.arrivals)
    first = next(row for row in register if row.school_type == "primary" and _is_old(row))
    extra, arrival = _single(folder, replace(first), REVISED, REVISED_AT, "revised")
    came.append(extra)
    arrivals.append(arrival)
    old = next(row for row in register if row.number == _RECODED and row.successor_code)
    extra, arrival = _single(folder, replace(old, valid_to_date=None), "2027-02", OLD_CODE_AT, "old code")
    came.append(extra)
    arrivals.append(replace(arrival, outcome="rejected", report=None))
    came.append(_mended_register(folder, county))
    own = next(one for one in arrivals if one.school_code is None and one.month == REGISTER_MENDED)
    arrivals.append(replace(own, file_name=_MENDED_REGISTER, received_at=REGISTER_MENDED_AT))
    came.sort(key=lambda one: (one.at, one.month, one.files))
    arrivals.sort(key=lambda one: (one.received_at, one.month, one.file_name))
    return Tale(register, tuple(came), tuple(arrivals), county)


def _single(folder: Path, school: SchoolRow, month: str, at: datetime, what: str) -> tuple[Came, Arrival]:
    """A tidy workbook of one school alone; it tells of another life than the one before."""
    alone = make_county(folder / what, SEED + 1, 1, (month,), STANDARD, mess=False, register=(school,))
    arrival = next(one for one in alone.arrivals if one.school_code == school.school_code)
    source = next(path for one in alone.deliveries for path in one.files if path.name == arrival.file_name)
    target = folder / "apart" / what / f"{source.stem}{_LATE_BOOK}{source.suffix}"
    target.parent.mkdir(parents=True)
    shutil.copy2(source, target)
    return Came(at, month, (target,), what), replace(arrival, file_name=target.name, received_at=at)


def _mended_register(folder: Path, county: County) -> Came:
    """The bureau's workbook of a month once more, with the closing that nobody had told."""
    facts = next(one for one in county.bureau if one.month == REGISTER_MENDED)
    target = folder / "apart" / _MENDED_REGISTER
    following = parse_period(MONTHS[MONTHS.index(REGISTER_MENDED) + 1])
    target.write_bytes(write_bureau(facts, known_register(county.register, following)))
    return Came(REGISTER_MENDED_AT, REGISTER_MENDED, (target,), "register")
