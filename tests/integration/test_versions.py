"""Versions of what schools send: resubmitted, the same again, refused, late, revised after publication; ended codes.

One small county lives through two months; every test looks at one moment of it.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from pipelines.cli import cli
from pipelines.load.database import open_database
from pipelines.metadata.contracts import contracts
from pipelines.metadata.periods import parse_period
from pipelines.publish.release import publish
from pipelines.publish.staleness import stale_releases
from pipelines.publish.submission_difference import diff_versions, read_versions
from pipelines.publish.verify import verify
from pipelines.receive.inbox import receive
from pipelines.settings import Settings
from pipelines.stages import run_stages
from pipelines.store.home import Home
from tests.unit.extract.books import book_bytes
from tests.unit.publish.signing import give_keys

pytestmark = pytest.mark.slow

STANDARD = "jinghong-2019"
OCTOBER, NOVEMBER = "2026-10", "2026-11"
FIRST, SECOND, OLD, NEW, LATER = "2153990101", "2153990102", "2153990103", "2199990104", "2153990105"
NAMES = {FIRST: "望楹街道第一小学", SECOND: "青棂镇中心小学", OLD: "白桫乡小学", NEW: "白桫乡学校", LATER: "石楝乡小学"}
LOADING = ("extract", "validate", "load")
CSV_FILES = ("figures.csv", "assessments.csv", "cases.csv", "submissions.csv", "findings.csv")
TIMES = {
    "october": datetime(2026, 11, 2, 12),
    "november": datetime(2026, 12, 2, 12),
    "copies": datetime(2026, 12, 3, 12),
    "revised": datetime(2026, 12, 4, 12),
    "register": datetime(2026, 12, 5, 12),
}
NIL = {
    contract.title: next(field.label for field in contract.fields if field.label not in ("姓名", "类别"))
    for contract in contracts("school")
    if contract.required_sheet and contract.allows_nil
}
HAZARD = ["隐患编号", "发现日期", "隐患部位", "隐患内容", "责任人", "整改期限", "整改情况", "完成时间"]
STAIRS = ["1", "2026-10-12", "教学楼", "楼梯扶手松动", "王建国", "2026-12-20", "整改中", ""]
WIRES = ["2", "2026-10-20", "食堂", "电线裸露", "李秀英", "2026-12-21", "整改中", ""]


def school(code: str, students: Any = 500, hazards: tuple[list[str], ...] = (STAIRS,)) -> bytes:
    """A school's workbook; it states no month and so belongs to the one that it is sent for."""
    sheets: dict[str, Any] = {
        "学校概况": [
            ["学校标识码", "学校名称", "在校生数", "教职工数", "寄宿生数", "电话"],
            [code, NAMES[code], students, 40, 0, "13800138000"],
        ],
        "落实清单": [["项目", "是否落实"], ["设施设备采购认证产品", "否"]],
        "统计数据": [["项目", "完成数"], ["每天课后安全提醒（天）", 5]],
        **{sheet: [[heading, "姓名" if sheet == "保安人员" else "类别"], ["无"]] for sheet, heading in NIL.items()},
        "隐患台账": [HAZARD, *hazards] if hazards else [HAZARD, ["无"]],
    }
    return book_bytes(sheets)


def bureau(*rows: tuple[str, str, str, str, str]) -> bytes:
    """The bureau's workbook with these rows of the register: code, from, to, reason, successor."""
    head = ["学校标识码", "学校名称", "办学类型", "乡镇", "生效日期", "失效日期", "变更原因", "后继学校标识码"]
    listed = [[code, NAMES[code], "小学", "青棂镇", begun, ended, why, heir] for code, begun, ended, why, heir in rows]
    return book_bytes({"学校名册": [head, *listed], "任务清单": [["任务编号", "任务内容", "牵头单位"]]})


def valid(code: str, begun: str = "2019-09-01") -> tuple[str, str, str, str, str]:
    return code, begun, "", "", ""


