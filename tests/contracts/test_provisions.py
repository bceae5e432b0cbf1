"""The mission's list of provisions against the standards: every id is live, with the facts that the list gives.

provisions.csv is a copy of those facts. A Chinese name may be our own wording (NAMES). Where a standard reads a clause
otherwise it keeps the id, says why in its `reading`, and stands under DEVIATIONS here.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.cli import cli
from pipelines.metadata.standards import Provision, load_standard, standard_ids, standard_path

_COLUMNS = ("id", "clause", "name_zh", "name_en", "population", "kind", "window", "scored", "target")
COUNTS = {"anqing-2018": 66, "jinghong-2019": 50, "wujin-2020": 46, "sunite-2022": 37, "xx-county": 28}
DEVIATIONS: Mapping[tuple[str, str, str], tuple[str, str]] = {}
"""(standard, id, column) to what the standard has instead, and why."""
NAMES = {
    ("jinghong-2019", "weekly_education"): "每周集中安全教育",
    ("jinghong-2019", "pre_holiday_education"): "节假日前集中教育与家访",
    ("jinghong-2019", "teacher_training"): "教职工安全培训与考核",
    ("jinghong-2019", "certified_products"): "设施设备采购认证产品",
    ("jinghong-2019", "safety_zone"): "校园周边安全区域违规场所",
    ("jinghong-2019", "road_signs"): "校门周边警示标牌与减速设施",
    ("jinghong-2019", "hazard_ledger"): "隐患台账建立与零报告",
    ("jinghong-2019", "five_elements"): "隐患整改五落实",
    ("jinghong-2019", "closed_campus"): "校园封闭化管理",
    ("jinghong-2019", "hard_barrier"): "校门口硬质防冲撞设施",
    ("jinghong-2019", "smart_entry"): "人脸识别或访客登记系统",
    ("jinghong-2019", "reporting_channel"): "侵害行为举报渠道",
    ("jinghong-2019", "insurance_violations"): "违规收费或代办商业保险",
    ("jinghong-2019", "legal_counsel"): "学校法律顾问",
    ("jinghong-2019", "spokesperson"): "安全事故新闻发言人",
    ("jinghong-2019", "joint_meetings"): "学校安全联席会议",
    ("jinghong-2019", "five_musts"): "五个“凡有”",
    ("jinghong-2019", "summons_and_reports"): "约谈、挂牌与调查报告公布",
    ("jinghong-2019", "school_work_plan"): "学校安全风险防控工作方案",
    ("jinghong-2019", "perimeter_alarm"): "周界报警装置",
    ("sunite-2022", "lab_chemicals"): "实验室危化品规范管理",
    ("sunite-2022", "kitchen_4d"): "四D厨房",
    ("sunite-2022", "psych_inspection_school"): "学校心理健康专项自查",
    ("sunite-2022", "perimeter_recurrence"): "周边乱象反复率",
    ("sunite-2022", "entry_query"): "教职工入职查询率",
}
"""(standard, id) to the Chinese name under which releases already print the figure: said in full, in our own words."""


def _listed() -> list[dict[str, str]]:
    with (Path(__file__).parent / "provisions.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


LISTED = _listed()


def _live(provision: Provision) -> dict[str, str]:
    return {column: "" if (value := getattr(provision, column)) is None else str(value) for column in _COLUMNS}


def _wanted(row: dict[str, str]) -> dict[str, str]:
    """The row as the standard has to have it, deviations put in."""
    standard, provision = row["standard"], row["id"]
    listed = row | {"name_zh": NAMES.get((standard, provision), row["name_zh"])}
    return {column: DEVIATIONS.get((standard, provision, column), (listed[column], ""))[0] for column in _COLUMNS}


def test_the_list_is_whole() -> None:
    """227 provisions of five documents."""
    found = [row["standard"] for row in LISTED]
    assert {name: found.count(name) for name in sorted(set(found))} == dict(sorted(COUNTS.items()))
    assert len(LISTED) == 227


@pytest.mark.parametrize("standard_id", COUNTS)
def test_every_listed_provision_is_live_as_listed(standard_id: str) -> None:
    """Clause, names, population, kind, window, whether scored, and target."""
    assert standard_path(standard_id).exists()
    live = {provision.id: _live(provision) for provision in load_standard(standard_id).provisions}
    rows = [row for row in LISTED if row["standard"] == standard_id]
    assert {row["id"]: live.get(row["id"]) for row in rows} == {row["id"]: _wanted(row) for row in rows}


def test_deviations_are_needed_and_explained() -> None:
    """Each names a listed fact that the standard really has otherwise, with a reason here and a reading there."""
    listed = {(row["standard"], row["id"], column): row[column] for row in LISTED for column in _COLUMNS}
    for (standard, provision, column), (instead, why) in DEVIATIONS.items():
        assert listed[standard, provision, column] != instead
        assert why
        assert load_standard(standard).provision(provision).reading
    for (standard, provision), name in NAMES.items():
        assert listed[standard, provision, "name_zh"] != name


def test_the_command_prints_what_the_list_asks_for() -> None:
    """`standards --format csv`: nine columns, one row per provision of every standard."""
    result = CliRunner().invoke(cli, ["standards", "--format", "csv"])
    assert result.exit_code == 0, result.output
    rows = list(csv.DictReader(result.output.splitlines()))
    assert list(rows[0]) == ["standard", *_COLUMNS[:-1]]
    expected = [(name, one.id, one.window) for name in standard_ids() for one in load_standard(name).provisions]
    assert [(row["standard"], row["id"], row["window"]) for row in rows] == expected
