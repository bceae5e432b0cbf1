"""The register changed by command in a small county: what counts then, what moves, what the months before keep."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from pipelines.cli import cli
from pipelines.load.database import open_database
from pipelines.metadata.periods import parse_period
from pipelines.receive.inbox import receive
from pipelines.settings import Settings, write_params
from pipelines.stages import run_stages
from pipelines.store.home import Home
from tests.integration.test_versions import FIRST, LATER, NAMES, NEW, OLD, SECOND, STANDARD, school
from tests.unit.extract.books import book_bytes

pytestmark = pytest.mark.slow

OCTOBER, NOVEMBER, DECEMBER = "2026-10", "2026-11", "2026-12"
MOMENTS = {OCTOBER: datetime(2026, 11, 2, 12), NOVEMBER: datetime(2026, 12, 2, 12)}
ORDINARY = 4
"""The number under which the bureau's workbook of October is received: after the three schools'."""
TOWNSHIPS = {FIRST: "望楹街道", SECOND: "青棂镇", OLD: "白桫乡"}
HEAD = ["学校标识码", "学校名称", "办学类型", "乡镇", "生效日期", "失效日期", "变更原因", "后继学校标识码"]
MEETINGS = [
    ["会议类别", "日期", "乡镇", "综治办是否参加", "派出所是否参加", "学校是否参加"],
    ["三方会商", "2026-10-15", "青棂镇", "是", "是", "是"],
]


def bureau(townships: dict[str, str]) -> bytes:
    """The bureau's ordinary workbook: register, a task, a meeting."""
    rows = [[code, NAMES[code], "小学", place, "2019-09-01", "", "", ""] for code, place in townships.items()]
    tasks = [["任务编号", "任务内容", "牵头单位"], ["1", "排查校舍", "教育局"]]
    return book_bytes({"学校名册": [HEAD, *rows], "任务清单": tasks, "会议记录": MEETINGS})


def deliver(home: Home, folder: Path, month: str, files: dict[str, bytes], moment: datetime) -> None:
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    receive(home, folder, month, lambda: moment)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """October and November received: the bureau's workbook in October alone, three schools in both."""
    made = Home(tmp_path / "home")
    for month, books in ((OCTOBER, {"教育局.xlsx": bureau(TOWNSHIPS)}), (NOVEMBER, {})):
        files = {f"{code}-{month}.xlsx": school(code, 500 + int(month[-2:])) for code in TOWNSHIPS}
        deliver(made, tmp_path / month, month, books | files, MOMENTS[month])
    choose(made, NOVEMBER)
    run_stages(Settings(made, STANDARD, parse_period(NOVEMBER), MOMENTS[NOVEMBER]), ("extract", "validate", "load"))
    return made


def choose(home: Home, month: str) -> None:
    write_params(Settings(home, STANDARD, parse_period(month)))


def invoke(home: Home, *arguments: str, **chosen: str) -> Result:
    options = [part for name, value in chosen.items() for part in (f"--{name}", value)]
    return CliRunner().invoke(cli, ["register", *arguments, "--home", str(home.root), *options])


def change(home: Home, *arguments: str, on: str = "2026-11-01", **chosen: str) -> list[str]:
    """The lines that the command prints; it must have been done."""
    given = chosen if arguments[0] == "undo" else {"on": on, **chosen}
    result = invoke(home, *arguments, **{"reason": "批文", **given})
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def figures(home: Home, month: str) -> dict[tuple[str, ...], dict[str, Any]]:
    """The month's figures as of now, measured anew."""
    run_stages(Settings(home, STANDARD, parse_period(month), datetime(2030, 1, 1)), ("measure",))
    path = home.stage_dir("measure") / STANDARD / month / "figures.parquet"
    return {
        (row["indicator"], row["unit_level"], row["unit_code"]): {**row, "as_of": None}
        for row in pq.read_table(path).to_pylist()
    }


def expected(home: Home, month: str) -> tuple[set[str], set[int]]:
    """(schools that the month expects, the bureau's workbooks that count), as measured last."""
    folder = home.stage_dir("measure") / STANDARD / month
    schools, counted = (pq.read_table(folder / f"{name}.parquet").to_pylist() for name in ("schools", "counted"))
    return (
        {row["school_code"] for row in schools if row["is_expected"]},
        {row["submission_no"] for row in counted if not row["school_code"]},
    )


