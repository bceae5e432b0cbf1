"""Corrections by the bureau: what they count, when they hold, who is told, and that a release with them is proved."""

from __future__ import annotations

from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from pipelines.cli import cli
from pipelines.errors import UsageError
from pipelines.load.correcting import fitting
from pipelines.load.database import open_verdicts
from pipelines.metadata.contracts import reading_hash
from pipelines.publish.release import publish
from pipelines.publish.staleness import stale_releases
from pipelines.publish.verify import verify
from pipelines.reproduce.rebuild import reproduce
from pipelines.reproduce.trace import trace
from pipelines.stages import run_stages
from pipelines.store.batches import current_batches
from tests.integration.corrected import (
    DECIDED,
    FIRST,
    FOURTH,
    LAST,
    LATER,
    MONTH,
    NAMES,
    SECOND,
    SENT,
    STANDARD,
    THIRD,
    TWIN,
    County,
    changed,
    corrected_by,
    founded,
    rows_of,
    sheets,
)
from tests.unit.extract.books import book_bytes
from tests.unit.publish.signing import give_keys

pytestmark = pytest.mark.slow

ANSWER = corrected_by("落实清单", "C2", "是", "否", 学校申诉="已经认证", 申诉处理结果="维持")
COUNT = corrected_by("学校概况", ("2", "在校生数"), "五百左右", "500")
DAY = corrected_by("隐患台账", "B3", "2026-13-45", "2026-10-14")
NAME = corrected_by("保安人员", "$A$2", "李秀英", "李秀珍")
DONE = corrected_by("统计数据", ("每天课后安全提醒（天）", "完成数"), "5", "7")
CLEARED = corrected_by("应急演练", "D2", "480", "空白")
GOOD = (ANSWER, COUNT, DAY, NAME, DONE, CLEARED)
WRITTEN = (
    ("落实清单", 1, 2, "否"),
    ("学校概况", 1, 2, 500),
    ("隐患台账", 2, 1, "2026-10-14"),
    ("保安人员", 1, 0, "李秀珍"),
    ("统计数据", 1, 1, 7),
    ("应急演练", 1, 3, ""),
)
WITHDRAWN = {"是否撤销": "是"}


def of(code: str, correction: dict[str, str]) -> dict[str, str]:
    """The correction for that school, unless it names another that there is none of."""
    return correction | {"学校标识码": code} if correction["学校标识码"] == FIRST else correction


