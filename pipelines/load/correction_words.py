"""What became of each correction, in words: at the school's cell, on the bureau's sheet, and as a table of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from pipelines.findings import CORRECTED, correction_text
from pipelines.metadata.persons import shown
from pipelines.store.sql import named_rows, sql_text
from pipelines.validate.batch import FINDING_SCHEMA
from pipelines.validate.wording import cell_of, words_of

if TYPE_CHECKING:
    from pipelines.load.correcting import Outcome

_SQL = Path(__file__).parent / "sql"
_TABLE = "corrections"
_NOTHING = "W-CORRECTION-NOTHING"
_BEHIND = 900_000
"""Place of such findings among a file's: behind those of its own cells."""
_POINTS_AT = {
    "E-CORRECTION-NEWER": "expected_value",
    "E-CORRECTION-NO-FILE": "school_code",
    "E-CORRECTION-PLACE": "cell_address",
    "E-CORRECTION-ROW": "cell_address",
    "E-CORRECTION-OTHER": "expected_value",
    "E-CORRECTION-VALUE": "new_value",
    "E-CORRECTION-UNIT": "new_value",
    "E-CORRECTION-IDENTITY": "cell_address",
    _NOTHING: "is_withdrawn",
}
_CELL_SCHEMA = pa.schema(
    [
        *((name, pa.int64()) for name in ("correction_no", "submission_no", "target_no")),
        *((name, pa.int32()) for name in ("row_no", "target_row_no")),
        *((name, pa.string()) for name in ("month", "school_code", "table_name", "sheet", "cell", "field", "item")),
        *((name, pa.string()) for name in ("place", "old_text", "new_text", "reason", "decided_by")),
        ("decided_date", pa.date32()),
        *((name, pa.string()) for name in ("objection", "objection_outcome", "state", "code", "message")),
    ]
)
_MENDED_SCHEMA = pa.schema(
    [
        ("submission_no", pa.int64()),
        ("code", pa.string()),
        ("table_name", pa.string()),
        ("sheet", pa.string()),
        ("row_no", pa.int32()),
        ("field", pa.string()),
        ("told", pa.string()),
    ]
)


def write_tables(
    connection: duckdb.DuckDBPyConnection,
    outcomes: Sequence[Outcome],
    mended: Sequence[dict[str, Any]],
    raised: Sequence[dict[str, Any]],
) -> None:
    """Fill core_corrected_cells and `mended` (findings that a correction answers), and add to `found`."""
    layouts = _layouts(connection)
    findings = [*_raised(raised)]
    cells = []
    for one in outcomes:
        said = _finding(one, layouts)
        if said is not None:
            findings.append(said)
        cells.append(_cell(one, said))
    connection.register("corrected_cell", pa.Table.from_pylist(cells, schema=_CELL_SCHEMA))
    connection.execute(sql_text(_SQL, "told_corrections"))
    connection.register("mending", pa.Table.from_pylist(list(_mended(outcomes, mended)), schema=_MENDED_SCHEMA))
    connection.execute("INSERT INTO mended BY NAME SELECT * FROM mending")
    for name in ("corrected_cell", "mending"):
        connection.unregister(name)
    if findings:
        connection.register("told", pa.Table.from_pylist(findings, schema=FINDING_SCHEMA))
        connection.execute("INSERT INTO found BY NAME SELECT * FROM told")
        connection.unregister("told")
        connection.execute(sql_text(_SQL, "corrected_verdicts"), {"behind": _BEHIND})


def _layouts(connection: duckdb.DuckDBPyConnection) -> dict[int, tuple[str, dict[str, int]]]:
    """Name and columns of each bureau workbook's sheet of corrections."""
    rows = named_rows(connection.execute(f"FROM sheet_counts WHERE table_name = '{_TABLE}'"))
    return {row["submission_no"]: (row["sheet_name"], json.loads(row["columns"] or "{}")) for row in rows}


def _values(one: Outcome) -> tuple[str, str]:
    """(old, new) as people may see them; where the cell is not known, nothing is shown of either."""
    if one.place is None:
        return "", ""
    blank, field = correction_text("blank"), one.place.field
    old = one.wrote if one.state == "applied" else one.correction.expected
    return shown(old or "", field) or blank, shown(one.correction.new, field) or blank