def test_a_closed_school_is_written_received_and_told(home: Home) -> None:
    choose(home, OCTOBER)
    told = change(home, "close", SECOND, on="2026-10-20", period=OCTOBER)
    assert told[0] == f"名册已变更（{OCTOBER} 起）：停办 {SECOND} {NAMES[SECOND]}，自 2026-10-20 起不再应报"
    assert f"    {SECOND} {NAMES[SECOND]}　失效日期：（空） → 2026-10-19" in told
    assert any(line.startswith(f"{OCTOBER} 因此变动的数字：全县 ") for line in told)
    with open_database(home) as connection:
        last = "SELECT max(submission_no) FROM core_submissions"
        statement = f"SELECT origin, period, status, query_count FROM core_submissions WHERE submission_no = ({last})"
        assert connection.execute(statement).fetchall() == [("bureau", OCTOBER, "accepted", 0)]
    log = invoke(home, "log").output.splitlines()
    assert log[-3:] == [
        f"  停办 {SECOND} {NAMES[SECOND]}，自 2026-10-20 起不再应报；原因：批文",
        f"  {SECOND} {NAMES[SECOND]}　失效日期：（空） → 2026-10-19",
        f"  {SECOND} {NAMES[SECOND]}　变更原因：（空） → 停办：批文",
    ]


@pytest.mark.thorough
def test_the_register_is_listed_before_anything_was_run(tmp_path: Path) -> None:
    """As after init: what was received is read first."""
    home = Home(tmp_path / "home")
    deliver(home, tmp_path / OCTOBER, OCTOBER, {"教育局.xlsx": bureau(TOWNSHIPS)}, MOMENTS[OCTOBER])
    choose(home, OCTOBER)
    listed = invoke(home, "list", on="2019-08-31")
    assert (listed.exit_code, "2019-08 还没有学校名册" in listed.output) == (2, True)
    lines = invoke(home, "list", period=OCTOBER).output.splitlines()
    assert lines[0] == f"{OCTOBER} 计入的名册：第 1 号 教育局.xlsx；2026-10-31 的情况"
    assert [line.split()[0] for line in lines[3:-1]] == [FIRST, SECOND, OLD]
    assert lines[-1] == "在册 3 所，另有尚未生效或已失效的 0 所"
    change(home, "retype", OLD, on="2026-10-01", period=OCTOBER, type="教学点")
    lines = invoke(home, "list", period=OCTOBER).output.splitlines()
    assert [line.endswith("在册，不计") for line in lines[3:-2]] == [False, False, True]
    assert lines[-1] == f"其中应报 2 所，不计 1 所：按标准 {STANDARD}，教学点（1 所）不计入应报学校"
    table = list(csv.reader(io.StringIO(invoke(home, "list", period=OCTOBER, format="csv").output)))
    assert [row[-2:] for row in table[1:]] == [["在册", "是"], ["在册", "是"], ["在册", "否"]]


@pytest.mark.thorough
def test_a_change_that_is_undone_has_moved_nothing(home: Home) -> None:
    """The register comes alone: the month's meetings and tasks stay those of the ordinary workbook."""
    choose(home, OCTOBER)
    before = figures(home, OCTOBER)
    change(home, "close", SECOND, on="2026-10-20", period=OCTOBER)
    after = figures(home, OCTOBER)
    assert expected(home, OCTOBER) == ({FIRST, OLD}, {ORDINARY})
    assert after["submission_rate", "county", "county"]["denominator"] == 2
    assert after["task_list", "county", "county"]["denominator"] == 1
    assert after != before
    change(home, "undo")
    assert figures(home, OCTOBER) == before
    log = invoke(home, "log").output
    heads = [line for line in log.splitlines() if line.startswith("第")]
    assert [line[:4] for line in heads] == ["第 4 ", "第 8 ", "第 9 "]
    assert [line.endswith("（已由第 9 号撤回）") for line in heads] == [False, True, False]
    assert "  撤回第 8 号变更（2026-10_学校名册_第8号_停办.xlsx）；原因：批文" in log