MERGED = (OLD, "2019-09-01", "2026-10-31", "并入", NEW)
BLANK = book_bytes(
    {"学校概况": [["学校标识码", "学校名称", "在校生数"], [FIRST, NAMES[FIRST], ""]], "隐患台账": [HAZARD]}
)
SECOND_OCTOBER = school(SECOND, hazards=())
DELIVERIES: dict[str, tuple[str, dict[str, bytes]]] = {
    "october": (
        OCTOBER,
        {
            "教育局.xlsx": bureau(valid(FIRST), valid(SECOND), valid(OLD)),
            "一小.xlsx": school(FIRST),
            "二小.xlsx": SECOND_OCTOBER,
            "白桫.xlsx": school(OLD),
            "石楝.xlsx": school(LATER),
        },
    ),
    "november": (
        NOVEMBER,
        {
            "教育局.xlsx": bureau(valid(FIRST), valid(SECOND), MERGED, valid(NEW, "2026-11-01"), valid(LATER)),
            "一小11.xlsx": school(FIRST, 510),
            "二小11.xlsx": school(SECOND, 510, ()),
            "白桫旧码.xlsx": school(OLD, 511),
            "白桫新码.xlsx": school(NEW, 512),
        },
    ),
    "copies": (OCTOBER, {"二小（再发）.xlsx": SECOND_OCTOBER, "一小空.xlsx": BLANK}),
    "revised": (OCTOBER, {"一小更正.xlsx": school(FIRST, "约五百", (STAIRS, WIRES))}),
    "register": (
        OCTOBER,
        {"教育局更正.xlsx": bureau(valid(FIRST), (SECOND, "2019-09-01", "2026-09-30", "撤销", ""), valid(OLD))},
    ),
}