MISFITS = (
    (corrected_by("落实清单", "C9", "是", "否"), "E-CORRECTION-PLACE", "落实清单 C9"),
    (corrected_by("校车", "A2", "是", "否"), "E-CORRECTION-PLACE", "校车 A2"),
    (corrected_by("落实清单", ("设施设备采购认证产品", "完成数"), "是", "否"), "E-CORRECTION-PLACE", "完成数"),
    (corrected_by("落实清单", "C3", "是", "否"), "E-CORRECTION-OTHER", "学校填的是“否”"),
    (corrected_by("保安人员", "A2", "王大力", "李秀珍"), "E-CORRECTION-OTHER", "“王*”，学校填的是“李*”"),
    (corrected_by("落实清单", "C2", "是", "否", "2153990109"), "E-CORRECTION-NO-FILE", "2153990109"),
    (corrected_by("落实清单", "C2", "是", "否", 填报月份="2026-09"), "E-CORRECTION-NO-FILE", "2026-09"),
    (corrected_by("保安人员", "B2", "45", "很老"), "E-CORRECTION-VALUE", "不是整数"),
    (corrected_by("学校概况", "D2", "40", "-1"), "E-CORRECTION-VALUE", "不能小于0"),
    (corrected_by("隐患台账", "E3", "李秀英", "张三"), "E-CORRECTION-ROW", "隐患台账 E3"),
    (corrected_by("隐患台账", "I2", "空白", "20000"), "E-CORRECTION-UNIT", "20000"),
    (corrected_by("学校概况", "A2", SECOND, FIRST), "E-CORRECTION-IDENTITY", "学校概况 A2"),
    (corrected_by("应急演练", "A2", "2026-10-15", "2026-10-16", 更正原因=""), "E-CORRECTION-INCOMPLETE", "更正原因"),
    (
        corrected_by("应急演练", "B2", "消防疏散", "地震", 决定人="", 决定日期=""),
        "E-CORRECTION-INCOMPLETE",
        "决定人、决定日期",
    ),
    (corrected_by("应急演练", "C2", "火灾", ""), "E-CORRECTION-INCOMPLETE", "更正为"),
    (corrected_by("应急演练", "", "火灾", "地震"), "E-CORRECTION-INCOMPLETE", "单元格"),
)


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    """Everything that came in four days, read and judged once; each test looks at one school at a moment.

    The first school is corrected, its twin wrote the new values itself, the second's corrections do not fit, the third
    sends its file again, the fourth is corrected twice.
    """
    files = {f"{code}.xlsx": book_bytes(sheets(code)) for code in (FIRST, SECOND, THIRD, FOURTH)}
    files[f"{TWIN}.xlsx"] = book_bytes(changed(sheets(TWIN), WRITTEN))
    own = founded(tmp_path_factory.mktemp("county"), files)
    misfits = [of(SECOND, row) for row, _, _ in MISFITS]
    aged = corrected_by("保安人员", "B2", "45", "46", FOURTH)
    own.correct(DECIDED, *GOOD, *misfits, of(THIRD, ANSWER), of(THIRD, NAME), aged)
    again = book_bytes(changed(sheets(THIRD), [("学校概况", 1, 3, 41)]))
    own.deliver(LATER, {f"{THIRD}新.xlsx": again})
    own.correct(LATER, corrected_by("保安", "b2", "４５", "47", FOURTH))
    nothing = corrected_by("保安人员", "B3", "", "", FOURTH) | WITHDRAWN
    own.correct(LAST, of(THIRD, ANSWER), of(THIRD, NAME) | WITHDRAWN, nothing)
    own.load(LAST)
    return own


def sent_by(code: str) -> str:
    """The numbers of a school's files."""
    return f"(SELECT submission_no FROM core_submissions WHERE school_code = '{code}')"


def test_rows_are_those_of_a_school_that_wrote_so_itself(county: County) -> None:
    """Of six sheets, and the counts of rows; a row that was kept out for the cell is let in."""
    assert county.outcomes(DECIDED, FIRST) == [("applied", "W-CORRECTED")] * len(GOOD)
    whose = {"submission_no": 0, "school_code": "", "school_name": ""}
    for table in ("checklist", "profile", "hazards", "guards", "counts", "drills", "sheets"):
        corrected, honest = (
            [row | whose for row in county.query(DECIDED, f"SELECT * FROM core_{table} WHERE submission_no IN {sent}")]
            for sent in map(sent_by, (FIRST, TWIN))
        )
        assert corrected, table
        assert corrected == honest, table


@pytest.mark.thorough
def test_what_is_judged_is_that_of_a_school_that_wrote_so_itself(county: County) -> None:
    """Every assessment and case."""
    corrected = county.assessments(DECIDED, FIRST)
    assert corrected == county.assessments(DECIDED, TWIN)
    assert corrected != county.assessments(SENT, FIRST)


def test_a_correction_does_not_speak_before_it_came(county: County) -> None:
    assert county.outcomes(SENT, FIRST) == []
    (answer,) = county.query(SENT, f"FROM core_checklist WHERE row_no = 2 AND submission_no IN {sent_by(FIRST)}")
    assert answer["answer"] == "yes"
    assert county.query(SENT, "FROM core_findings WHERE code LIKE '%CORRECT%'") == []
    assert county.outcomes(DECIDED, FIRST) == [("applied", "W-CORRECTED")] * len(GOOD)


