"""Receipts as a run writes them: from the database and the cross-checks, for whom and where."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
import xlsxwriter

from pipelines.errors import IntegrityError
from pipelines.measure.crosschecking import SCHEMA
from pipelines.measure.stage import measured_folder
from pipelines.metadata.periods import parse_period
from pipelines.metadata.standards import load_standard
from pipelines.report.receipts import write_receipts
from pipelines.settings import Settings
from pipelines.store.database import connect
from pipelines.store.home import Home
from pipelines.store.ledger import LedgerEntry, append_entries
from pipelines.store.tables import write_table
from tests.unit.publish.loaded import seal_database
from tests.unit.report.receipts import AMBER, RECEIVED, RED, ROWS, SHEET, front_texts

TABLES = """
CREATE TABLE core_submissions (
    submission_no BIGINT, origin VARCHAR, school_code VARCHAR, school_name VARCHAR, period VARCHAR,
    sent_period VARCHAR, file_name VARCHAR, sha256 VARCHAR, received_at TIMESTAMP, version INTEGER, status VARCHAR,
    received_on DATE, duplicate_of BIGINT
);
CREATE TABLE core_findings (
    finding_no BIGINT, submission_no BIGINT, severity VARCHAR, code VARCHAR, table_name VARCHAR, sheet VARCHAR,
    row_no INTEGER, cell VARCHAR, field VARCHAR, value VARCHAR, message VARCHAR, hint VARCHAR,
    answer_category VARCHAR, answer VARCHAR
);
CREATE TABLE core_sheets (
    submission_no BIGINT, table_name VARCHAR, sheet_name VARCHAR, row_count INTEGER, lost_row_count INTEGER,
    is_nil BOOLEAN
);
CREATE TABLE core_profile (submission_no BIGINT, has_bus BOOLEAN);
INSERT INTO core_profile VALUES (1, false);
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with one original, an encrypted one, and a database of their findings."""
    home = Home(tmp_path / "home")
    book = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(book)) as workbook:
        sheet = workbook.add_worksheet(SHEET)
        for number, row in enumerate(ROWS):
            sheet.write_row(number, 0, row)
    content = book.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    home.original(digest).parent.mkdir(parents=True)
    home.original(digest).write_bytes(content)
    with connect(home.database) as connection:
        connection.execute(TABLES)
        connection.executemany(
            "INSERT INTO core_submissions VALUES (?, 'school', ?, '白石小学', ?, ?, '月报.xlsx', ?, ?, 1, ?,"
            " NULL, NULL)",
            [
                (1, "2136001234", "2026-10", "2026-10", digest, RECEIVED, "accepted_with_findings"),
                (2, None, "2026-10", "2026-10", "0" * 64, RECEIVED, "rejected"),
                (3, "2136001235", "2026-10", "2026-10", digest, RECEIVED, "accepted"),
                (4, "2136001236", "2026-09", "2026-09", digest, RECEIVED, "accepted_with_findings"),
            ],
        )
        connection.executemany(
            "INSERT INTO core_findings VALUES (?, ?, ?, ?, 'hazards', ?, ?, ?, 'found_date', '王*', '坏了', '请改',"
            " NULL, NULL)",
            [
                (1, 1, "error", "E-DATE", SHEET, 3, "B3"),
                (2, 1, "repair", "R-UNIT", SHEET, 3, "A3"),
                (3, 2, "fatal", "E-ENCRYPTED", "", None, ""),
                (4, 3, "repair", "R-UNIT", SHEET, 3, "A3"),
                (5, 4, "query", "Q-1", SHEET, 3, "A3"),
            ],
        )
        connection.execute("INSERT INTO core_sheets VALUES (1, 'hazards', ?, 1, 1, false)", [SHEET])
    seal_database(home)
    settings = Settings(home, "jinghong-2019", parse_period("2026-10"), RECEIVED)
    for period in ("2026-10", "2026-2027-S1"):
        cross_check_rows(replace(settings, period=parse_period(period)))
        measured(replace(settings, period=parse_period(period)), [])
    return settings


def measured(settings: Settings, unreported: list[tuple[str, str, str]]) -> None:
    """schools.parquet and assessments.parquet as measure leaves them: submission 1 counts for its school.

    `unreported`: (unit_code, indicator, reason).
    """
    folder = measured_folder(settings)
    schools = [{"school_code": "2136001234", "submission_no": 1}]
    write_table(folder / "schools.parquet", pa.Table.from_pylist(schools))
    names = ("unit_code", "indicator", "reason")
    schema = pa.schema([(name, pa.string()) for name in (*names, "status")])
    rows = [dict(zip(names, row, strict=True), status="unreported") for row in unreported]
    write_table(folder / "assessments.parquet", pa.Table.from_pylist(rows, schema=schema))


def cross_check_rows(settings: Settings, *rows: dict[str, Any]) -> None:
    """crosschecks.parquet as measure leaves it."""
    path = measured_folder(settings) / "crosschecks.parquet"
    write_table(path, pa.Table.from_pylist(list(rows), schema=SCHEMA))


def test_receipts_are_written_for_submissions_with_something_to_mend(settings: Settings) -> None:
    stale = settings.home.returns / "2026-10" / "2136001299_2026-10-000099.xlsx"
    stale.parent.mkdir(parents=True)
    stale.write_bytes(b"old")
    written = write_receipts(settings)
    assert [path.name for path in written] == [
        "回执_白石小学_2136001234_2026-10-000001.xlsx",
        "回执_白石小学_2026-10-000002.xlsx",
    ]
    assert sorted(stale.parent.iterdir()) == sorted(written)
    first, second = (openpyxl.load_workbook(path) for path in written)
    assert first.sheetnames == ["回执", SHEET]
    assert first[SHEET]["B3"].fill.fgColor.rgb == RED
    assert "王*" in front_texts(first)
    assert second.sheetnames == ["回执"]


def test_a_cross_check_stands_on_the_receipt_without_naming_the_other_school(settings: Settings) -> None:
    """Submission 3 has nothing of its own to mend; the other school's code and rows stay with the bureau."""
    told = {"code": "Q-LEDGER-SHARED", "severity": "query", "message": "与本月另一所学校的台账相同", "hint": "请核实"}
    place = {"table_name": "hazards", "sheet": SHEET, "row_no": 3, "cell": "C3", "field": "description"}
    shared = {"submission_no": 3, "value": "灭火器过期", "others": ["2136009999"], "other_count": 1}
    cross_check_rows(settings, told | place | shared)
    path = next(path for path in write_receipts(settings) if path.stem.endswith("000003"))
    book = openpyxl.load_workbook(path)
    texts = front_texts(book)
    assert "已接收，有疑问需核实" in texts
    assert texts.count("Q-LEDGER-SHARED") == 1
    assert not any("2136009999" in text for text in texts)
    assert "请核实" in texts, "a value that may be right gets no example of a right one"
    assert book[SHEET]["C3"].fill.fgColor.rgb == AMBER


