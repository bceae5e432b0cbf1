"""What is said of a file as a whole: whose it is, for which month, and what it lacks."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.extract.batch import Original, extract_batch
from pipelines.metadata.contracts import contracts, template_hash
from pipelines.validate.batch import Validated, Validator
from tests.unit.extract.books import DRILL, DRILL_HEADINGS, Sheets, book_bytes
from tests.unit.validate.conftest import DRILLS, PROFILE, SCHOOL_CODE, Judge, Judged, originals

OTHER_CODE = "2153990102"
STAMP = f"school-safety;jinghong-2019;{template_hash()[:12]}"
REQUIRED = [entry for entry in contracts("school") if entry.required_sheet]


def profile(**changes: Any) -> list[list[Any]]:
    row = dict(zip(PROFILE[0], PROFILE[1], strict=True)) | changes
    return [list(row), list(row.values())]


def cover(**stated: str) -> list[list[str]]:
    return [[label, text] for label, text in stated.items()]


def blank_template() -> dict[str, Any]:
    """As drawn: identity and items filled in, nothing else."""
    return {
        "填报说明": cover(模板版本=STAMP, 填报月份="2026-10", 学校标识码=SCHOOL_CODE),
        "学校概况": [PROFILE[0], [SCHOOL_CODE, "望楹街道第一小学", "", "", ""]],
        "落实清单": [["项目编号", "项目", "是否落实"], ["Q001", "设施设备采购认证产品", ""]],
        "统计数据": [["项目编号", "项目", "完成数"], ["T001", "每天课后安全提醒（天）", ""]],
        "应急演练": [DRILL_HEADINGS],
    }


def drills_on(*days: str) -> list[list[Any]]:
    return [DRILL_HEADINGS, *([f"演练{number}", "消防", day, 5] for number, day in enumerate(days))]


FULL: Sheets = {
    "学校概况": PROFILE,
    "落实清单": [["项目", "是否落实"], ["设施设备采购认证产品", "否"]],
    "统计数据": [["项目", "完成数"], ["每天课后安全提醒（天）", 5]],
    **{entry.title: [[field.label for field in entry.fields], ["无"]] for entry in REQUIRED if entry.allows_nil},
}
FILES: dict[str, Sheets] = {
    "plain": FULL,
    "stated by cover": {"填报说明": cover(模板版本=STAMP, 填报月份="2026年10月", 学校标识码=SCHOOL_CODE), **FULL},
    "blank template": blank_template(),
    "no code": {"学校概况": profile(学校标识码=""), **DRILLS},
    "no profile": DRILLS,
    "unreadable code": {"学校概况": profile(学校标识码="2.15E+09"), **DRILLS},
    "code on cover only": {"填报说明": cover(学校标识码=SCHOOL_CODE), **DRILLS},
    "two schools": {"学校概况": [*PROFILE, [OTHER_CODE, "第二小学", 5, 5, 0]], **DRILLS},
    "another school's template": {"填报说明": cover(学校标识码=OTHER_CODE), **FULL},
    "another month in the profile": {**FULL, "学校概况": profile(填报月份="2026-09")},
    "another month in the title": {**FULL, "应急演练": [["2026年9月应急演练"], *drills_on(), ["无"]]},
    "events of another month": {**FULL, "应急演练": drills_on("2026-09-01", "2026-09-20")},
    "events of two months": {**FULL, "应急演练": drills_on("2026-09-01", "2026-10-20")},
    "one event of another month": {**FULL, "应急演练": drills_on("2026-09-01")},
    "profile over title": {**FULL, "学校概况": profile(填报月份="10月"), "应急演练": [["2026年9月"], *drills_on()]},
    "old template": {"填报说明": cover(模板版本="school-safety;jinghong-2019;0123456789ab"), **FULL},
    "foreign stamp": {"填报说明": cover(模板版本="v2.1"), **FULL},
    "empty ledger": {**FULL, "隐患台账": [["隐患编号", "排查时间", "隐患内容"]]},
    "no ledger": {name: rows for name, rows in FULL.items() if name != "隐患台账"},
    "nothing of ours": {"课程表": [["星期一", "星期二"], ["语文", "数学"]]},
    "renamed sheets": {f"表{number}": rows for number, rows in enumerate(FULL.values())},
    "bureau": {
        "会议记录": [["会议类别", "日期"], ["三方会议", "2026-09-09"]],
        "任务清单": [["任务编号", "任务内容", "牵头单位"]],
    },
}


@pytest.fixture(scope="module")
def judged(judge: Judge) -> Judged:
    return judge(*FILES.values())


def number(name: str) -> int:
    return list(FILES).index(name) + 1


def found(judged: Judged, name: str) -> list[dict[str, Any]]:
    """All findings of a file, those about missing sheets too."""
    rows: list[dict[str, Any]] = judged.validated.findings.to_pylist()
    return [row for row in rows if row["submission_no"] == number(name)]


def messages(judged: Judged, name: str) -> dict[str, str]:
    return {row["code"]: row["message"] for row in found(judged, name)}


@pytest.mark.parametrize("name", ["plain", "stated by cover", "renamed sheets"])
def test_a_complete_file_is_accepted_without_a_word(judged: Judged, name: str) -> None:
    assert found(judged, name) == []
    stated = judged.submission(number(name))
    assert (stated["origin"], stated["school_code"], stated["period"]) == ("school", SCHOOL_CODE, "2026-10")
    assert stated["school_name"] == "望楹街道第一小学"
    assert stated["reject_code"] is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("blank template", "E-EMPTY-TEMPLATE"),
        ("no code", "E-SCHOOL-MISSING"),
        ("no profile", "E-SCHOOL-MISSING"),
        ("two schools", "E-SCHOOL-AMBIGUOUS"),
        ("nothing of ours", "E-NO-SHEETS"),
    ],
)
def test_a_file_that_cannot_be_placed_is_refused_whole(judged: Judged, name: str, code: str) -> None:
    assert judged.submission(number(name))["reject_code"] == code
    assert [row["code"] for row in found(judged, name)] == [code]
    assert [row["severity"] for row in found(judged, name)] == ["fatal"]
    for table in judged.validated.records:
        assert judged.rows(table, number(name)) == []
    assert number(name) not in judged.validated.sheets["submission_no"].to_pylist()


def test_a_refused_file_keeps_the_errors_that_explain_it(judged: Judged) -> None:
    assert judged.submission(number("unreadable code"))["reject_code"] == "E-SCHOOL-MISSING"
    assert [(row["code"], row["cell"]) for row in found(judged, "unreadable code")] == [
        ("E-SCHOOL-MISSING", ""),
        ("E-ID-AS-NUMBER", "A2"),
    ]


def test_all_codes_of_an_ambiguous_file_are_named(judged: Judged) -> None:
    assert messages(judged, "two schools") == {
        "E-SCHOOL-AMBIGUOUS": f"一个文件里有几个学校标识码：{SCHOOL_CODE}、{OTHER_CODE}"
    }


def test_the_code_on_the_cover_serves_where_the_profile_is_missing(judged: Judged) -> None:
    assert judged.submission(number("code on cover only"))["school_code"] == SCHOOL_CODE
    assert judged.codes(number("code on cover only")) == []


def test_the_template_of_another_school_is_asked_about(judged: Judged) -> None:
    name = "another school's template"
    assert messages(judged, name) == {
        "E-SCHOOL-MISMATCH": f"所用模板是发给{OTHER_CODE}的，填报的学校标识码是{SCHOOL_CODE}"
    }
    assert judged.submission(number(name))["school_code"] == SCHOOL_CODE


@pytest.mark.parametrize(
    "name", ["another month in the profile", "another month in the title", "events of another month"]
)
def test_another_month_than_the_one_sent_for_counts_and_is_asked_about(judged: Judged, name: str) -> None:
    assert judged.submission(number(name))["period"] == "2026-09"
    assert messages(judged, name) == {"E-PERIOD": "文件写的月份是2026-09，而本次应报2026-10；按文件所写月份收下"}


@pytest.mark.parametrize("name", ["events of two months", "one event of another month", "profile over title"])
def test_a_doubtful_month_is_the_one_sent_for(judged: Judged, name: str) -> None:
    assert judged.submission(number(name))["period"] == "2026-10"
    assert "E-PERIOD" not in messages(judged, name)


@pytest.mark.parametrize("name", ["old template", "foreign stamp"])
def test_a_template_of_another_version_is_asked_about(judged: Judged, name: str) -> None:
    assert list(messages(judged, name)) == ["E-CONTRACT-VERSION"]
    assert judged.submission(number(name))["reject_code"] is None


def test_a_missing_sheet_is_named(judged: Judged) -> None:
    assert messages(judged, "no ledger") == {"E-SHEET-MISSING": "缺少“隐患台账”表，按“未报送”处理"}


def test_every_required_sheet_that_is_missing_is_named(judged: Judged) -> None:
    named = [row["message"] for row in found(judged, "code on cover only")]
    wanted = [entry.title for entry in REQUIRED if entry.title not in DRILLS]
    assert {"安全培训", "事故信息", "隐患台账", "保安人员"} <= set(wanted)
    assert sorted(named) == sorted(f"缺少“{title}”表，按“未报送”处理" for title in wanted)


def test_findings_of_one_place_come_in_one_order(judged: Judged) -> None:
    missing = [row["table_name"] for row in found(judged, "code on cover only") if row["code"] == "E-SHEET-MISSING"]
    assert len(missing) > 3
    assert missing == sorted(missing)


def test_an_empty_ledger_is_no_nil_return(judged: Judged) -> None:
    assert messages(judged, "empty ledger") == {"E-SHEET-EMPTY": "工作表“隐患台账”没有填写，有关指标按“未报送”处理"}
    assert not judged.sheet("hazards", number("empty ledger"))["is_nil"]
    nil = judged.sheet("hazards", number("plain"))
    assert (nil["is_nil"], nil["row_count"]) == (True, 0)


def test_the_bureaus_file_needs_no_school_and_no_school_sheets(judged: Judged) -> None:
    stated = judged.submission(number("bureau"))
    assert (stated["origin"], stated["school_code"], stated["reject_code"]) == ("bureau", None, None)
    assert stated["period"] == "2026-10", "meetings of another month do not date the bureau's file"
    assert found(judged, "bureau") == []


def test_a_blank_template_with_one_answer_is_filled_in(judge: Judge) -> None:
    filled = blank_template() | {"应急演练": [DRILL_HEADINGS, DRILL]}
    assert judge(filled).submission()["reject_code"] is None


def as_sets(validated: Validated) -> dict[str, set[str]]:
    return {name: {str(row) for row in table.to_pylist()} for name, table in validated.tables.items()}


def test_a_batch_is_judged_alike_whatever_was_judged_before(
    validator: Validator, tmp_path_factory: pytest.TempPathFactory
) -> None:
    contents = [book_bytes(sheets) for sheets in FILES.values()]
    first = extract_batch(originals(tmp_path_factory.mktemp("a"), contents[:11]))
    second = extract_batch(originals(tmp_path_factory.mktemp("b"), contents[11:], "2026-11"))
    forwards = [validator.validate(batch).tables for batch in (first, second)]
    backwards = [validator.validate(batch).tables for batch in (second, first)][::-1]
    for one, other in zip(forwards, backwards, strict=True):
        assert one.keys() == other.keys()
        assert [name for name in one if not one[name].equals(other[name])] == []


def test_a_file_is_judged_alike_whatever_company_it_keeps(
    validator: Validator, judged: Judged, tmp_path_factory: pytest.TempPathFactory
) -> None:
    names = ["events of another month", "two schools", "empty ledger"]
    files = originals(tmp_path_factory.mktemp("few"), [book_bytes(FILES[name]) for name in names])
    few = validator.validate(
        extract_batch(
            [
                Original(number(name), file.path, file.file_name, "2026-10")
                for name, file in zip(names, files, strict=True)
            ]
        )
    )
    wanted = {number(name) for name in names}
    for name, table in judged.validated.tables.items():
        rows = {str(row) for row in table.to_pylist() if row["submission_no"] in wanted}
        assert as_sets(few)[name] == rows, name


def test_no_file_makes_empty_tables(validator: Validator) -> None:
    empty = validator.validate(extract_batch([]))
    assert {name: table.num_rows for name, table in empty.tables.items()} == dict.fromkeys(empty.tables, 0)
    assert set(empty.records) == {entry.name for entry in contracts()}
