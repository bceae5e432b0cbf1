"""A small synthetic county feeds every provision of every standard: no figure is empty and no verdict is foregone."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipelines.metadata.crosschecks import cross_checks
from pipelines.metadata.periods import parse_period
from pipelines.metadata.standards import Standard, load_standard, standard_ids
from pipelines.receive.inbox import receive
from pipelines.sample.county import make_county
from pipelines.settings import Settings
from pipelines.stages import run_stages
from pipelines.store.home import Home
from tests.standards import shortly

pytestmark = pytest.mark.slow

MONTHS = ("2026-09", "2026-10", "2026-11")
SCHOOLS = 16
SEED = 1
STATUSES = {"met", "unmet", "pending", "exempt", "unreported"}


@dataclass(frozen=True)
class Fed:
    """What the months of one county came to: figures of the whole county, and everyone's assessments."""

    standard: Standard
    figures: tuple[dict[str, Any], ...]
    assessments: tuple[dict[str, Any], ...]
    doubts: frozenset[str]
    """Codes of what the cross-checks ask of the last month."""

    def statuses(self, indicator: str) -> Counter[str]:
        """How often each status was given under that indicator, over all months."""
        return Counter(row["status"] for row in self.assessments if row["indicator"] == indicator)


@pytest.fixture(scope="module", params=shortly(standard_ids()))
def fed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Fed:
    folder = tmp_path_factory.mktemp("fed")
    county = make_county(folder / "county", SEED, SCHOOLS, MONTHS, request.param)
    home = Home(folder / "home")
    for delivery in county.deliveries:
        receive(home, delivery.folder, delivery.period, lambda moment=delivery.received_at: moment)  # type: ignore[misc]
    run_stages(Settings(home, county.standard, parse_period(MONTHS[-1])), ("extract", "validate", "load"))
    figures: list[dict[str, Any]] = []
    assessments: list[dict[str, Any]] = []
    doubts: set[str] = set()
    for month in MONTHS:
        run_stages(Settings(home, county.standard, parse_period(month)), ("measure",))
        folder = home.stage_dir("measure") / county.standard / month
        figures += (row for row in _rows(folder, "figures") if row["unit_level"] == "county")
        assessments += _rows(folder, "assessments")
        doubts = {row["code"] for row in _rows(folder, "crosschecks")}
    return Fed(load_standard(request.param), tuple(figures), tuple(assessments), frozenset(doubts))


def _rows(folder: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(folder / f"{name}.parquet").to_pylist()
    return rows


def test_every_provision_has_a_figure_with_a_value(fed: Fed) -> None:
    values = defaultdict(list)
    for row in fed.figures:
        if row["value"] is not None:
            values[row["indicator"]].append(row["value"])
    assert [one.id for one in fed.standard.provisions if not any(values[name] for name in one.indicators)] == []


def test_the_last_month_has_a_figure_for_every_provision(fed: Fed) -> None:
    """It is the month that the demo shows."""
    known = {row["indicator"] for row in fed.figures if row["period"] == MONTHS[-1] and row["value"] is not None}
    assert [one.id for one in fed.standard.provisions if known.isdisjoint(one.indicators)] == []


def test_every_rule_is_met_by_some_and_not_by_others(fed: Fed) -> None:
    foregone = {}
    for provision in fed.standard.provisions:
        found = fed.statuses(provision.id)
        if provision.kind == "rule" and not (found["met"] and found["unmet"] + found["unreported"]):
            foregone[provision.id] = dict(found)
    assert foregone == {}


def test_every_duty_of_the_bureau_is_met_in_one_month_and_not_in_another(fed: Fed) -> None:
    foregone = {}
    for provision in fed.standard.provisions:
        found = fed.statuses(provision.id)
        if provision.kind == "bureau_rule" and not (found["met"] and len(found) > 1):
            foregone[provision.id] = dict(found)
    assert foregone == {}


def test_the_tasks_of_the_document_are_done_in_time_late_open_and_not_listed(fed: Fed) -> None:
    tasks = [provision.id for provision in fed.standard.provisions if provision.task]
    found = sum((fed.statuses(task) for task in tasks), Counter[str]())
    assert not tasks or set(found) == {"met", "unmet", "unreported"}


def test_every_status_occurs(fed: Fed) -> None:
    assert {row["status"] for row in fed.assessments} >= STATUSES


def test_the_last_month_gives_every_cross_check_something_to_ask(fed: Fed) -> None:
    """Those over whole files; a rule of one row is its sheet's own."""
    assert fed.doubts == {check.code for check in cross_checks() if not check.is_row_rule}


def test_numbers_are_values_zeros_and_blanks(fed: Fed) -> None:
    ratios = {provision.id for provision in fed.standard.provisions if provision.kind == "ratio"}
    done = [row["done"] for row in fed.assessments if row["indicator"] in ratios]
    assert None in done
    assert 0 in done
    assert max(value for value in done if value is not None) > 0
