"""The bureau's form for corrections, read back with openpyxl and by the intake."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from pipelines.collect.corrections import write_correction_form
from pipelines.collect.plan import wording
from pipelines.collect.templates import School
from pipelines.extract.batch import Original, extract_batch
from pipelines.metadata.contracts import contract, contracts

SCHOOLS = [School(f"215300000{one}", f"第{one}小学", "primary", "public", "urban", "某镇") for one in (1, 2, 3)]
CORRECTION = ("2026-10", "2153000002", "应急演练", "F4", None, None, "0260", "206", "核对", "张某某", date(2026, 11, 6))


@pytest.fixture
def form(tmp_path: Path) -> Path:
    return write_correction_form(tmp_path, "2026-10", SCHOOLS, ["2026-10", "2026-09", "2026-10"])


def test_headings_lists_and_text_formats_are_the_contracts(form: Path) -> None:
    assert form.name == "数据更正_2026-10.xlsx"
    page = load_workbook(form)["数据更正"]
    assert [cell.value for cell in page[1]] == [field.label for field in contract("corrections").fields]
    checks = {next(iter(one.sqref.ranges)).min_col: one for one in page.data_validations.dataValidation}
    assert checks[1].formula1 == '"2026-10,2026-09"'
    assert checks[2].formula1 == "'填报说明'!$D$4:$D$6"
    assert checks[3].formula1 == '"' + ",".join(one.title for one in contracts("school")) + '"'
    assert checks[14].formula1 == '"是,否"'
    assert [page.column_dimensions[column].number_format for column in "BDG"] == ["@"] * 3
    offered = [cell.value for (cell,) in load_workbook(form)["填报说明"]["D4:D6"]]
    assert offered == [one.school_code for one in SCHOOLS]


def test_the_example_is_locked_and_no_correction_and_a_row_below_it_is(form: Path) -> None:
    book = load_workbook(form)
    page = book["数据更正"]
    assert page.protection.sheet
    assert [cell.protection.locked for cell in page[2]] == [True] * len(contract("corrections").fields)
    for column, value in enumerate(CORRECTION, 1):
        page.cell(3, column, value)
    filled = form.with_name("filled.xlsx")
    book.save(filled)
    blank, used = (extract_batch([Original(1, path, path.name, "2026-11")]) for path in (form, filled))
    assert blank.submissions.select(["origin", "reject_code", "cover_period"]).to_pylist() == [
        {"origin": "bureau", "reject_code": None, "cover_period": None}
    ]
    assert "corrections" not in blank.records and not blank.findings.num_rows
    (row,) = used.records["corrections"].to_pylist()
    assert (row["row_no"], row["month"], row["school_code"], row["expected_value"]) == (
        3,
        "2026-10",
        "2153000002",
        "0260",
    )


def test_a_form_that_is_being_filled_in_stays(form: Path) -> None:
    form.write_bytes(b"begun")
    assert write_correction_form(form.parent, "2026-10", SCHOOLS, []) == form
    assert form.read_bytes() == b"begun"


def test_every_column_is_explained_on_the_cover(form: Path) -> None:
    lines = {row[0]: row[1] for row in load_workbook(form)["填报说明"].iter_rows(values_only=True) if row[0]}
    asked = wording()["sheet_prompts"]["corrections"]
    assert list(asked) == [field.name for field in contract("corrections").fields]
    assert lines["A　填报月份"] == asked["month"]
    assert lines["N　是否撤销"] == asked["is_withdrawn"]