@pytest.mark.thorough
def test_months_before_a_merger_a_move_and_a_new_code_keep_their_denominators(home: Home) -> None:
    october, november = figures(home, OCTOBER), figures(home, NOVEMBER)
    change(home, "merge", OLD, into=SECOND)
    change(home, "move", SECOND, "白桫乡")
    told = change(home, "recode", FIRST, NEW)
    assert any(f"{NEW} 新列入：{NAMES[FIRST]}（望楹街道）（自 2026-11-01 起）" in line for line in told)
    assert figures(home, OCTOBER) == october
    assert figures(home, NOVEMBER) != november
    assert expected(home, NOVEMBER) == ({SECOND, NEW}, {ORDINARY})
    after = figures(home, NOVEMBER)
    assert after["submission_rate", "county", "county"]["denominator"] == 2
    units = {code for name, level, code in after if (name, level) == ("submission_rate", "township")}
    assert units == {"望楹街道", "白桫乡"}
    for _ in range(3):
        change(home, "undo")
    assert figures(home, NOVEMBER) == november


@pytest.mark.thorough
def test_a_later_register_of_the_month_gets_the_change_too_and_one_that_lacks_it_is_told(
    home: Home, tmp_path: Path
) -> None:
    deliver(home, tmp_path / "own", NOVEMBER, {"教育局11.xlsx": bureau(TOWNSHIPS)}, MOMENTS[NOVEMBER])
    told = change(home, "move", SECOND, "白桫乡", on="2026-10-10", period=OCTOBER)
    assert f"  {NOVEMBER} 已另有名册，作了同样的变更" in told
    for month in (OCTOBER, NOVEMBER):
        listed = list(csv.reader(io.StringIO(invoke(home, "list", period=month, format="csv").output)))
        assert {row[0].removeprefix("\ufeff"): row[5] for row in listed[1:]}[SECOND] == "白桫乡"
    inbox = tmp_path / "again"
    inbox.mkdir()
    (inbox / "教育局11再报.xlsx").write_bytes(bureau({**TOWNSHIPS, LATER: "石楝乡"}))
    root = str(home.root)
    done = CliRunner().invoke(cli, ["run", "--home", root, "--inbox", str(inbox), "--as-of", "2030-01-01"])
    assert done.exit_code == 0, done.output
    (line,) = (line for line in done.output.splitlines() if "没有以前作过的变更" in line)
    assert f"{SECOND} {NAMES[SECOND]}（第 9 号）" in line
    assert FIRST not in line


def refused(result: Result, words: str) -> None:
    assert result.exit_code == 2, result.output
    assert result.stderr.count("\n") == 1
    assert words in result.stderr


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        (("close", FIRST), {"on": "2026-13-01"}, "日期 '2026-13-01' 看不懂"),
        (("close", FIRST), {"period": "2026Q4"}, "2026Q4 不是月份"),
        (("close", FIRST), {"reason": " "}, "没有写原因"),
        (("retype", FIRST), {}, "没有写改成什么"),
        (("retype", FIRST), {"type": "小小学"}, "“办学类型”不能是“小小学”；可写：幼儿园"),
        (("rename", FIRST, " "), {}, "“学校名称”是空的"),
        (("close", FIRST), {}, "还没有学校名册"),
    ],
    ids=["date", "month", "reason", "nothing", "term", "blank", "no register"],
)
def test_a_command_that_cannot_be_read_is_one_sentence(
    tmp_path: Path, arguments: tuple[str, ...], options: dict[str, str], words: str
) -> None:
    home = Home(tmp_path)
    choose(home, NOVEMBER)
    refused(invoke(home, *arguments, **{"on": "2026-11-01", "reason": "x", **options}), words)
    assert not home.ledger.exists()


@pytest.mark.thorough
def test_a_school_that_is_renamed_is_asked_about_its_old_name_from_then_on_only(home: Home) -> None:
    choose(home, NOVEMBER)
    change(home, "rename", SECOND, "育才学校")
    with open_database(home) as connection:
        asked = (
            "SELECT period FROM core_findings JOIN core_submissions USING (submission_no) WHERE code = 'Q-NAME-DIFFERS'"
        )
        assert connection.execute(asked).fetchall() == [(NOVEMBER,)]
