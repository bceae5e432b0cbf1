"""The bulletin's sentences say all, none, more, less and first time; Word lays them out as an official paper."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from pipelines.metadata.standards import load_standard
from pipelines.publish.key_chain import spaced
from pipelines.publish.trust import Trust
from pipelines.report import marks, wording
from pipelines.report.annexes import annex_numbers, annex_tables
from pipelines.report.blocks import Paragraph
from pipelines.report.bulletin import compose
from pipelines.report.document import write_document
from pipelines.report.gathering import gather
from pipelines.report.grades import Grade, grades
from pipelines.report.ledger import listed_cases, major_cases, overdue_cases
from pipelines.report.material import Figure, Material
from pipelines.report.tables import open_cases
from tests.unit.report import county
from tests.unit.report.conftest import Reported


def said(material: Material, section: str) -> list[str]:
    """The paragraphs of a section."""
    return [block.text for block in compose(material).section(section).blocks if isinstance(block, Paragraph)]


def guards(material: Material) -> str:
    """What is said of the first headline rate."""
    return said(material, "results")[0]


def with_guards(material: Material, **values: int) -> Material:
    """The material with other numbers in the county's first headline rate."""

    def changed(figure: Figure) -> Figure:
        return replace(figure, **values) if figure.key == "guards_staffing|county|county" else figure  # type: ignore[arg-type]

    return replace(material, figures=tuple(changed(figure) for figure in material.figures))


def test_the_demands_end_with_key_and_last_release_where_there_is_a_key(planted: Material, tmp_path: Path) -> None:
    key = base64.b64encode(bytes(range(32))).decode()
    trust = Trust(key, 3, "jinghong-2019/2026-09/r2", "0123abcd" * 8)
    assert said(replace(planted, trust=trust), "demands")[:-1] == said(planted, "demands")
    line = said(replace(planted, trust=trust), "demands")[-1]
    assert f"公钥指纹（SHA-256）：{spaced(trust.fingerprint)}；" in line
    assert "第3号（jinghong-2019/2026-09/r2），清单校验值（SHA-256）：0123 abcd 0123" in line
    assert "尚未发布过" in said(replace(planted, trust=Trust(key)), "demands")[-1]
    write_document(compose(replace(planted, trust=trust)), planted.as_of, tmp_path)
    assert line in [paragraph.text for paragraph in Document(str(tmp_path / "report.docx")).paragraphs]


def test_a_rate_rises_falls_or_stays(planted: Material) -> None:
    now = planted.county["guards_staffing"]
    assert "较上月上升6.7个百分点" in guards(planted)
    before = {now.key: replace(now, numerator=(now.numerator or 0) + 3)}
    assert "较上月下降5.0个百分点" in guards(replace(planted, previous=before))
    assert "与上月持平" in guards(replace(planted, previous={now.key: now}))


def test_the_first_time_is_said_once_and_compares_nothing(planted: Material) -> None:
    first = replace(planted, previous={})
    assert said(first, "basics")[-1] == wording.text("bulletin.basics_first", last="上月")
    assert not any("上月" in text for text in said(first, "results"))
    another = {key: row for key, row in planted.previous.items() if row.indicator != "guards_staffing"}
    assert guards(replace(planted, previous=another)).endswith("上月无可比数据。")


def test_all_and_none_are_said_only_of_all_and_none(planted: Material) -> None:
    full = with_guards(planted, numerator=60, denominator=60, met=60, unmet=0, unreported=0)
    assert "100%（60/60），应达标的学校全部达标" in guards(full)
    none = with_guards(planted, numerator=0, denominator=60, met=0, unmet=60)
    assert "0.0%（0/60），尚无学校达标，未达标60所" in guards(none)
    assert "全部" not in guards(planted) and "尚无" not in guards(planted)


def test_nobody_expected_and_nobody_reported_are_said_as_such(planted: Material) -> None:
    empty = replace(planted, schools={}, figures=(), submissions=(), assessments=(), cases=(), findings=(), losses=())
    assert said(empty, "basics")[0] == wording.text("bulletin.basics_nobody")
    silent = {code: replace(school, submission_no=None) for code, school in planted.schools.items()}
    nobody = replace(planted, schools=silent, figures=())
    assert (
        said(nobody, "basics")[0]
        == "本期应报送学校60所，有效报送0所，报送率0.0%；全部60所学校均没有可用报送（名单见附件6）。"
    )


