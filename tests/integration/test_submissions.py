"""Workbooks as schools write them, run as one county month, against what a careful person reads from them.

They lie beside the checkout (../shared/submissions), do not come from our templates, and may be absent.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from pipelines.load.database import open_database
from pipelines.metadata.periods import parse_period
from pipelines.receive.inbox import receive
from pipelines.settings import Settings
from pipelines.stages import run_stages
from pipelines.store.home import Home

MONTH = "2026-10"
CODES = {
    "blank_answer": "QD-201",
    "uncached_formula": "E-FORMULA-UNCALCULATED",
    "closed_before_found": "YH-104",
    "percent_instead_of_count": "E-PERCENT",
    "ref_error": "E-CELL-ERROR",
}


@dataclass(frozen=True)
class Run:
    """The month after measuring: truth, county figures by indicator, schools' statuses, and the database."""

    truth: dict[str, Any]
    figures: dict[str, dict[str, Any]]
    statuses: dict[tuple[str, str], dict[str, Any]]
    crosschecks: list[dict[str, Any]]
    connection: duckdb.DuckDBPyConnection

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(query).fetchall()

    @property
    def files(self) -> list[dict[str, Any]]:
        files: list[dict[str, Any]] = self.truth["files"]
        return files


@pytest.fixture(scope="module")
def run(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = checkout.parent / "shared" / "submissions"
    if not (folder / "TRUTH.json").exists():
        pytest.skip("the submissions are not beside this checkout")
    truth = json.loads((folder / "TRUTH.json").read_text(encoding="utf-8"))
    home = Home(tmp_path_factory.mktemp("submissions"))
    inbox = home.inbox / MONTH
    inbox.mkdir(parents=True)
    for path in folder.iterdir():
        if path.suffix not in (".md", ".json"):
            shutil.copyfile(path, inbox / path.name)
    receive(home, inbox, MONTH, lambda: datetime(2026, 10, 31, 20))
    settings = Settings(home, truth["standard"], parse_period(MONTH), datetime.fromisoformat(truth["as_of"]))
    run_stages(settings, ("extract", "validate", "load", "measure"))
    measured = home.stage_dir("measure") / truth["standard"] / MONTH
    figures = {
        row["indicator"]: row
        for row in pq.read_table(measured / "figures.parquet").to_pylist()
        if row["unit_level"] == "county"
    }
    statuses = {
        (row["indicator"], row["unit_code"]): row for row in pq.read_table(measured / "assessments.parquet").to_pylist()
    }
    crosschecks = pq.read_table(measured / "crosschecks.parquet").to_pylist()
    return Run(truth, figures, statuses, crosschecks, open_database(home))


def test_every_file_has_its_status(run: Run) -> None:
    got = dict(run.rows("SELECT file_name, status FROM core_submissions"))
    wrong = {
        file["file"]: (got[file["file"]], file["status"])
        for file in run.files
        if got[file["file"]] not in (file["status"], *file["status_also_ok"])
    }
    assert wrong == {}
    assert got["00_教育体育局工作簿_2026年10月.xlsx"] == "accepted"


def test_the_blank_template_is_refused_for_what_it_is(run: Run) -> None:
    assert run.rows("SELECT reject_code FROM core_submissions WHERE status = 'rejected'") == [("E-EMPTY-TEMPLATE",)]


def test_only_the_problem_cells_are_found_and_at_their_address(run: Run) -> None:
    got = run.rows(
        """SELECT file_name, sheet, cell, code FROM core_findings JOIN core_submissions USING (submission_no)
        WHERE severity IN ('error', 'query') ORDER BY ALL"""
    )
    wanted = sorted(
        (file["file"], cell["sheet"], cell["cell"], CODES[cell["kind"]])
        for file in run.files
        for cell in file.get("problem_cells", ())
    )
    assert got == wanted


def test_only_the_spot_check_contradicts_a_school_and_at_its_answer(run: Run) -> None:
    disagreeing = run.truth["bureau"]["spot_check_closed_campus"]["disagree"]
    assert [(row["code"], row["school_code"]) for row in run.crosschecks] == [
        ("Q-SPOT-CHECK", code) for code in disagreeing
    ]
    assert [(row["sheet"], row["cell"]) for row in run.crosschecks] == [("三防及落实情况", "C9")]


def test_headcounts_are_read_from_every_form(run: Run) -> None:
    got = {
        code: counts
        for code, *counts in run.rows(
            "SELECT school_code, student_count, staff_count, boarder_count, girl_boarder_count FROM core_profile"
        )
    }
    wanted = {
        file["school_code"]: [file["students"], file["staff"], file["boarders"], file["girl_boarders"]]
        for file in run.files
        if file["counts_in_totals"]
    }
    assert got == wanted


def test_hazards_are_read_with_their_dates_and_elements(run: Run) -> None:
    rows = run.rows(
        """SELECT s.school_code, h.hazard_no, h.found_date::VARCHAR, h.deadline_date::VARCHAR, h.closed_date::VARCHAR,
            h.responsible_name IS NOT NULL, h.fund_amount IS NOT NULL, h.measure IS NOT NULL,
            coalesce(h.has_plan, false)
        FROM core_hazards AS h JOIN core_submissions AS s USING (submission_no) ORDER BY 1, 2"""
    )
    wanted = [
        (
            file["school_code"],
            hazard["no"],
            hazard["found_date"],
            hazard["deadline"],
            hazard["closed_date"],
            *(hazard["elements"][name] for name in ("responsible", "funds", "measure", "plan")),
        )
        for file in run.files
        if file["counts_in_totals"]
        for hazard in file["hazards"]
    ]
    assert rows == sorted(wanted)


@pytest.mark.parametrize("indicator", ["guards_staffing", "closed_campus", "drill_frequency"])
def test_every_school_has_its_status(run: Run, indicator: str) -> None:
    got = {
        code: row["status"]
        for (name, code), row in run.statuses.items()
        if name == indicator and row["unit_level"] == "school"
    }
    wanted = {file["school_code"]: file[indicator] for file in run.files if file["counts_in_totals"]}
    wanted |= dict.fromkeys(run.truth["totals"]["schools_unreported"], "unreported")
    assert got == wanted


@pytest.mark.parametrize("indicator", ["guards_staffing", "closed_campus", "drill_frequency"])
def test_county_rates_equal_the_truth(run: Run, indicator: str) -> None:
    totals = run.truth["totals"][indicator]
    figure = run.figures[indicator]
    wanted = {name: totals[name] for name in ("met", "unmet", "pending", "unreported", "exempt") if name in totals}
    assert {name: figure[name] for name in wanted} == wanted
    assert figure["denominator"] == run.truth["totals"]["schools_expected"]


def test_ratios_and_closure_equal_the_truth(run: Run) -> None:
    totals = run.truth["totals"]
    for indicator in ("five_elements", "major_listed"):
        figure = run.figures[indicator]
        assert (figure["numerator"], figure["denominator"]) == tuple(totals[indicator].values())
    on_time = run.figures["hazard_closure.on_time_rate"]
    assert (on_time["numerator"], on_time["denominator"]) == (
        totals["hazard_on_time"]["on_time"],
        totals["hazard_on_time"]["due"],
    )
    median = run.figures["hazard_closure.median_days"]
    assert (median["value"], median["denominator"]) == (totals["km"]["median_days"], totals["km"]["n"])
    values = {name: run.figures[f"hazard_closure.{name}"]["value"] for name in ("open", "overdue")}
    assert values == {"open": totals["hazards_open"], "overdue": totals["hazards_overdue"]}
    assert run.figures["guards_staffing.gap"]["value"] == totals["guards_staffing"]["shortfall_guards"]
    assert run.figures["submission_rate"]["numerator"] == totals["schools_with_usable_submission"]


def test_the_bureaus_own_side_equals_the_truth(run: Run) -> None:
    bureau = run.truth["bureau"]
    townships = {
        code: row["status"]
        for (name, code), row in run.statuses.items()
        if name == "tripartite_meetings" and row["unit_level"] == "township"
    }
    assert townships == bureau["tripartite_meetings_Q4"]
    tasks = {name: run.figures[f"task_list.{name}"]["value"] for name in ("open", "done_on_time", "late", "overdue")}
    assert tasks == {name: list(bureau["tasks"].values()).count(name) for name in tasks}
    found, cleared = (run.figures[f"safety_zone.{name}"]["value"] for name in ("found", "cleared"))
    assert (found, cleared) == (bureau["perimeter_october"]["found"], bureau["perimeter_october"]["cleared_by_10_31"])
    agreement = run.figures["three_level_checks.agreement"]
    compared = bureau["spot_check_closed_campus"]
    assert (agreement["numerator"], agreement["denominator"]) == (compared["agree"], compared["compared"])
    for indicator in ("joint_meetings", "five_musts", "office_budget"):
        assert run.figures[indicator]["met"] == 1
