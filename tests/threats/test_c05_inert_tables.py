"""C5, A46: a text is a text in every table that leaves, and nothing is dropped in silence."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import docx
import pytest

from pipelines.errors import PipelineError
from pipelines.report import stage
from pipelines.report.csv_files import COLUMNS, written
from pipelines.store.workbooks import CheckedWorkbook
from tests.unit.report import county, county_home

LEADS = ("=", "+", "-", "@", "\t", "\r", "\n")
RATE = r'IF\(N\([A-Z]+\d+\)=0,"",INT\([A-Z]+\d+\*\d+/[A-Z]+\d+\)/\d+\)'
SUM = r"SUBTOTAL\(109,[A-Z]+\d+:[A-Z]+\d+\)"
OURS = re.compile(f"{RATE}|{SUM}")
_FORMULA = re.compile(r"<f[ >]([^<]*)</f>|<f>([^<]*)</f>")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a county in which a school's name, a file's name and values would run as formulas."""
    settings = county_home.write_home(tmp_path_factory.mktemp("inert"), county.material())
    stage.write_pages(settings)
    return stage.report_dir(settings)


def parts(path: Path) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            yield name, archive.read(name).decode("utf-8", "replace")


def test_c05_the_only_formulas_of_the_tables_are_our_rates_and_sums(folder: Path) -> None:
    formulas = [match[1] or match[2] for _, text in parts(folder / "tables.xlsx") for match in _FORMULA.finditer(text)]
    assert formulas
    assert [formula for formula in formulas if not OURS.fullmatch(formula)] == []


def test_c05_the_tables_reach_nothing_outside(folder: Path) -> None:
    names = [name for name, _ in parts(folder / "tables.xlsx")]
    assert not [name for name in names if re.search("external|vba|ctrlProps|connections|queryTable", name)]
    assert not [name for name, text in parts(folder / "tables.xlsx") if 'TargetMode="External"' in text]
    shown = "".join(text for name, text in parts(folder / "tables.xlsx") if "sharedStrings" in name)
    assert "=HYPERLINK(" in shown


def test_c05_no_text_of_a_csv_runs_and_no_number_is_altered(folder: Path) -> None:
    for name in COLUMNS:
        with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
            cells = [cell for row in csv.reader(stream) for cell in row]
        assert not [cell for cell in cells if cell.startswith(LEADS) and not re.fullmatch(r"-\d+(\.\d+)?", cell)]
    assert written(-3) == "-3"
    assert written("-3") == "'-3"


def test_c05_word_holds_no_field_but_page_numbers_and_no_link(folder: Path) -> None:
    path = folder / "report.docx"
    fields = [one for _, text in parts(path) for one in re.findall(r"<w:instrText[^>]*>([^<]*)<", text)]
    assert set(fields) == {"PAGE"}
    assert not [name for name, text in parts(path) if 'TargetMode="External"' in text or "<w:hyperlink" in text]
    document = docx.Document(str(path))
    shown = [one.text for one in document.paragraphs]
    shown += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert any(county.HOSTILE_TOWNSHIP in text for text in shown)


CALLS: list[tuple[str, Callable[[Any], object]]] = [
    ("write_string(0, 0)", lambda sheet: sheet.write_string(0, 0, "x" * 32_768)),
    ("write_string(1048576, 0)", lambda sheet: sheet.write_string(1_048_576, 0, "x")),
    ("write_number(0, 16384)", lambda sheet: sheet.write_number(0, 16_384, 1)),
    ("write(0, 0)", lambda sheet: sheet.write(0, 0, "x" * 32_768)),
    ("write_comment(0, 0)", lambda sheet: sheet.write_comment(0, 0, "x" * 32_768)),
    ("set_column(0, 16384)", lambda sheet: sheet.set_column(0, 16_384, 5)),
]


@pytest.mark.parametrize(("call", "refused"), CALLS, ids=[name for name, _ in CALLS])
def test_c05_what_xlsxwriter_would_drop_stops_the_run(call: str, refused: Callable[[Any], object]) -> None:
    book = CheckedWorkbook(io.BytesIO(), {"in_memory": True})
    sheet = book.add_worksheet("表")
    with pytest.raises(PipelineError, match=re.escape(call)) as failure:
        refused(sheet)
    assert "xx" not in str(failure.value)
    book.close()


def test_c05_a_checked_workbook_takes_every_text_as_text() -> None:
    buffer = io.BytesIO()
    with CheckedWorkbook(buffer, {"in_memory": True, "strings_to_formulas": True, "strings_to_urls": True}) as book:
        book.add_worksheet("表").write_row(0, 0, ["=1+1", "http://example.invalid", "007", "{=SUM(A1)}"])
    with zipfile.ZipFile(buffer) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count('t="s"') == 4
    assert "<f" not in sheet and "<hyperlink" not in sheet