def test_what_does_not_fit_changes_nothing_and_is_told(county: County) -> None:
    cells = county.query(DECIDED, "FROM core_corrected_cells WHERE state = 'failed' ORDER BY correction_no")
    assert [cell["code"] for cell in cells] == [code for _, code, _ in MISFITS]
    findings = county.query(DECIDED, "FROM core_findings WHERE sheet = '数据更正' ORDER BY row_no")
    first = len(GOOD) + 2
    for number, (finding, (_, code, told)) in enumerate(zip(findings, MISFITS, strict=True), first):
        assert (finding["code"], finding["row_no"], finding["severity"]) == (code, number, "error")
        assert finding["cell"][1:] == str(number)
        assert told in finding["message"]
    (sender,) = county.query(DECIDED, f"FROM core_submissions WHERE submission_no = {findings[0]['submission_no']}")
    wanted = ("bureau", "accepted_with_findings", len(MISFITS))
    assert (sender["origin"], sender["status"], sender["error_count"]) == wanted
    for table in ("checklist", "guards", "hazards", "profile", "drills"):
        statement = f"FROM core_{table} WHERE submission_no IN {sent_by(SECOND)} ORDER BY ALL"
        assert county.query(DECIDED, statement) == county.query(SENT, statement)


def test_after_a_resubmission_it_must_be_renewed_or_withdrawn(county: County) -> None:
    """Also where the new file still says the same there: the row may be another one."""
    assert county.outcomes(DECIDED, THIRD) == [("applied", "W-CORRECTED")] * 2
    assert county.outcomes(LATER, THIRD) == [("failed", "E-CORRECTION-NEWER")] * 2
    states = [state for state, _ in county.outcomes(LAST, THIRD)]
    assert states == ["replaced", "withdrawn", "applied", "withdrawal"]
    rows = county.query(LAST, f"FROM core_checklist WHERE row_no = 2 AND submission_no IN {sent_by(THIRD)}")
    assert [row["answer"] for row in rows] == ["yes", "no"]


def test_which_corrections_fit_is_known_of_any_moment_without_judging_again(county: County) -> None:
    """Renewed after the resubmission is another row that fits; withdrawn is none; what never fitted is none ever."""
    texts = current_batches(county.home.stage_dir("extract"), reading_hash())
    with open_verdicts(county.home) as connection:
        found = {moment: fitting(connection, texts, moment) for moment in (SENT, DECIDED, LATER, LAST)}
    third = {moment: {row[2:] for row in rows if row[0] == THIRD} for moment, rows in found.items()}
    assert [len(rows) for rows in third.values()] == [0, 2, 0, 1]
    assert not third[DECIDED] & third[LAST]
    assert sum(school == FIRST for school, *_ in found[LAST]) == len(GOOD)
    unfit = ("E-CORRECTION-VALUE", "E-CORRECTION-ROW", "E-CORRECTION-IDENTITY")
    unjudged = sum(code in unfit for _, code, _ in MISFITS)
    assert sum(school == SECOND for school, *_ in found[LAST]) == unjudged