def test_overdue_and_major_hazards_are_told_and_listed(planted: Material) -> None:
    text = "\n".join(said(planted, "problems"))
    major, listed = major_cases(planted), listed_cases(planted)
    assert 0 < len(listed) < len(major) < len(open_cases(planted))
    assert (
        f"未销号的重大隐患{len(major)}条，其中已挂牌督办{len(listed)}条、未挂牌督办{len(major) - len(listed)}条" in text
    )
    assert f"其中逾期{len(overdue_cases(planted))}条" in text
    tables = {table.title.split("　")[1]: table for table in annex_tables(planted)}
    assert len(tables[wording.text("bulletin.table_major")].rows) == len(major)
    assert len(tables[wording.text("bulletin.table_listed")].rows) == len(listed)
    every = replace(planted, grades=dict.fromkeys(planted.grades, Grade("major", True)))
    assert "均已挂牌督办" in "\n".join(said(every, "problems"))


def test_grades_are_read_from_the_last_ledger_that_counts(reported: Reported) -> None:
    assert gather(reported.settings).grades == reported.material.grades
    row = {"school_code": "A", "hazard_no": "1", "found_date": "2026-10-02", "level": None, "is_listed": None}
    assert set(grades([row])) == {("A", "1"), ("A", "1/2026-10-02")}


def test_sentences_point_to_the_annexes_that_there_are(planted: Material) -> None:
    numbers = annex_numbers(planted)
    titles = [table.title for table in annex_tables(planted)]
    assert any(title.startswith(f"附件{numbers['truth']}　{wording.text('bulletin.table_truth')}") for title in titles)
    assert f"分类名单见附件{numbers['truth']}；" in "\n".join(said(planted, "problems"))
    six = load_standard("wujin-2020")
    rates = wording.entry("bulletin.rate_tables")[0]
    figure = planted.county["guards_staffing"]
    platform = tuple(replace(figure, indicator=name) for name in rates["indicators"])
    other = replace(
        planted, standard=replace(six, headline=(), red_list=()), figures=platform, assessments=(), cases=()
    )
    assert rates["title"] in annex_numbers(other)
    assert rates["title"] not in numbers


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """report.docx of the county, as python-docx reads it."""
    folder = tmp_path_factory.mktemp("word")
    material = county.material()
    write_document(compose(material), material.as_of, folder)
    yield Document(str(folder / "report.docx"))


def test_the_page_is_that_of_gb_t_9704(document: object) -> None:
    first = document.sections[0]  # type: ignore[attr-defined]
    margins = (first.top_margin, first.bottom_margin, first.left_margin, first.right_margin)
    for margin, wanted in zip(margins, (Mm(37), Mm(35), Mm(28), Mm(26)), strict=True):
        assert abs(margin - wanted) < Mm(0.1)
    title, addressee = document.paragraphs[:2]  # type: ignore[attr-defined]
    assert (title.runs[0].font.size, addressee.runs[0].font.size) == (Pt(22), Pt(16))
    assert addressee.paragraph_format.line_spacing == Pt(28)
    fonts = wording.entry("document.fonts")
    assert fonts["title"] in title.runs[0]._element.xml and fonts["body"] in addressee.runs[0]._element.xml


def test_page_numbers_stand_outside_between_dashes(document: object) -> None:
    first = document.sections[0]  # type: ignore[attr-defined]
    assert document.settings.odd_and_even_pages_header_footer  # type: ignore[attr-defined]
    sides = [footer.paragraphs[0].alignment for footer in (first.footer, first.even_page_footer)]
    assert sides == [WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT]
    assert first.footer.paragraphs[0].text == "—  —"


def test_fonts_that_are_not_installed_have_another_named(document: object) -> None:
    parts = document.part.package.iter_parts()  # type: ignore[attr-defined]
    table = next(part.blob.decode() for part in parts if str(part.partname) == "/word/fontTable.xml")
    for name, other in wording.entry("document.fallbacks").items():
        assert f'<w:font w:name="{name}"><w:altName w:val="{other}"/>' in table


def test_a_name_with_what_xml_cannot_hold_is_written_and_a_long_one_too(tmp_path: Path) -> None:
    material = county.material(3)
    code = next(iter(material.schools))
    school = replace(material.schools[code], school_name="甲\x0b乙\ud800" + "校" * 58, submission_no=None)
    odd = replace(material, schools={**material.schools, code: school})
    write_document(compose(odd), odd.as_of, tmp_path)
    text = "".join(paragraph.text for paragraph in Document(str(tmp_path / "report.docx")).paragraphs)
    assert "甲\ufffd乙\ufffd" + "校" * 58 in text


def test_marks_are_kept_by_joining_and_by_sentences_and_inert_in_html() -> None:
    number = marks.count(3, "<b>")
    sentence = wording.text("page.gap_schools", count=marks.join("、", ["<i>", number]))
    assert sentence == "未达标<i>、3所"
    assert sentence.__html__() == (  # type: ignore[attr-defined]
        '未达标&lt;i&gt;、<span data-count="&lt;b&gt;">3</span>所'
    )