def test_a_receipt_names_the_provisions_that_its_losses_leave_undecided(settings: Settings) -> None:
    """Of the school's own and by their Chinese names; what is unreported for another reason is not blamed on a cell."""
    losses = [
        ("2136001234", "guards_staffing", "rows_lost"),
        ("2136001234", "closed_campus", "blank"),
        ("2136001299", "drill_frequency", "cell_error"),
    ]
    measured(settings, losses)
    texts = front_texts(openpyxl.load_workbook(write_receipts(settings)[0]))
    (told,) = [text for text in texts if "暂时不能判定" in text]
    assert "下列 1 项要求" in told
    assert told.endswith(f"：{load_standard('jinghong-2019').provision('guards_staffing').name_zh}。")


def test_a_file_received_later_gets_no_receipt_and_loses_none(settings: Settings) -> None:
    entries = [LedgerEntry(number, "0" * 64, RECEIVED, "2026-10", b"a".hex(), 1) for number in (1, 2)]
    append_entries(settings.home, entries)
    assert len(write_receipts(settings)) == 2
    before = sorted((settings.home.returns / "2026-10").iterdir())
    assert write_receipts(replace(settings, as_of=RECEIVED - timedelta(seconds=1))) == []
    assert sorted((settings.home.returns / "2026-10").iterdir()) == before


def test_receipts_of_a_quarter_go_to_the_months_for_which_they_were_sent(settings: Settings) -> None:
    written = write_receipts(replace(settings, period=parse_period("2026-2027-S1")))
    assert [str(path.relative_to(settings.home.returns).parent) for path in written] == [
        "2026-10",
        "2026-10",
        "2026-09",
    ]


def test_an_original_that_was_spoilt_stops_with_its_hash(settings: Settings) -> None:
    original = next(settings.home.originals.glob("*/*"))
    original.write_bytes(b"%PDF")
    with pytest.raises(IntegrityError, match=original.name):
        write_receipts(settings)