@dataclass
class County:
    """The county's home, and the report that was made of each month when it had come."""

    home: Home
    inbox: Path
    reports: dict[str, dict[str, bytes]] = field(default_factory=dict)

    def settings(self, month: str, moment: str) -> Settings:
        return Settings(self.home, STANDARD, parse_period(month), TIMES[moment])

    def deliver(self, moment: str) -> None:
        """What arrives at that moment lies in its inbox and is received."""
        month, files = DELIVERIES[moment]
        folder = self.inbox / moment
        folder.mkdir(parents=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        receive(self.home, folder, month, lambda: TIMES[moment])

    def report(self, month: str, moment: str) -> dict[str, bytes]:
        """The five files of a report as of that moment, made now."""
        run_stages(self.settings(month, moment))
        folder = self.home.reports / STANDARD / month
        return {name: (folder / name).read_bytes() for name in CSV_FILES}

    def figures(self, moment: str) -> dict[tuple[str, ...], dict[str, Any]]:
        """October's figures as of that moment, by key and without the moment, measured now."""
        run_stages(self.settings(OCTOBER, moment), ("measure",))
        path = self.home.stage_dir("measure") / STANDARD / OCTOBER / "figures.parquet"
        return {
            (row["indicator"], row["unit_level"], row["unit_code"]): {**row, "as_of": None}
            for row in pq.read_table(path).to_pylist()
        }

    def verdicts(self, moment: str) -> dict[str, tuple[str, str | None]]:
        """Status and reason of every file by name, as of that moment."""
        with open_database(self.home, TIMES[moment]) as connection:
            rows = connection.execute(
                "SELECT file_name, status, reject_code FROM core_submissions ORDER BY submission_no"
            )
            return {f"{name}": (status.removesuffix("_with_findings"), code) for name, status, code in rows.fetchall()}

    def copy(self, folder: Path) -> County:
        shutil.copytree(self.home.root, folder / "home")
        return County(Home(folder / "home"), folder / "inbox", self.reports)


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def units(content: bytes) -> set[str]:
    """Schools that the report assesses."""
    return {row["unit_code"] for row in rows(content) if row["unit_level"] == "school"}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> County:
    """October and November, each reported and published when it had come. Not to be changed."""
    folder = tmp_path_factory.mktemp("published")
    county = County(Home(folder / "home"), folder / "inbox")
    give_keys(county.home)
    for month, moment in ((OCTOBER, "october"), (NOVEMBER, "november")):
        county.deliver(moment)
        county.reports[moment] = county.report(month, moment)
        publish(county.settings(month, moment), "")
    return county


@pytest.fixture(scope="module")
def revised(published: County, tmp_path_factory: pytest.TempPathFactory) -> County:
    """The same, with everything that came for October in December, loaded. Not to be received into again."""
    county = published.copy(tmp_path_factory.mktemp("revised"))
    for moment in ("copies", "revised", "register"):
        county.deliver(moment)
    run_stages(county.settings(OCTOBER, "register"), ("extract", "validate", "load"))
    return county


def test_the_same_content_again_and_a_refused_file_move_nothing(revised: County) -> None:
    verdicts = revised.verdicts("register")
    assert verdicts["二小（再发）.xlsx"] == ("duplicate", None)
    assert verdicts["一小空.xlsx"] == ("rejected", "E-EMPTY-TEMPLATE")
    assert revised.figures("copies") == revised.figures("october")


def test_a_resubmission_displaces_the_one_before(revised: County) -> None:
    """The first school's second file has a second open hazard."""
    before, after = revised.figures("copies"), revised.figures("revised")
    key = ("hazard_closure.open", "county", "county")
    assert (before[key]["value"], after[key]["value"]) == (2, 3)
    assert before["submission_rate", "county", "county"] == after["submission_rate", "county", "county"]
    versions = [(one.version, one.file_name) for one in read_versions(revised.home, FIRST, OCTOBER)]
    assert versions == [(1, "一小.xlsx"), (None, "一小空.xlsx"), (2, "一小更正.xlsx")]


def test_a_report_as_of_the_past_is_the_report_made_then(revised: County) -> None:
    """Byte by byte, although files, two registers and a revision have come since."""
    assert revised.report(OCTOBER, "october") == revised.reports["october"]
    assert revised.report(NOVEMBER, "november") == revised.reports["november"]


def test_a_register_judges_no_report_of_before_it_came(revised: County) -> None:
    """October's own did not know 石楝乡小学, November's does; the one of December ended 青棂镇中心小学 in September."""
    name = ("石楝.xlsx", "二小.xlsx")
    told = {moment: [revised.verdicts(moment)[one] for one in name] for moment in ("october", "november", "register")}
    assert told == {
        "october": [("rejected", "E-SCHOOL-UNKNOWN"), ("accepted", None)],
        "november": [("accepted", None), ("accepted", None)],
        "register": [("accepted", None), ("rejected", "E-SCHOOL-ENDED")],
    }


def test_the_database_is_built_again_only_where_another_register_speaks(revised: County) -> None:
    revised.verdicts("november")
    built = revised.home.database.stat().st_ino
    revised.verdicts("revised")
    assert revised.home.database.stat().st_ino == built
    revised.verdicts("register")
    assert revised.home.database.stat().st_ino != built


def test_a_code_that_ended_is_refused_for_later_months_only(published: County) -> None:
    verdicts = published.verdicts("november")
    assert verdicts["白桫旧码.xlsx"] == ("rejected", "E-SCHOOL-ENDED")
    assert verdicts["白桫.xlsx"] == verdicts["白桫新码.xlsx"] == ("accepted", None)
    assert units(published.reports["october"]["assessments.csv"]) == {FIRST, SECOND, OLD}
    assert units(published.reports["november"]["assessments.csv"]) == {FIRST, SECOND, NEW, LATER}


def test_who_reports_under_an_ended_code_is_told_since_when_and_which_code_to_use(published: County) -> None:
    with open_database(published.home, TIMES["november"]) as connection:
        told = connection.execute(
            "SELECT severity, sheet, cell, field, value, message, hint FROM core_findings WHERE code = 'E-SCHOOL-ENDED'"
        ).fetchall()
        counted = connection.execute("SELECT error_count FROM core_submissions WHERE reject_code = 'E-SCHOOL-ENDED'")
        assert counted.fetchall() == [(1,)]
    ((severity, *place, name, value, message, hint),) = told
    assert (severity, place, name, value) == ("fatal", ["学校概况", "A2"], "school_code", OLD)
    assert message == f"学校标识码{OLD}按本局学校名册已于2026-10-31失效，不能再用它填报此后的月份"
    assert f"{NEW} 白桫乡学校" in hint


def test_a_revised_month_makes_every_release_that_read_it_stale(published: County, revised: County) -> None:
    """Both periods are named with school, month and moment; published bytes stay; before the revision none is."""
    assert stale_releases(published.home) == ()
    stale = stale_releases(revised.home)
    assert [release.path for release in stale] == [f"{STANDARD}/{month}/r1" for month in (OCTOBER, NOVEMBER)]
    moved = [(one.school_code, one.month, one.received_at) for one in stale[1].moved]
    assert moved == [
        ("", OCTOBER, TIMES["register"]),
        (FIRST, OCTOBER, TIMES["revised"]),
        (SECOND, OCTOBER, None),
    ]
    told = CliRunner().invoke(cli, ["status", "--home", str(revised.home.root)])
    assert told.exit_code == 0, told.output
    lines = told.output.splitlines()
    assert f"  {STANDARD}/{NOVEMBER}/r1" in lines
    assert f"    {OCTOBER} {FIRST} {NAMES[FIRST]}：2026-12-04 12:00:00 收到的文件现在计入" in lines
    assert f"    {OCTOBER} {SECOND} {NAMES[SECOND]}：当时计入的文件现在不再计入" in lines
    for month in (OCTOBER, NOVEMBER):
        assert verify(revised.home.releases / STANDARD / month / "r1").problems == ()


def test_a_later_month_makes_no_release_stale(published: County, tmp_path: Path) -> None:
    """November's files came after October was published; December's would come after both."""
    county = published.copy(tmp_path)
    folder = tmp_path / "december"
    folder.mkdir()
    (folder / "一小12.xlsx").write_bytes(school(FIRST, 520))
    receive(county.home, folder, "2026-12", lambda: TIMES["register"])
    run_stages(replace(county.settings(NOVEMBER, "register"), period=parse_period("2026-12")), LOADING)
    assert stale_releases(county.home) == ()


def test_publishing_again_makes_a_release_current(published: County, tmp_path: Path) -> None:
    county = published.copy(tmp_path)
    county.deliver("revised")
    county.report(OCTOBER, "revised")
    release = publish(county.settings(OCTOBER, "revised"), "一小更正")
    assert [one.path for one in stale_releases(county.home)] == [f"{STANDARD}/{NOVEMBER}/r1"]
    moved = rows((release / "revision.csv").read_bytes())
    assert ("hazard_closure.open", "value", "2", "3") in {
        (row["indicator"], row["column"], row["old"], row["new"]) for row in moved
    }
    assert {row["cause"] for row in moved} == {"corrected_data"}
    assert all("第1版" in row["submissions"] and "一小更正.xlsx（第2版" in row["submissions"] for row in moved)
    check_differences(county, release)


def check_differences(county: County, release: Path) -> None:
    """The home at two moments differs as the two releases made then do; looking leaves it as it was."""
    before = held(county.home)
    folders = [str(release.parent / "r1"), str(release)]
    moments = [part for name in ("october", "revised") for part in ("--as-of", TIMES[name].isoformat())]
    chosen = ["--home", str(county.home.root), "--standard", STANDARD, "--period", OCTOBER]
    told = [
        CliRunner().invoke(cli, ["diff", *arguments, "--format", "json"])
        for arguments in (folders, [*chosen, *moments], [folders[0], str(county.home.reports / STANDARD / OCTOBER)])
    ]
    assert [one.exit_code for one in told] == [0, 0, 0]
    assert told[0].stdout == told[1].stdout == told[2].stdout
    parts = [part for row in json.loads(told[0].stdout) for part in row["parts"]]
    assert {part["unit_code"] for part in parts} == {FIRST}
    assert {file["new"]["file_name"] for part in parts for file in part["files"]} == {"一小更正.xlsx"}
    assert held(county.home) == before


def held(home: Home) -> dict[str, tuple[int, int]]:
    """Every file of the home, with its size and the moment at which it was written."""
    stats = {f"{path}": path.stat() for path in home.root.rglob("*") if path.is_file()}
    return {name: (one.st_size, one.st_mtime_ns) for name, one in stats.items()}


def test_what_has_not_been_read_again_is_not_called_stale(published: County, tmp_path: Path) -> None:
    """Everything but originals and ledger may be thrown away."""
    county = published.copy(tmp_path)
    for name in ("extract", "validate", "load"):
        shutil.rmtree(county.home.stage_dir(name))
    assert stale_releases(county.home) == ()


def differing(county: County, *options: str) -> Result:
    arguments = ["diff", "--home", str(county.home.root), "--school", FIRST, "--period", OCTOBER, *options]
    return CliRunner().invoke(cli, arguments)


def test_two_versions_are_compared_by_row_cell_and_finding(revised: County) -> None:
    found = diff_versions(revised.home, FIRST, OCTOBER)
    assert (found.old.version, found.new.version) == (1, 2)
    cells = [(one.kind, one.sheet, one.key, one.field, one.old, one.new) for one in found.changes]
    assert cells[0] == ("cell", "学校概况", FIRST, "在校生数", "500", "约五百")
    added = {(one.field, one.new_row, one.old, one.new) for one in found.changes if one.kind == "row_added"}
    assert {("隐患内容", 3, "", "电线裸露"), ("责任人", 3, "", "李*"), ("整改期限", 3, "", "2026-12-21")} <= added
    findings = [(one.kind, one.field) for one in found.changes if one.kind.startswith("finding")]
    assert findings == [("finding_added", "E-INTEGER")]
    back = diff_versions(revised.home, FIRST, OCTOBER, 2, 1).changes
    assert [(one.kind, one.field, one.old, one.new) for one in back if one.kind == "cell"] == [
        ("cell", "在校生数", "约五百", "500")
    ]
    assert {one.kind for one in back} == {"cell", "row_removed", "finding_removed"}


def test_the_versions_are_shown_as_a_table_and_for_machines(revised: County) -> None:
    shown = differing(revised)
    assert shown.exit_code == 0, shown.output
    assert "第1版（一小.xlsx，2026-11-02 12:00:00 收） → 第2版（一小更正.xlsx，2026-12-04 12:00:00 收）" in shown.stdout
    assert "退回的一份（一小空.xlsx，2026-12-03 12:00:00 收，E-EMPTY-TEMPLATE），内容不计入，不比较" in shown.stdout
    assert "李秀英" not in shown.stdout and "13800138000" not in shown.stdout
    listed = rows(differing(revised, "--format", "csv").stdout.encode("utf-8-sig"))
    told = json.loads(differing(revised, "--format", "json", "--from", "1", "--to", "2").stdout)
    assert [row["new"] for row in listed] == [row["new"] for row in told]
    assert list(told[0]) == ["kind", "sheet", "key", "field", "old_row", "new_row", "old", "new"]


def test_comparing_only_reads(revised: County) -> None:
    before = {path: path.stat().st_mtime_ns for path in revised.home.root.rglob("*")}
    assert differing(revised).exit_code == 0
    assert {path: path.stat().st_mtime_ns for path in revised.home.root.rglob("*")} == before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--to", "3"), "没有第3版；有：1、2"),
        (("--school", OLD), "只有 1 个有效版本"),
        (("--school", "2153990199"), "没有收到 2153990199 2026-10 的报表"),
        (("--period", "2026Q4"), "请用 --period 指明月份"),
    ],
)
def test_what_cannot_be_compared_is_said(revised: County, options: tuple[str, ...], message: str) -> None:
    result = differing(revised, *options)
    assert result.exit_code == 2
    assert message in result.output


def test_reports_are_still_compared_and_now_for_machines_too(published: County) -> None:
    """November's release against October's: every figure is new or gone, since its key has the period."""
    folders = [str(published.home.releases / STANDARD / month / "r1") for month in (OCTOBER, NOVEMBER)]
    told = CliRunner().invoke(cli, ["diff", folders[0], folders[0]])
    assert "两份报告的数字相同" in told.output
    moved = json.loads(CliRunner().invoke(cli, ["diff", *folders, "--format", "json"]).stdout)
    assert {row["period"] for row in moved} == {OCTOBER, NOVEMBER}
    assert CliRunner().invoke(cli, ["diff", folders[0]]).exit_code == 2
