"""Figures that do not follow from the assessments and cases beside them are named, and only those."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.measure.measuring import measure
from pipelines.metadata.periods import parse_period
from pipelines.metadata.standards import load_standard, standard_ids
from pipelines.publish.figure_check import figure_problems
from pipelines.publish.manifest import Manifest
from pipelines.report.csv_files import COLUMNS
from tests.second_opinion.counties import random_county
from tests.unit.publish.published import Row, change_rows, write_published

MONTHS = ("2026-09", "2026-10", "2026-11", "2026-12", "2027-01", "2027-02")
PERIODS = ("2026Q4", "2026-2027-S1", "2026-2027", "2026", "2027Q1")
"""One for each standard; months are tried in tests/second_opinion, on the counties measured there."""
STANDARD, PERIOD = "jinghong-2019", "2026-10"


@dataclass(frozen=True)
class Released:
    """Where the parts of a release lie that its figures rest on."""

    folder: Path
    manifest: Manifest

    @property
    def place(self) -> Path:
        """The folder of the report."""
        return self.folder / "reports" / self.manifest.standard / self.manifest.period

    @property
    def problems(self) -> list[str]:
        """What does not follow."""
        return figure_problems(self.folder, self.manifest)


def released(folder: Path, standard_id: str, period: str, seed: int, change: str = "") -> Released:
    """A random county with blanks, lost rows and doubts, measured and written; `change` is SQL over its tables."""
    standard, as_of = load_standard(standard_id), datetime(2027, 3, 20)
    with random_county(seed, MONTHS, standard.document, standard.asked_items) as connection:
        if change:
            connection.execute(change)
        measured = measure(connection, standard, parse_period(period), as_of)
        return Released(folder, write_published(folder, connection, measured, standard, period, as_of))


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Released:
    """October of one standard; a township of the register bears a name that a spreadsheet would compute."""
    change = "UPDATE core_register SET township = '=' || township WHERE township LIKE '%a%' OR school_code LIKE '%1'"
    return released(tmp_path_factory.mktemp("measured") / "release", STANDARD, PERIOD, 5, change=change)


@pytest.fixture
def october(measured: Released, tmp_path: Path) -> Released:
    """The same, to be changed."""
    return Released(Path(shutil.copytree(measured.folder, tmp_path / "release")), measured.manifest)


@pytest.mark.parametrize(("standard_id", "period"), list(zip(standard_ids(), PERIODS, strict=True)))
def test_every_figure_of_a_measured_county_follows(standard_id: str, period: str, tmp_path: Path) -> None:
    assert released(tmp_path / "release", standard_id, period, 7).problems == []


def test_a_changed_column_is_named_with_both_values(october: Released) -> None:
    told = {}

    def change(rows: list[Row]) -> None:
        row = next(row for row in rows if row["indicator"] == "closed_campus" and row["unit_level"] == "urban_rural")
        told.update(row)
        row["met"] = str(int(row["met"]) + 1)

    change_rows(october.place / "figures.csv", change)
    assert october.problems == [
        f"reports/jinghong-2019/2026-10/figures.csv：closed_campus　{told['unit_name']}　met 不能由 assessments.csv 和"
        f" cases.csv 得出：应为 {told['met']}，实为 {int(told['met']) + 1}"
    ]


def test_no_column_of_a_figure_can_be_changed_unseen(october: Released) -> None:
    """Another column of each row; what only `reproduce` proves is told by its indicator."""
    changed: set[tuple[str, str]] = set()
    columns = [name for name in COLUMNS["figures"] if name not in ("indicator", "unit_level", "unit_code", "unit_name")]

    def change(rows: list[Row]) -> None:
        for place, row in enumerate(rows):
            column = columns[place % len(columns)]
            row[column] = row[column] + "1" if row[column] else "7"
            changed.add((f"{row['indicator']}　{row['unit_name']}", column))

    change_rows(october.place / "figures.csv", change)
    parts = [problem.split("：")[1].rsplit("　", 1) for problem in october.problems]
    unseen = changed - {(part[0], part[1].split()[0]) for part in parts}
    assert len(changed) > 500
    assert {figure.split("　")[0] for figure, _ in unseen} <= {"hazard_closure.reopened", "hazard_closure.extended"}
    assert {column for _, column in unseen} <= {"numerator", "value"}


def test_a_changed_status_moves_every_group_of_the_school(october: Released) -> None:
    def change(rows: list[Row]) -> None:
        row = next(row for row in rows if row["indicator"] == "closed_campus" and row["status"] == "met")
        row["status"] = "unmet"

    change_rows(october.place / "assessments.csv", change)
    met = [problem.split("：")[1] for problem in october.problems if "　met 不能" in problem]
    assert len(met) == 5
    assert all(one.startswith("closed_campus") for one in met)


def test_a_school_left_out_listed_twice_or_unknown_is_named(october: Released) -> None:
    codes: list[str] = []

    def change(rows: list[Row]) -> None:
        own = [row for row in rows if row["indicator"] == "closed_campus"]
        codes.extend(row["unit_code"] for row in own[:3])
        rows.remove(own[0])
        rows.append(dict(own[1]))
        own[2]["unit_code"] = "0000000000"

    change_rows(october.place / "assessments.csv", change)
    units = [problem.split("：")[1] for problem in october.problems if "assessments.csv：" in problem]
    assert units == [
        "closed_campus 的 0000000000 不在应有的单位之内",
        *(
            f"closed_campus 的 {code} 应有一行，实有 {count} 行"
            for code, count in sorted(zip(codes, (0, 2, 0), strict=True))
        ),
    ]


def test_cases_are_counted_again(october: Released) -> None:
    def change(rows: list[Row]) -> None:
        due = [row for row in rows if row["indicator"] == "hazard_closure" and row["status"] == "closed"]
        rows.remove(next(row for row in due if "2026-01" < row["deadline"] < "2026-10"))

    change_rows(october.place / "cases.csv", change)
    named = {problem.split("：")[1].split("　")[0] for problem in october.problems}
    assert "hazard_closure.on_time_rate" in named
    assert "hazard_closure.median_days" in named


def test_a_school_comes_to_what_its_campuses_come_to(tmp_path: Path) -> None:
    published = released(tmp_path / "release", "xx-county", PERIOD, 5)
    told: list[str] = []

    def change(rows: list[Row]) -> None:
        row = next(row for row in rows if row["campus"] and row["status"] == "met")
        told.extend((row["indicator"], row["unit_code"]))
        row["status"] = "unmet"

    change_rows(published.place / "assessments.csv", change)
    indicator, unit = told
    assert any(f"{indicator} 的 {unit} 与其各校区、学段不符" in problem for problem in published.problems)


def test_missing_extra_and_repeated_figures_are_named(october: Released) -> None:
    names: list[str] = []

    def change(rows: list[Row]) -> None:
        names.extend((rows[0]["indicator"], rows[2]["indicator"]))
        rows.append(dict(rows[2]))
        rows.append({**rows[3], "unit_code": "nowhere", "unit_name": "nowhere"})
        del rows[0]

    change_rows(october.place / "figures.csv", change)
    problems = october.problems
    assert [f"{word}" for problem in problems for word in ("缺少", "出现多次", "不应有") if word in problem] == [
        "出现多次",
        "缺少",
        "不应有",
    ]
    assert names[1] in problems[0]
    assert names[0] in problems[1]
    assert "nowhere" in problems[2]


def test_the_register_decides_in_which_groups_a_school_counts(october: Released) -> None:
    path = october.folder / "rows" / "core_register.parquet"
    table = pq.read_table(path)
    townships = table["township"].to_pylist()
    moved = ["elsewhere" if place == townships[0] else place for place in townships]
    pq.write_table(table.set_column(table.column_names.index("township"), "township", pa.array(moved)), path)
    assert any("缺少" in problem and "elsewhere" in problem for problem in october.problems)


def test_the_standard_of_the_release_decides_not_the_one_at_hand(october: Released) -> None:
    path = october.folder / "data_contracts" / "standards" / f"{STANDARD}.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("clause: 四（一）", "clause: 四（二）"), encoding="utf-8")
    problems = october.problems
    assert problems
    assert all("　clause 不能" in problem for problem in problems)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("reports/jinghong-2019/2026-10/assessments.csv", None),
        ("reports/jinghong-2019/2026-10/cases.csv", b"standard,period\r\n"),
        ("reports/jinghong-2019/2026-10/figures.csv", b"\xff\x00"),
        ("rows/core_register.parquet", b"PAR1"),
        ("data_contracts/standards/jinghong-2019.yaml", b"id: [x"),
        ("data_contracts/standards/jinghong-2019.yaml", b"id: \xff"),
        ("data_contracts/values.yaml", None),
        ("data_contracts/calendars/yunnan.yaml", None),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(name: str, content: bytes | None, october: Released) -> None:
    path = october.folder / name
    assert path.is_file()
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    problems = october.problems
    assert len(problems) == 1
    assert path.stem in problems[0]


def test_a_number_that_is_none_is_one_sentence(october: Released) -> None:
    change_rows(october.place / "assessments.csv", lambda rows: rows[0].update(done="many"))
    assert len(october.problems) == 1
    assert "many" in october.problems[0]


def test_withheld_numbers_are_not_looked_at_but_who_reported_is(tmp_path: Path) -> None:
    change = "UPDATE core_incidents SET student_death_count = 1"
    published = released(tmp_path / "release", "anqing-2018", "2026", 5, change=change)
    with (published.place / "assessments.csv").open(encoding="utf-8-sig") as stream:
        assert ",suppressed," in stream.read()
    assert published.problems == []
    sensitive = "unnatural_deaths.on_campus"

    def change_numbers(rows: list[Row]) -> None:
        for row in rows:
            if row["indicator"] == sensitive:
                row["unreported"] = str(int(row["unreported"]) + 1)

    change_rows(published.place / "figures.csv", change_numbers)
    assert published.problems
    assert all(f"：{sensitive}　" in problem and "　unreported 不能" in problem for problem in published.problems)
