"""What was kept out, and what cannot be decided for that: exact numbers, wherever the report says them."""

from __future__ import annotations

from dataclasses import replace

from pipelines.report.blocks import Paragraph
from pipelines.report.bulletin import compose
from pipelines.report.gathering import gather
from pipelines.report.losses import loss_table, summary_text, undecided
from pipelines.report.material import Material
from tests.unit.report.conftest import Reported
from tests.unit.report.finished import page_text


def _with_undecided(planted: Material) -> tuple[Material, list[str]]:
    """The county, in which two statuses of one school and one of another cannot be decided; and their codes."""
    codes = list(dict.fromkeys(row.unit_code for row in planted.assessments))
    reasons = {0: {codes[4], codes[5]}, 1: {codes[4]}}
    rules = list(dict.fromkeys(row.indicator for row in planted.assessments))
    judged = [
        replace(row, status="unreported", reason="cell_error" if row.indicator == rules[1] else "rows_lost")
        if row.unit_code in reasons.get(rules.index(row.indicator), set())
        else row
        for row in planted.assessments
    ]
    campus = replace(judged[0], unit_code=codes[4], campus="1", status="unreported", reason="rows_lost")
    return replace(planted, assessments=(*judged, campus)), [codes[4], codes[5], codes[8]]


def test_rows_cells_schools_and_statuses_are_said_exactly(planted: Material) -> None:
    material, codes = _with_undecided(planted)
    assert undecided(material) == {codes[0]: 2, codes[1]: 1}
    said = summary_text(material, "losses.summary")
    assert "有2行数据因错误未计入、4个单元格无法识别，涉及学校2所" in said
    assert "不能判定的有3项（涉及2个单位）" in said


def test_each_sender_has_its_row_the_most_undecided_first(planted: Material) -> None:
    material, codes = _with_undecided(planted)
    shown = [[cell.text for cell in row] for row in loss_table(material, "").rows]
    assert [row[0] for row in shown] == codes
    assert [row[2:] for row in shown] == [["2", "1", "2"], ["0", "0", "1"], ["0", "3", "0"]]


def test_nothing_kept_out_is_said_as_zero(planted: Material) -> None:
    whole = replace(planted, losses=())
    said = summary_text(whole, "losses.summary")
    assert said == "计入统计的报送中，未计入的数据0行，无法识别的单元格0个，因此不能判定的0项。"
    assert loss_table(whole, "").rows == ()


def test_losses_are_read_from_the_files_that_count(reported: Reported) -> None:
    assert gather(reported.settings).losses == reported.material.losses


def test_page_and_bulletin_say_the_same(reported: Reported) -> None:
    said = summary_text(reported.material, "losses.summary")
    assert "有2行数据" in said
    assert said in page_text(reported.folder / "index.html")
    basics = compose(reported.material).section("basics").blocks
    assert said in [block.text for block in basics if isinstance(block, Paragraph)]
