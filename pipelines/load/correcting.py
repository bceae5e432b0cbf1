"""Cells of schools' files that the bureau corrected, as if the school had written the new value: whole and once.

A correction is put into the texts that extract left of the file, and these are judged again by the contracts, so that
types, ranges, row rules and rows kept out come out as they would have. One that no longer fits changes nothing and is
told: to the bureau as a finding on its workbook, to `publish` as a refusal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.extract.batch import FINDING_SCHEMA, Extracted
from pipelines.load.correction_places import Files, Place, unit_beside
from pipelines.load.correction_rows import Correction, is_blank_mark, read_corrections, standing_of
from pipelines.load.correction_words import write_tables
from pipelines.metadata.contracts import contract
from pipelines.store.sql import named_rows, sql_text
from pipelines.validate.batch import Validated, Validator

_SQL = Path(__file__).parent / "sql"
_WRONG = ("fatal", "error")
_ASKED = ("fatal", "error", "query")


@dataclass(frozen=True)
class Outcome:
    """What became of one correction.

    `state` is applied, replaced, withdrawn, withdrawal, nothing_withdrawn, pruned (a file is past its term and gone) or
    failed; `code` is then the finding's, with `detail`. `place` is None where none was found; `wrote` is what stands
    there, `new` what counts instead; `contradicted` is the finding that the new value would bring.
    """

    correction: Correction
    state: str
    code: str = ""
    detail: str = ""
    place: Place | None = None
    wrote: str | None = None
    new: str | None = None
    target_no: int | None = None
    contradicted: str = ""


@dataclass
class Corrected:
    """Outcomes by row, and what judging again found otherwise in the files that were corrected."""

    outcomes: list[Outcome] = field(default_factory=list)
    mended: list[dict[str, Any]] = field(default_factory=list)
    raised: list[dict[str, Any]] = field(default_factory=list)


def correct(connection: duckdb.DuckDBPyConnection, folders: Sequence[Path], as_of: datetime | None) -> None:
    """Fill core_corrected_cells and `mended`; the gathered tables, sheet_counts and found are corrected.

    Needs core_submissions, gathered_*, sheet_counts, judged and found. Corrections received by `as_of` speak.
    """
    corrected = Corrected()
    corrections = read_corrections(connection, folders, as_of)
    speaking, others = standing_of(corrections)
    corrected.outcomes = [Outcome(one, others[one.number]) for one in corrections if one.number in others]
    looked = _look(connection, folders, speaking, as_of)
    corrected.outcomes += [one for one in looked if one.state != "applied"]
    if applied := [one for one in looked if one.state == "applied"]:
        _apply(connection, folders, applied, corrected)
    corrected.outcomes.sort(key=lambda one: one.correction.number)
    write_tables(connection, corrected.outcomes, corrected.mended, corrected.raised)


def fitting(
    connection: duckdb.DuckDBPyConnection, folders: Sequence[Path], as_of: datetime | None
) -> frozenset[tuple[str, str, int, int]]:
    """(school, month, submission, row) of each correction received by `as_of` that stands and fits the file that
    counted then, or whose texts are pruned so that nobody knows; whether its value is a good one is not judged.

    Needs core_submissions and gathered_corrections.
    """
    speaking, _ = standing_of(read_corrections(connection, folders, as_of))
    looked = [one for one in _look(connection, folders, speaking, as_of) if one.state in ("applied", "pruned")]
    found = (one.correction for one in looked)
    return frozenset((one.school_code or "", one.month or "", one.submission_no, one.row_no) for one in found)


def _look(
    connection: duckdb.DuckDBPyConnection,
    folders: Sequence[Path],
    speaking: Sequence[Correction],
    as_of: datetime | None,
) -> list[Outcome]:
    """Each correction that speaks: whether it fits the file that counts now; of two on one cell the later counts."""
    versions: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in named_rows(connection.execute(sql_text(_SQL, "corrected_months"), {"as_of": as_of})):
        versions.setdefault((row["school_code"], row["month"]), []).append(row)
    targets = {one.number: _target(one, versions) for one in speaking}
    numbers = {row["submission_no"] for row, _ in targets.values() if row}
    files = Files(folders, numbers)
    found: list[Outcome] = []
    for one in speaking:
        outcome = _fit(one, *targets[one.number], files)
        if outcome.place is not None:
            same = [old for old in found if old.place and old.place.key == outcome.place.key]
            found = [replace(old, state="replaced", code="") if old in same else old for old in found]
        found.append(outcome)
    return found


def _target(
    correction: Correction, versions: dict[tuple[str, str], list[dict[str, Any]]]
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """(the file that counted when the correction came, one that has come since and counts now)."""
    found = versions.get((correction.school_code or "", correction.month or ""), [])
    before = [row for row in found if row["received_at"] <= correction.received_at]
    return (before[-1] if before else None), (found[-1] if found and found[-1] not in before else None)


def _fit(correction: Correction, target: dict[str, Any] | None, newer: dict[str, Any] | None, files: Files) -> Outcome:
    failed = Outcome(correction, "failed")
    if correction.is_pruned or (target and target["submission_no"] not in files.numbers):
        return Outcome(correction, "pruned")
    if correction.missing:
        labels = [contract("corrections").field(name).label for name in correction.missing]
        return replace(failed, code="E-CORRECTION-INCOMPLETE", detail="、".join(labels))
    if newer is not None:
        return replace(failed, code="E-CORRECTION-NEWER", detail=str(newer["version"]))
    if target is None:
        return replace(failed, code="E-CORRECTION-NO-FILE")
    place = files.place(correction, target["submission_no"])
    failed = replace(failed, target_no=target["submission_no"])
    if place is None:
        return replace(failed, code="E-CORRECTION-PLACE")
    wrote = files.wrote(place)
    unit = unit_beside(correction.expected, wrote)
    if unit is None:
        return replace(failed, code="E-CORRECTION-OTHER", place=place, wrote=wrote)
    place = replace(place, unit=unit)
    new = None if is_blank_mark(correction.new) else correction.new
    if place.field.form == "money" and wrote is None and new and new[-1].isdigit():
        # The heading may give a unit, which only a number beside it would show.
        return replace(failed, code="E-CORRECTION-UNIT", place=place)
    return Outcome(correction, "applied", place=place, wrote=wrote, new=new, target_no=target["submission_no"])


def _apply(
    connection: duckdb.DuckDBPyConnection, folders: Sequence[Path], applied: list[Outcome], corrected: Corrected
) -> None:
    """Judge the corrected files again, without those corrections that turn out not to fit, until the rest all do."""
    numbers = sorted({one.target_no for one in applied if one.target_no is not None})
    identity = _identities(connection.execute(_IDENTITY, {"numbers": numbers}).fetchall())
    texts = Files(folders, numbers).extracted
    validated: Validated | None = None
    while applied:
        validated = _validator().validate(_with_texts(texts, applied))
        now = _identities(validated.submissions.select(_IDENTIFYING).to_pylist())
        movers = _movers(applied) if identity != now else []
        checked = [_checked(one, validated, moves=one in movers) for one in applied]
        corrected.outcomes += [one for one in checked if one.state == "failed"]
        if all(one.state == "applied" for one in checked):
            break
        applied = [one for one in checked if one.state == "applied"]
    if validated is not None and applied:
        _replace(connection, applied, validated, corrected)
        corrected.outcomes += applied


@cache
def _validator() -> Validator:
    """Slow to set up, and the same for every database that a process builds."""
    return Validator()


_STATED = {("profile", "school_code"), ("profile", "report_month")}
"""Fields by which a file says whose it is."""
_IDENTIFYING = ["submission_no", "school_code", "period", "reject_code"]
_IDENTITY = f"SELECT {', '.join(_IDENTIFYING)} FROM judged WHERE list_contains($numbers, submission_no) ORDER BY 1"


def _identities(rows: Sequence[Any]) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) if isinstance(row, dict) else tuple(row) for row in rows]


def _movers(applied: Sequence[Outcome]) -> list[Outcome]:
    """Of corrections by which a file would become another school's or month's, those that may have done it."""
    placed = [(one, one.place) for one in applied if one.place]
    stated = [one for one, place in placed if (place.table.name, place.field.name) in _STATED]
    return stated or [one for one, place in placed if place.field.name == place.table.event_date] or list(applied)


def _with_texts(extracted: Extracted, applied: Sequence[Outcome]) -> Extracted:
    """The same files with the corrected texts; what extract found in those cells is no longer so."""
    records = dict(extracted.records)
    findings = extracted.findings.to_pylist()
    for one in applied:
        place = one.place
        assert place is not None
        rows = records[place.table.name]
        keys = zip(*(rows[name].to_pylist() for name in ("submission_no", "sheet_no", "row_no")), strict=True)
        at = list(keys).index((place.submission_no, place.sheet_no, place.row_no))
        texts = rows[place.field.name].to_pylist()
        texts[at] = place.rewritten(one.new)
        column = rows.schema.get_field_index(place.field.name)
        records[place.table.name] = rows.set_column(column, place.field.name, pa.array(texts, pa.string()))
        cell = (place.submission_no, place.table.name, place.row_no, place.field.name)
        findings = [
            row for row in findings if (row["submission_no"], row["table_name"], row["row_no"], row["field"]) != cell
        ]
    return Extracted(
        extracted.submissions, extracted.sheets, pa.Table.from_pylist(findings, schema=FINDING_SCHEMA), records
    )


def _checked(one: Outcome, validated: Validated, *, moves: bool) -> Outcome:
    """The outcome, failed where the new value cannot stand in that cell, or the row is kept out all the same."""
    place = one.place
    assert place is not None
    own = (pc.field("submission_no") == place.submission_no) & (pc.field("table_name") == place.table.name)
    findings = validated.findings.filter(own & (pc.field("row_no") == place.row_no)).to_pylist()
    at_cell = [row for row in findings if row["field"] == place.field.name and row["severity"] in _WRONG]
    if at_cell:
        return replace(one, state="failed", code="E-CORRECTION-VALUE", contradicted=at_cell[0]["message"])
    if moves:
        return replace(one, state="failed", code="E-CORRECTION-IDENTITY")
    rows = validated.records[place.table.name]
    here = (pc.field("submission_no") == place.submission_no) & (pc.field("row_no") == place.row_no)
    if not rows.filter(here).num_rows:
        return replace(one, state="failed", code="E-CORRECTION-ROW")
    return one


def _replace(
    connection: duckdb.DuckDBPyConnection, applied: Sequence[Outcome], validated: Validated, corrected: Corrected
) -> None:
    """Put the corrected sheets in the place of those that were gathered, and note which findings differ."""
    sheets = sorted({(one.place.submission_no, one.place.table.name) for one in applied if one.place})
    kept = validated.sheets.to_pylist()
    wanted = [row for row in kept if (row["submission_no"], row["table_name"]) in sheets]
    connection.register("judged_again", pa.Table.from_pylist(wanted, schema=validated.sheets.schema))
    connection.execute("""DELETE FROM sheet_counts
        WHERE (submission_no, table_name) IN (SELECT (submission_no, table_name) FROM judged_again)""")
    connection.execute("INSERT INTO sheet_counts BY NAME SELECT * FROM judged_again")
    for table in sorted({name for _, name in sheets}):
        numbers = [number for number, name in sheets if name == table]
        rows = validated.records[table]
        connection.register("judged_again", rows.filter(pc.is_in(rows["submission_no"], pa.array(numbers))))
        gathered = f"gathered_{table}"
        connection.execute(f"DELETE FROM {gathered} WHERE list_contains($numbers, submission_no)", {"numbers": numbers})
        connection.execute(f"INSERT INTO {gathered} BY NAME SELECT * FROM judged_again")
    connection.unregister("judged_again")
    numbers = sorted({number for number, _ in sheets})
    found = named_rows(
        connection.execute("FROM found WHERE list_contains($numbers, submission_no)", {"numbers": numbers})
    )
    old = {_finding_key(row): row for row in found if (row["submission_no"], row["table_name"]) in sheets}
    again = validated.findings.to_pylist()
    new = {_finding_key(row): row for row in again if (row["submission_no"], row["table_name"]) in sheets}
    corrected.mended += [row for key, row in old.items() if key not in new and row["severity"] in _ASKED]
    corrected.raised += [row for key, row in new.items() if key not in old and row["severity"] in _ASKED]


def _finding_key(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("submission_no", "code", "table_name", "sheet", "row_no", "field"))
