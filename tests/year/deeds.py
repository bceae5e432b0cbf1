"""What the bureau itself does in the year: changes of its register by commands, corrections of what schools wrote."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from pipelines.metadata.contracts import contract
from pipelines.metadata.items import items
from pipelines.metadata.periods import parse_period
from pipelines.sample.bureau import draw_bureau
from pipelines.sample.facts import Answer, Arrival
from tests.year.county import (
    CLOSED_AT,
    CLOSED_ON,
    RECODED_AT,
    RECODED_ON,
    REVISED,
    REVISED_AT,
    Came,
    Tale,
    closed_of,
    known_register,
    recoded_of,
)

CORRECTED_AT = datetime(2027, 2, 10, 15)
WRONG_AT, WITHDRAWN_AT = datetime(2027, 6, 15, 9), datetime(2027, 6, 16, 9)
_MOVED_BY_MISTAKE_AT, _UNDONE_AT = datetime(2027, 4, 5, 9), datetime(2027, 4, 5, 11)
MOMENTS = frozenset({RECODED_AT, _MOVED_BY_MISTAKE_AT, _UNDONE_AT, CLOSED_AT})
"""When commands write registers of their own into the ledger."""
_ITEMS = ("closed_campus", "hard_barrier", "one_key_alarm", "road_signs")


@dataclass(frozen=True)
class Deed:
    """A command of the line, given at a moment while its month's report was being prepared."""

    at: datetime
    words: tuple[str, ...]
    what: str


def deeds_of(tale: Tale) -> tuple[Deed, ...]:
    """The commands that change the register, oldest first; one of them is a mistake that is taken back."""
    old, closed = recoded_of(tale.register), closed_of(tale.register)
    assert old.successor_code is not None
    steady = next(row for row in tale.register if row.valid_to_date is None and row.school_type == "nine_year")
    elsewhere = next(row.township for row in tale.register if row.township != steady.township)
    recode = ("recode", old.school_code, old.successor_code, "--on", f"{RECODED_ON}", "--period", "2027-02")
    close = ("close", closed.school_code, "--on", f"{CLOSED_ON + timedelta(days=1)}", "--period", "2027-05")
    move = ("move", steady.school_code, elsewhere, "--on", "2027-03-15", "--period", "2027-03")
    return (
        Deed(RECODED_AT, ("register", *recode, "--reason", "县教发〔2027〕3号"), "register recode"),
        Deed(_MOVED_BY_MISTAKE_AT, ("register", *move, "--reason", "区划调整"), "register move"),
        Deed(_UNDONE_AT, ("register", "undo", "--reason", "看错了学校"), "register undo"),
        Deed(CLOSED_AT, ("register", *close, "--reason", "生源不足"), "register close"),
    )


def corrected(tale: Tale, folder: Path) -> Tale:
    """The tale with the bureau's corrections: one holds, one expects what nobody wrote and is withdrawn."""
    target = next(one for one in tale.arrivals if (one.month, one.received_at) == (REVISED, REVISED_AT))
    assert target.report is not None
    yes = [item for item in _ITEMS if target.report.answers[item].value == "yes"]
    right, wrong = yes[0], yes[1]
    books = (
        (CORRECTED_AT, "2027-01", _row(target, right, "是"), "correction"),
        (WRONG_AT, "2027-05", _row(target, wrong, "不适用"), "correction that does not fit"),
        (WITHDRAWN_AT, "2027-05", _row(target, wrong, "不适用") | {"is_withdrawn": True}, "correction withdrawn"),
    )
    came, arrivals = list(tale.came), list(tale.arrivals)
    for at, month, row, what in books:
        path = folder / "corrections" / f"数据更正{at:%m%d}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        # The register comes along, as in a workbook of a bureau.
        known = [vars(one) for one in known_register(tale.register, parse_period(month), at)]
        path.write_bytes(draw_bureau({"register": known, "corrections": [row]}, at.date()))
        came.append(Came(at, month, (path,), what))
        arrivals.append(Arrival(path.name, at, month, "accepted", "bureau", None, None))
    came.sort(key=lambda one: (one.at, one.month, one.files))
    return replace(tale, came=tuple(came), arrivals=tuple(arrivals), corrected=(target, right))


def _row(target: Arrival, item: str, expected: str) -> dict[str, Any]:
    return {
        "month": target.month,
        "school_code": target.school_code,
        "sheet_name": contract("checklist").title,
        "row_name": items()[item].zh,
        "field_label": contract("checklist").field("answer").label,
        "expected_value": expected,
        "new_value": "否",
        "reason": "现场核查与填报不符",
        "decided_by": "安全科",
        "decided_date": date(2027, 2, 9),
        "objection": "学校认为已经落实",
        "objection_outcome": "维持更正",
    }


def as_corrected(tale: Tale, moment: datetime) -> Iterator[Arrival]:
    """Every arrival, its report as it counts at the moment."""
    target, item = tale.corrected
    for arrival in tale.arrivals:
        report = arrival.report
        if arrival is not target or report is None or moment < CORRECTED_AT:
            yield arrival
            continue
        answers = {**report.answers, item: Answer("no", report.answers[item].day)}
        yield replace(arrival, report=replace(report, answers=answers))
