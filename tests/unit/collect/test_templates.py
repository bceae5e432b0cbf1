"""The school's workbook, read back with openpyxl."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.collect.plan import plan_sheets, wording
from pipelines.collect.templates import School, filled_sheet, write_templates
from pipelines.collect.workbook import draw_workbook
from pipelines.errors import PipelineError
from pipelines.metadata.contracts import contracts, template_hash
from pipelines.metadata.items import items, items_for
from pipelines.metadata.periods import parse_period
from pipelines.metadata.standards import load_standard
from pipelines.metadata.values import vocabulary

SCHOOL = School("2153000001", "望楹街道第一小学", "primary", "public", "urban", "望楹街道")
MONTH = parse_period("2026-10")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    folder = tmp_path_factory.mktemp("outbox")
    (path,) = write_templates(folder, load_standard("jinghong-2019"), MONTH, [SCHOOL])
    return load_workbook(path)


def headings(page: Worksheet) -> list[str]:
    return [str(cell.value) for cell in page[1]]


def checks(page: Worksheet) -> dict[str, DataValidation]:
    """Input check by the heading of its column."""
    found = {}
    for check in page.data_validations.dataValidation:
        column = next(iter(check.sqref.ranges)).min_col
        found[str(page.cell(1, column).value)] = check
    return found


def column_style(page: Worksheet, column: int) -> ColumnDimension:
    """The style of blank cells in a column; neighbours of one style are stored as one."""
    return next(style for style in page.column_dimensions.values() if (style.min or 0) <= column <= (style.max or 0))


def test_sheets_are_the_cover_and_every_contract_in_order(book: Workbook) -> None:
    assert book.sheetnames == [wording()["cover"]["sheet"], *(contract.title for contract in contracts("school"))]


def test_headings_are_the_contracts_own_labels(book: Workbook) -> None:
    for contract in contracts("school"):
        assert headings(book[contract.title]) == [field.label for field in contract.fields if field.in_template]


def test_cover_states_version_month_and_school(book: Workbook) -> None:
    cover = book[wording()["cover"]["sheet"]]
    stated = {row[0].value: row[1].value for row in cover.iter_rows(max_col=2) if row[0].value and row[1].value}
    assert stated["模板版本"] == f"school-safety;jinghong-2019;{template_hash()[:12]}"
    assert stated["填报月份"] == "2026-10"
    assert stated["学校标识码"] == "2153000001"
    assert stated["学校名称"] == "望楹街道第一小学"


def test_cover_lists_every_sheet_with_the_number_of_items_asked(book: Workbook) -> None:
    cover = book[wording()["cover"]["sheet"]]
    counts = {row[0].value: row[3].value for row in cover.iter_rows(max_col=4)}
    asked = [items()[name].kind for name in load_standard("jinghong-2019").asked_items]
    assert counts["落实清单"] == asked.count("checklist")
    assert counts["统计数据"] == asked.count("count")
    assert counts["隐患台账"] == "—"


def test_every_sheet_is_protected_without_password(book: Workbook) -> None:
    for page in book.worksheets:
        assert page.protection.sheet
        assert page.protection.password is None


def test_headings_are_locked_and_input_cells_are_not(book: Workbook) -> None:
    page = book["隐患台账"]
    assert all(cell.protection.locked for cell in page[1])
    assert not any(column_style(page, column).protection.locked for column in range(1, page.max_column + 1))


def test_item_wording_is_locked_and_the_answer_is_not(book: Workbook) -> None:
    page = book["落实清单"]
    assert page["A2"].protection.locked and page["B2"].protection.locked
    assert not column_style(page, 3).protection.locked


def test_identity_is_filled_in_and_locked(book: Workbook) -> None:
    page = book["学校概况"]
    filled = dict(zip(headings(page), page[2], strict=True))
    expected = {
        "填报月份": "2026-10",
        "学校标识码": "2153000001",
        "学校名称": "望楹街道第一小学",
        "办学类型": "小学",
        "办别": "公办",
        "城乡": "城区",
        "乡镇(街道)": "望楹街道",
    }
    assert {name: filled[name].value for name in expected} == expected
    assert all(filled[name].protection.locked for name in expected)
    assert filled["在校生数"].value is None


@pytest.mark.parametrize("standard", ["jinghong-2019", "sunite-2022"])
def test_only_the_items_of_the_standard_are_asked(tmp_path: Path, standard: str) -> None:
    rules = load_standard(standard)
    (path,) = write_templates(tmp_path, rules, MONTH, [SCHOOL])
    book = load_workbook(path, read_only=True)
    for kind, sheet in (("checklist", "落实清单"), ("count", "统计数据")):
        rows = list(book[sheet].iter_rows(min_row=2, max_col=2, values_only=True))
        own = items_for(rules.asked_items, SCHOOL.school_type)
        asked = [items()[name] for name in own if items()[name].kind == kind]
        assert rows == [(item.code, item.zh) for item in asked]


def test_every_enum_has_its_labels_as_dropdown(book: Workbook) -> None:
    seen = 0
    for plan in plan_sheets(load_standard("jinghong-2019").asked_items):
        page_checks = checks(book[plan.contract.title])
        for column in plan.columns:
            if column.field.form in ("enum", "open", "bool") and not column.is_locked:
                check = page_checks[column.field.label]
                labels = [term.zh for term in vocabulary(str(column.field.vocabulary))]
                assert check.type == "list"
                assert check.formula1 == f'"{",".join(labels)}"'
                seen += 1
    assert seen > 15


def test_the_sheet_of_explanations_offers_reasons_and_says_how_to_fill_it(book: Workbook) -> None:
    """A reason of one's own stays possible; everything else is copied from the receipt."""
    asked = checks(book["情况说明"])
    reasons = [term.zh for term in vocabulary("explanation_reason")]
    assert asked["说明类别"].formula1 == f'"{",".join(reasons)}"'
    assert asked["说明类别"].errorStyle == "information"
    assert "留空表示这张表的这个问题全部如此" in str(asked["行号"].prompt)
    assert "5、7" in str(asked["行号"].prompt)
    assert str(asked["问题代码"].prompt).startswith("请照回执")
    assert "只有疑问可以说明" in str(asked["说明"].prompt)