def test_a_later_row_replaces_and_expects_what_the_school_wrote(county: County) -> None:
    assert county.outcomes(LAST, FOURTH) == [
        ("replaced", ""),
        ("applied", "W-CORRECTED"),
        ("nothing_withdrawn", "W-CORRECTION-NOTHING"),
    ]
    statement = f"FROM core_guards WHERE submission_no IN {sent_by(FOURTH)}"
    guards = [county.query(moment, statement) for moment in (DECIDED, LATER, LAST)]
    assert [guard["age"] for (guard,) in guards] == [46, 47, 47]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The month published, corrected with one row that does not fit, refused, mended, published again."""
    files = {f"{code}.xlsx": book_bytes(sheets(code)) for code in (FIRST, SECOND)}
    own = founded(tmp_path_factory.mktemp("published"), files)
    give_keys(own.home)
    run_stages(own.settings(SENT))
    first = publish(own.settings(SENT), "")
    wrong = of(SECOND, corrected_by("落实清单", "C9", "是", "否"))
    own.correct(DECIDED, *GOOD, wrong)
    told = CliRunner().invoke(cli, ["run", *options(own), "--as-of", DECIDED.isoformat()])
    with pytest.raises(UsageError) as refused:
        publish(own.settings(DECIDED), "更正")
    own.correct(LATER, wrong | WITHDRAWN)
    run_stages(own.settings(LATER))
    stale = stale_releases(own.home)
    second = publish(own.settings(LATER), "更正")
    return {"county": own, "first": first, "second": second, "told": told, "refused": refused.value, "stale": stale}


def options(county: County) -> list[str]:
    return ["--home", str(county.home.root), "--standard", STANDARD, "--period", MONTH]


@pytest.mark.thorough
def test_a_run_tells_what_does_not_fit_and_publish_refuses_until_it_is_withdrawn(published: dict[str, Any]) -> None:
    assert published["told"].exit_code == 0, published["told"].output
    assert "有 1 条数据更正没有采用，重新填报或撤销以前不能发布" in published["told"].output
    assert f"第 8 行（{MONTH} 学校 {SECOND}，落实清单 C9）" in published["told"].output
    assert "有 1 条数据更正没有采用" in str(published["refused"])
    assert f"第 8 行（{MONTH} 学校 {SECOND}，落实清单 C9）" in str(published["refused"])
    assert published["second"].is_dir()


@pytest.mark.thorough
def test_a_correction_makes_a_release_stale(published: dict[str, Any]) -> None:
    """The one that never fitted and was withdrawn has moved nothing of its school."""
    (stale,) = published["stale"]
    moved = [(one.school_code, one.month, one.received_at) for one in stale.moved if one.origin == "correction"]
    assert moved == [(FIRST, MONTH, DECIDED)]


@pytest.mark.thorough
def test_the_revision_names_cell_values_and_the_bureaus_workbook(published: dict[str, Any]) -> None:
    rows = rows_of((published["second"] / "revision.csv").read_bytes())
    assert {row["cause"] for row in rows} == {"correction"}
    answered = [row for row in rows if row["indicator"] == "certified_products"]
    assert answered
    assert all("“落实清单”C2：“是”更正为“否”（现场核查；更正1.xlsx" in row["submissions"] for row in answered)
    assert not any("李秀" in row["submissions"] for row in rows)
    page = (published["second"] / "revision.html").read_text(encoding="utf-8")
    assert "教育局更正的单元格" in page
    assert "“五百左右”更正为“500”" in page


@pytest.mark.thorough
def test_a_release_with_corrections_verifies_and_comes_out_again(published: dict[str, Any]) -> None:
    assert verify(published["second"]).problems == ()
    again = reproduce(published["second"], published["county"].home.originals)
    assert again.is_identical, str(again)


@pytest.mark.thorough
def test_the_school_sees_each_correction_on_its_receipt(published: dict[str, Any]) -> None:
    county: County = published["county"]
    (path,) = (county.home.returns / MONTH).glob(f"*_{FIRST}_*.xlsx")
    book = openpyxl.load_workbook(path)
    told = book["落实清单"]["C2"].comment.text
    for words in (
        "原填“是”，更正为“否”",
        "现场核查",
        "安全科赵科长",
        "2026-11-03",
        "学校申诉：已经认证",
        "处理结果：维持",
    ):
        assert words in told
    front = "\n".join(str(cell.value) for row in book["回执"].iter_rows() for cell in row if cell.value)
    assert "教育局更正的填报内容" in front
    assert "李秀" not in front
    assert "不是整数" in book["学校概况"]["C2"].comment.text
    mended = county.query(LATER, "FROM core_findings WHERE code = 'E-INTEGER' AND submission_no = 1")
    assert [(one["severity"], one["answer_category"]) for one in mended] == [("error", "correction")]


@pytest.mark.thorough
def test_the_report_lists_corrections_and_masks_persons(published: dict[str, Any]) -> None:
    county: County = published["county"]
    folder = county.home.reports / STANDARD / MONTH
    for name, title in (
        ("index.html", "教育局更正的填报内容"),
        ("index.en.html", "Cells corrected by the bureau"),
        ("submission_quality.html", "教育局更正的填报内容"),
        ("report.html", "教育局更正的填报内容表"),
    ):
        page = (folder / name).read_text(encoding="utf-8")
        assert title in page, name
        assert NAMES[FIRST] in page
        assert "李秀" not in page, name
    assert "李*" in (folder / "index.html").read_text(encoding="utf-8")


@pytest.mark.thorough
def test_a_trace_shows_what_counts_beside_what_the_school_wrote(published: dict[str, Any]) -> None:
    county: County = published["county"]
    told = str(trace(county.settings(LATER), "certified_products", school=FIRST))
    assert "是（教育局更正为“否”：现场核查，安全科赵科长 2026-11-03，见更正1.xlsx第2行）" in told
