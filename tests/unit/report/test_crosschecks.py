"""Cross-checks in the report: by kind with the schools named, agreement with its interval, nothing counted twice."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace

import openpyxl
import pytest
from docx import Document

from pipelines.metadata.crosschecks import cross_checks
from pipelines.report.crosscheck_rows import told_to_bureau
from pipelines.report.crosschecks import agreement_table, kind_table, kinds, summary_text, wilson
from pipelines.report.material import Material
from tests.unit.report import county
from tests.unit.report.conftest import Reported
from tests.unit.report.finished import page_text


def _rows(reported: Reported, name: str) -> list[dict[str, str]]:
    with (reported.folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_kind_has_a_row_with_its_findings_and_schools(planted: Material) -> None:
    table = kind_table(planted, "")
    shown = {row[0].beside: tuple(cell.text for cell in row[1:5]) for row in table.rows}
    assert list(shown) == [check.code for check in cross_checks()]
    ledgers = [row for row in planted.findings if row.code == "Q-LEDGER-SHARED"]
    names = "、".join(planted.name(code) for code in sorted(row.school_code for row in ledgers))
    assert shown["Q-LEDGER-SHARED"] == (str(len(ledgers)), "0", str(len(ledgers)), names)
    drills = [row for row in planted.findings if row.code == "Q-ATTENDANCE-OVER"]
    assert shown["Q-ATTENDANCE-OVER"][:2] == (str(len(drills)), str(len(drills)))
    assert shown["Q-HAZARD-VANISHED"] == ("0", "0", "0", "")
    early = sum(row.code == "YH-104" for row in planted.findings)
    assert early and shown["YH-104"][0] == str(early)


def test_names_beyond_the_limit_are_counted(planted: Material) -> None:
    row = next(row for row in kind_table(planted, "", 2).rows if row[0].beside == "Q-LEDGER-SHARED")
    assert row[4].text.endswith(f"等{row[3].text}所")
    assert row[4].text.count("、") == 1


def test_a_file_that_was_sent_again_counts_once(planted: Material) -> None:
    finding = next(row for row in planted.findings if row.code == "YH-104")
    first = next(row for row in planted.submissions if row.submission_no == finding.submission_no)
    again = replace(first, submission_no=9000, version=2, received_at=planted.as_of)
    files = (*planted.submissions, again)
    mended = replace(planted, submissions=files, counted=county.counted(files))
    counts = [Counter({kind.check.code: kind.row_count for kind in kinds(one)})["YH-104"] for one in (planted, mended)]
    assert counts[0] - counts[1] == 1


def test_the_summary_counts_findings_and_schools_once(planted: Material) -> None:
    codes = {check.code for check in cross_checks()}
    found = [row for row in planted.findings if row.code in codes]
    said = summary_text(planted, "page.truth_intro")
    explained = sum(bool(row.answer) for row in found)
    schools = len({row.school_code for row in found})
    assert f"疑点{len(found)}处（学校已说明{explained}处），涉及学校{schools}所" in said


@pytest.mark.parametrize(
    ("agreed", "compared", "low", "high"),
    [(12, 12, 0.757506, 1.0), (5, 8, 0.305742, 0.863160), (0, 3, 0.0, 0.561497), (81, 263, 0.255289, 0.366214)],
)
def test_wilson_interval(agreed: int, compared: int, low: float, high: float) -> None:
    """The last is Newcombe's (1998) example, the others worked out by hand from Wilson's formula."""
    assert wilson(agreed, compared) == pytest.approx((low, high), abs=1e-5)


def test_agreement_by_item_and_by_township_has_the_whole_as_last_row(planted: Material) -> None:
    by_item = [[cell.text for cell in row] for row in agreement_table(planted, "", "item").rows]
    assert [row[1:4] for row in by_item] == [["20", "17", "85.0%"], ["3", "0", "0.0%"], ["23", "17", "73.9%"]]
    assert by_item[1][4] == "0.0%–56.1%"
    by_township = [[cell.text for cell in row] for row in agreement_table(planted, "", "township").rows]
    assert [row[:4] for row in by_township] == [
        ["望楹街道", "12", "12", "100%"],
        ["青棂镇", "11", "5", "45.4%"],
        ["合计", "23", "17", "73.9%"],
    ]
    assert agreement_table(replace(planted, agreement=()), "", "item").rows == ()


def test_findings_csv_holds_them_and_names_the_other_school(reported: Reported) -> None:
    rows = [row for row in _rows(reported, "findings") if row["code"] == "Q-LEDGER-SHARED"]
    wanted = [row for row in county.checked_rows(reported.material.submissions) if row["code"] == "Q-LEDGER-SHARED"]
    assert [(row["file"].lstrip("'"), row["cell"]) for row in rows] == [(row["file"], "D5") for row in wanted]
    for row, one in zip(rows, wanted, strict=True):
        assert one["others"][0] in row["message"]
        assert reported.material.name(one["others"][0]) in row["message"]


def test_queries_of_submissions_csv_are_those_of_findings_csv(reported: Reported) -> None:
    asked = Counter(row["file"] for row in _rows(reported, "findings") if row["code"].startswith("Q-"))
    own = {row.file_name: row.query_count or 0 for row in county.submissions(tuple(reported.material.schools.values()))}
    rows = [row for row in _rows(reported, "submissions") if row["sha256"]]
    got = {row["file"]: int(row["queries"]) for row in rows}
    assert got == {row["file"]: own[row["file"].lstrip("'")] + asked[row["file"]] for row in rows}
    assert any(asked.values())


def test_page_word_and_workbook_show_them(reported: Reported) -> None:
    page = page_text(reported.folder / "index.html")
    section = page[page.index('<section id="truth">') : page.index('<section id="files">')]
    said = summary_text(reported.material, "page.truth_intro")
    assert said in section
    assert "Q-ATTENDANCE-OVER" in section and "0.0%–56.1%" in section
    document = Document(str(reported.folder / "report.docx"))
    texts = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "与他校雷同的隐患台账\nQ-LEDGER-SHARED" in texts
    assert "73.9%" in texts
    book = openpyxl.load_workbook(reported.folder / "tables.xlsx")
    codes = {row[1].value for row in book["真实性核查"].iter_rows(min_row=5)}
    assert codes == {"Q-ATTENDANCE-OVER", "Q-LEDGER-SHARED", "YH-104"}
    assert [row[2].value for row in book["自报符合率"].iter_rows(min_row=5)] == [12, 5, 0]


def test_a_long_list_of_schools_is_counted() -> None:
    row = {"message": "x", "others": ["2153000001", "2153000002"], "other_count": 60}
    (told,) = told_to_bureau([row], {"2153000001": "甲小学"})
    assert told["message"] == "x；与该台账相同的学校：甲小学（2153000001）、（2153000002）等60所"
