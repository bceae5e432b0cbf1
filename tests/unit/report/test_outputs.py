"""The files of a report: live formulas, sound Word, pages that fetch nothing, the same bytes every time."""

from __future__ import annotations

import hashlib
import html
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from pipelines.errors import MetadataError, PipelineError
from pipelines.report import display, notebook, stage, wording
from pipelines.report.material import Figure
from pipelines.report.workbook import write_workbook
from tests.unit.report import county
from tests.unit.report.conftest import Reported
from tests.unit.report.finished import page_text

FILES = (
    *("assessments.csv", "cases.csv", "figures.csv", "findings.csv", "index.html", "manifest.json", "report.docx"),
    *("report.html", "submissions.csv", "tables.xlsx", "hazard_closure.html", "submission_quality.html"),
    *("schools.html", "index.en.html", "schools.en.html"),
)


def _files(folder: Path) -> dict[str, Path]:
    return {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}


def _hashes(folder: Path) -> dict[str, str]:
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in _files(folder).items()}


def test_the_folder_holds_exactly_the_files_of_the_fixed_form(reported: Reported) -> None:
    assert tuple(sorted(name for name in _files(reported.folder) if "/" not in name)) == tuple(sorted(FILES))


def test_a_second_run_writes_the_same_bytes(reported: Reported, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _hashes(reported.folder)
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    stage.write_pages(reported.settings)
    assert _hashes(reported.folder) == before


def test_manifest_names_every_input_and_output(reported: Reported) -> None:
    manifest = json.loads((reported.folder / "manifest.json").read_text(encoding="utf-8"))
    outputs = _hashes(reported.folder)
    del outputs["manifest.json"]
    assert manifest["outputs"].items() >= outputs.items()
    assert {row["sha256"] for row in manifest["inputs"]} >= {row.sha256 for row in reported.material.submissions}
    assert manifest["parameters"] == {
        "standard": county.STANDARD,
        "period": "2026-10",
        "as_of": "2026-10-31T23:59:00",
    }
    assert {"items.yaml", "report.yaml", "school/hazards.odcs.yaml"} <= manifest["contracts"].keys()
    assert set(manifest["standard"]) == {f"standards/{county.STANDARD}.yaml", "calendars/yunnan.yaml"}


def _rate_cells(path: Path) -> Iterator[tuple[Any, Any, Any, Any, Any]]:
    """(sheet, numerator, denominator, formula, cached value) of every row that has a rate."""
    formulas, cached = openpyxl.load_workbook(path), CalamineWorkbook.from_path(str(path))
    for sheet in formulas.worksheets:
        heads = [cell.value for cell in sheet[4]] if sheet.max_row > 4 else []
        if wording.column("rate") not in heads:
            continue
        column = heads.index(wording.column("rate"))
        values = cached.get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)
        for index, row in enumerate(sheet.iter_rows(min_row=5), 4):
            if row[column].value is not None:
                yield (
                    sheet.title,
                    row[column - 2].value,
                    row[column - 1].value,
                    row[column].value,
                    values[index][column],
                )


def test_each_rate_is_a_live_formula_with_its_value_cached(reported: Reported) -> None:
    found = list(_rate_cells(reported.folder / "tables.xlsx"))
    rates = [row for row in reported.material.figures if row.is_rate]
    assert len(found) == len(rates) + len(reported.material.agreement)
    for _, numerator, denominator, formula, cached in found:
        assert re.fullmatch(r'=IF\(N\([A-Z]+\d+\)=0,"",INT\([A-Z]+\d+\*1000/[A-Z]+\d+\)/1000\)', formula)
        tenths = display.permille(numerator, denominator)
        assert cached == (None if tenths is None else tenths / 1000) or (tenths is None and cached == "")


def test_text_in_the_workbook_never_runs(reported: Reported) -> None:
    book = openpyxl.load_workbook(reported.folder / "tables.xlsx")
    texts = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.data_type == "s"]
    assert county.FORMULA in {cell.value for cell in texts}
    formulas = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert all(str(cell.value).startswith(("=IF(N(", "=SUBTOTAL(109,")) for cell in formulas)


def test_the_contents_sheet_links_to_every_other(reported: Reported) -> None:
    book = openpyxl.load_workbook(reported.folder / "tables.xlsx")
    contents = book.worksheets[0]
    links = {cell.hyperlink.location for row in contents.iter_rows() for cell in row if cell.hyperlink}
    assert links == {f"'{name}'!A1" for name in book.sheetnames[1:]}
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes
        assert sheet.auto_filter.ref