def told_text(one: Outcome) -> str:
    """Old and new value, reason, who decided when, the objection and its outcome."""
    correction = one.correction
    old, new = _values(one)
    told = correction_text(
        "told",
        old=old,
        new=new,
        reason=correction.reason,
        decided_by=correction.decided_by,
        decided_date=correction.decided_date,
    )
    if correction.objection:
        told += correction_text("objection", objection=correction.objection)
    if correction.outcome:
        told += correction_text("outcome", outcome=correction.outcome)
    return told


def _finding(one: Outcome, layouts: dict[int, tuple[str, dict[str, int]]]) -> dict[str, Any] | None:
    """At the school's cell where it was applied, on the bureau's sheet where it was not; None for what is settled."""
    if one.state == "applied":
        place = one.place
        assert place is not None
        name, field = place.table.name, place.field.name
        words = words_of(CORRECTED, name, field, one.wrote or "", place.sheet, told_text(one), place.item)
        where = {"table_name": name, "sheet": place.sheet, "row_no": place.row_no, "cell": place.cell, "field": field}
        return _row(place.submission_no, one, CORRECTED, words, where)
    code = _NOTHING if one.state == "nothing_withdrawn" else one.code
    if not code:
        return None
    correction = one.correction
    detail, value = one.detail, correction.place
    if code == "E-CORRECTION-NO-FILE":
        value, detail = correction.school_code or "", correction.month or ""
    elif code == "E-CORRECTION-VALUE":
        value, detail = _values(one)[1], one.contradicted
    elif code == "E-CORRECTION-UNIT":
        value = _values(one)[1]
    elif code == "E-CORRECTION-OTHER" and one.place is not None:
        value, detail = _values(one)[0], shown(one.wrote or "", one.place.field) or correction_text("blank")
    words = words_of(code, _TABLE, "", value, "", detail, None)
    field = correction.missing[0] if code == "E-CORRECTION-INCOMPLETE" else _POINTS_AT[code]
    sheet, columns = layouts.get(correction.submission_no, ("", {}))
    cell = cell_of(correction.row_no, columns.get(field))
    where = {"table_name": _TABLE, "sheet": sheet, "row_no": correction.row_no, "cell": cell, "field": field}
    return _row(correction.submission_no, one, code, words, where)


def _row(number: int, one: Outcome, code: str, words: Any, where: dict[str, Any]) -> dict[str, Any]:
    told = {"severity": words.severity, "value": words.value, "message": words.message, "hint": words.hint}
    return {"submission_no": number, "place": _BEHIND + one.correction.number, "code": code, **where, **told}


def _raised(rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What judging again found anew, behind what the file was told already."""
    for number, row in enumerate(rows):
        yield {**row, "place": 2 * _BEHIND + number}


def _mended(outcomes: Sequence[Outcome], rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each finding that no longer holds, with the correction that did it: at its cell, else in its row or sheet."""
    applied = [(one.place, told_text(one)) for one in outcomes if one.state == "applied" and one.place]
    for row in rows:
        near = [
            (place.row_no != row["row_no"], place.field.name != row["field"], number, told)
            for number, (place, told) in enumerate(applied)
            if (place.submission_no, place.table.name) == (row["submission_no"], row["table_name"])
        ]
        yield {**{name: row[name] for name in _MENDED_SCHEMA.names[:-1]}, "told": min(near)[-1]}


def _cell(one: Outcome, said: dict[str, Any] | None) -> dict[str, Any]:
    correction, place = one.correction, one.place
    old, new = _values(one)
    return {
        "correction_no": correction.number,
        "submission_no": correction.submission_no,
        "target_no": one.target_no,
        "row_no": correction.row_no,
        "target_row_no": place.row_no if place else None,
        "month": correction.month,
        "school_code": correction.school_code,
        "table_name": place.table.name if place else "",
        "sheet": place.sheet if place else correction.sheet,
        "cell": place.cell if place else correction.cell,
        "field": place.field.name if place else "",
        "item": place.item if place else correction.row_name,
        "place": correction.place,
        "old_text": old,
        "new_text": new,
        "reason": correction.reason,
        "decided_by": correction.decided_by,
        "decided_date": correction.decided_date,
        "objection": correction.objection,
        "objection_outcome": correction.outcome,
        "state": one.state,
        "code": said["code"] if said else "",
        "message": said["message"] if said else "",
    }