def test_counts_take_whole_numbers_from_zero_with_a_chinese_message(book: Workbook) -> None:
    check = checks(book["学校概况"])["在校生数"]
    assert (check.type, check.operator, check.formula1) == ("whole", "greaterThanOrEqual", "0")
    assert check.error == "请填0或正整数，不要写单位"
    assert "单位：人" in str(check.prompt)


def test_dates_are_checked_and_shown_with_an_example(book: Workbook) -> None:
    check = checks(book["隐患台账"])["整改期限"]
    assert (check.type, check.formula1) == ("date", "36526")
    assert "2026-11-30" in str(check.prompt)
    assert column_style(book["隐患台账"], 11).number_format == "yyyy-mm-dd"


def test_prompt_is_the_hint_of_the_fields_first_rule(book: Workbook) -> None:
    hazard = next(contract for contract in contracts("school") if contract.name == "hazards")
    hint = next(rule.hint_zh for rule in hazard.rules if rule.field == "hazard_no")
    assert str(checks(book["隐患台账"])["隐患编号"].prompt).startswith(hint)


def test_same_school_and_month_give_the_same_bytes(tmp_path: Path) -> None:
    rules = load_standard("jinghong-2019")
    (one,) = write_templates(tmp_path / "one", rules, MONTH, [SCHOOL])
    (two,) = write_templates(tmp_path / "two", rules, MONTH, [SCHOOL])
    assert one.read_bytes() == two.read_bytes()


def test_file_name_carries_code_name_and_month_without_unsafe_characters(tmp_path: Path) -> None:
    odd = School("2153000002", '甲/乙:"小学"' + "长" * 200, "primary", "public", "urban", "望楹街道")
    plain, long = write_templates(tmp_path, load_standard("jinghong-2019"), MONTH, [SCHOOL, odd])
    assert plain.name == "2153000001_望楹街道第一小学_2026-10.xlsx"
    assert long.name.startswith("2153000002_甲_乙__小学_长")
    assert long.name.endswith("_2026-10.xlsx")
    assert len(long.name.encode()) <= 255


def test_text_that_fits_no_cell_is_an_error_and_not_cut_off() -> None:
    plan = next(plan for plan in plan_sheets(()) if plan.contract.name == "drills")
    with pytest.raises(PipelineError, match=r"“应急演练”.*write_string\(1, 0\)"):
        draw_workbook(None, [filled_sheet(plan, [{"drill_name": "长" * 32_768}])])


def test_text_like_a_formula_stays_text(tmp_path: Path) -> None:
    plan = next(plan for plan in plan_sheets(()) if plan.contract.name == "drills")
    path = tmp_path / "book.xlsx"
    path.write_bytes(draw_workbook(None, [filled_sheet(plan, [{"drill_name": "=1+1"}])]))
    cell = load_workbook(path)["应急演练"]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
