"""Queries in the report: raised, explained and open, in the files that count and nowhere twice."""

from __future__ import annotations

from dataclasses import replace

import openpyxl
from docx import Document

from pipelines.report.blocks import Paragraph
from pipelines.report.bulletin import compose
from pipelines.report.material import Material
from pipelines.report.queries import count_queries, query_rows, query_table, summary_text
from tests.unit.report import county
from tests.unit.report.conftest import Reported
from tests.unit.report.finished import page_text


def _asked(planted: Material) -> tuple[int, int]:
    """(queries, explained ones) of the planted county, whose files all count but the rejected and copied."""
    queries = [row for row in planted.findings if row.severity == "query"]
    return len(queries), sum(bool(row.answer) for row in queries)


def test_raised_explained_and_open_queries_are_said_with_their_share(planted: Material) -> None:
    raised, answered = _asked(planted)
    assert 0 < answered < raised
    count = count_queries(query_rows(planted))
    assert (count.raised, count.answered, count.open) == (raised, answered, raised - answered)
    said = summary_text(planted)
    assert f"共有疑问{raised}处，学校已说明{answered}处（" in said
    assert f"待核实{raised - answered}处，涉及学校{len(count.open_schools)}所" in said


def test_each_code_has_its_row_and_the_whole_stands_last(planted: Material) -> None:
    table = query_table(planted, "")
    shown = {row[0].text: [cell.text for cell in row[1:5]] for row in table.rows}
    drills = sum(row.code == "Q-ATTENDANCE-OVER" for row in planted.findings)
    assert shown["Q-ATTENDANCE-OVER"] == [str(drills), str(drills), "0", "100%"]
    ledgers = sum(row.code == "Q-LEDGER-SHARED" for row in planted.findings)
    assert shown["Q-LEDGER-SHARED"] == [str(ledgers), "0", str(ledgers), "0.0%"]
    raised, answered = _asked(planted)
    assert table.rows[-1][0].text == "合计"
    assert [cell.text for cell in table.rows[-1][1:4]] == [str(raised), str(answered), str(raised - answered)]


def test_a_query_of_a_file_that_was_sent_again_is_not_open_any_more(planted: Material) -> None:
    finding = next(row for row in planted.findings if row.code == "YH-104" and not row.answer)
    first = next(row for row in planted.submissions if row.submission_no == finding.submission_no)
    again = replace(first, submission_no=9000, version=2, received_at=planted.as_of)
    explained = replace(finding, submission_no=9000, answer="属实")
    files, told = (*planted.submissions, again), (*planted.findings, explained)
    sent_again = replace(planted, submissions=files, counted=county.counted(files), findings=told)
    before, after = (count_queries(query_rows(one)) for one in (planted, sent_again))
    gone = sum(row.submission_no == first.submission_no and row.severity == "query" for row in planted.findings)
    gone_answered = sum(row.submission_no == first.submission_no and bool(row.answer) for row in planted.findings)
    assert after.raised == before.raised - gone + 1
    assert after.answered == before.answered - gone_answered + 1


def test_a_report_without_queries_says_so(planted: Material) -> None:
    silent = replace(planted, findings=())
    assert summary_text(silent) == "计入统计的报送中没有疑问。"
    assert query_table(silent, "").rows == ()


def test_the_bulletin_names_no_school_for_what_it_has_explained(planted: Material) -> None:
    answered = tuple(
        replace(row, answer="属实") if row.severity == "query" else row
        for row in planted.findings
        if row.severity == "query"
    )
    texts = [
        block.text
        for block in compose(replace(planted, findings=answered)).section("problems").blocks
        if isinstance(block, Paragraph)
    ]
    assert not any("待核实的疑问" in text for text in texts)
    raised, explained = _asked(planted)
    texts = [block.text for block in compose(planted).section("problems").blocks if isinstance(block, Paragraph)]
    wanted = f"待核实的疑问{raised - explained}处（共有疑问{raised}处，已说明{explained}处）"
    assert any(wanted in text for text in texts)


def test_page_bulletin_and_tables_show_them(reported: Reported, planted: Material) -> None:
    page = page_text(reported.folder / "index.html")
    quality = page[page.index('id="quality"') : page.index('id="truth"')]
    assert summary_text(planted) in quality
    assert "<caption>疑问及其说明</caption>" in quality
    document = Document(str(reported.folder / "report.docx"))
    assert any("疑问及其说明表" in paragraph.text for paragraph in document.paragraphs)
    sheet = openpyxl.load_workbook(reported.folder / "tables.xlsx")["数据问题"]
    texts = {str(cell.value) for row in sheet.iter_rows() for cell in row}
    assert {"学校说明", "家长也参加了", "补录时写错"} <= texts