def test_an_over_long_text_is_cut_with_a_mark_and_not_dropped(reported: Reported, tmp_path: Path) -> None:
    long = replace(reported.material.findings[0], message="长" * 40000)
    write_workbook(replace(reported.material, findings=(long,)), tmp_path)
    cells = CalamineWorkbook.from_path(str(tmp_path / "tables.xlsx")).get_sheet_by_name("数据问题").to_python()
    assert any(str(cell).startswith("长长") and str(cell).endswith("…") for row in cells for cell in row)


def test_word_has_the_four_sections_the_annexes_and_page_numbers(reported: Reported) -> None:
    document = Document(str(reported.folder / "report.docx"))
    texts = [paragraph.text for paragraph in document.paragraphs]
    titles = list(wording.entry("bulletin.sections").values())
    assert [text for text in texts if text in titles] == titles
    assert len([text for text in texts if text.startswith("附件") and len(text) > 2]) == 16
    with zipfile.ZipFile(reported.folder / "report.docx") as archive:
        footers = [archive.read(name).decode() for name in archive.namelist() if "footer" in name]
    assert any("PAGE" in footer for footer in footers)


def test_word_and_page_say_the_same(reported: Reported) -> None:
    words = "".join(paragraph.text for paragraph in Document(str(reported.folder / "report.docx")).paragraphs)
    page = page_text(reported.folder / "report.html")
    guards = reported.material.county["guards_staffing"]
    sentence = f"{display.rate(guards.numerator, guards.denominator)}（{guards.numerator}/{guards.denominator}）"
    assert sentence in words
    assert sentence in page


def test_every_marked_number_of_the_page_equals_its_figure(reported: Reported) -> None:
    page = (reported.folder / "index.html").read_text(encoding="utf-8")
    table = page[page.index('id="indicators"') : page.index('id="quality"')]
    first = re.findall(r'data-figure="([^"]+\|county\|[^"]*)">([\d.]+%) <small>(\d+)/(\d+)</small>', table)
    figures: dict[str, Figure] = reported.material.by_key
    assert len(first) == sum(row.is_rate for row in reported.material.county.values())
    for key, shown, numerator, denominator in first:
        figure = figures[html.unescape(key)]
        assert (figure.numerator, figure.denominator) == (int(numerator), int(denominator))
        assert shown == display.rate(figure.numerator, figure.denominator)


@pytest.mark.parametrize(
    "name",
    ["index.html", "report.html", "hazard_closure.html", "submission_quality.html", "audit/supervision_report.html"],
)
def test_pages_escape_data_and_name_no_other_host(reported: Reported, name: str) -> None:
    page = (reported.folder / name).read_text(encoding="utf-8")
    assert "<script>alert(1)" not in page
    assert "default-src &#39;none&#39;" in page
    fetched = re.findall(r'(?:src|href)="([^"#]+)"', page)
    assert not [target for target in fetched if "//" in target]


@pytest.mark.parametrize(
    "parameters",
    [
        {"home": "x", "standard": "y", "period": "z"},
        {"home": "x", "standard": "y", "period": "z", "as_of": "t", "township": "", "import os #": "1"},
        {"home": "x", "standard": "y", "period": 7, "as_of": "t", "township": ""},
    ],
)
def test_notebook_parameters_are_a_typed_whitelist(parameters: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        notebook.checked_parameters(parameters)


def test_a_failing_notebook_is_one_sentence(tmp_path: Path) -> None:
    parameters = {"home": str(tmp_path), "standard": "nowhere", "period": "2026-10", "as_of": "2026-10-31T00:00:00"}
    parameters |= {"township": ""}
    with pytest.raises(PipelineError, match="nowhere"):
        notebook.execute(parameters)


def test_a_missing_word_names_file_and_key() -> None:
    with pytest.raises(MetadataError, match=r"report\.yaml: no entry page\.nowhere"):
        wording.text("page.nowhere")
    with pytest.raises(MetadataError, match="wants a value"):
        wording.text("page.title")


def test_every_column_has_a_title_in_both_languages() -> None:
    for name, titles in wording.entry("columns").items():
        assert titles.keys() == {"zh", "en"}, name
