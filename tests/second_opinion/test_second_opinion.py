"""A second opinion on every provision: plain pandas beside the pipeline's SQL, over random counties.

It must stay independent: what stands beside this file is written from provisions.csv, architecture.md, domain.md and
each provision's reading, and never from pipelines/measure or the sample's truth. When the two differ, the text
decides; the opinion is not to be bent to the SQL. `make fuzz` runs more counties; OPINION_COUNTIES says how many.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from pipelines.load.database import open_database
from pipelines.measure.measuring import measure
from pipelines.metadata.periods import parse_period
from pipelines.metadata.standards import SpotChecks, Standard, load_standard
from pipelines.publish.figure_check import figure_problems
from pipelines.receive.inbox import receive
from pipelines.sample.county import make_county
from pipelines.settings import Settings
from pipelines.stages import run_stages
from pipelines.store.home import Home
from tests.second_opinion.anqing import ANQING
from tests.second_opinion.calendar import CONTRACTS, calendar
from tests.second_opinion.compare import differences
from tests.second_opinion.counties import random_county
from tests.second_opinion.desk import Desk
from tests.second_opinion.drawing import ITEMS
from tests.second_opinion.jinghong import JINGHONG
from tests.second_opinion.opinions import Opinions
from tests.second_opinion.sunite import SUNITE
from tests.second_opinion.wujin import WUJIN
from tests.second_opinion.xx_county import XX_COUNTY
from tests.standards import shortly
from tests.unit.publish.published import write_published

OPINIONS = {
    "anqing-2018": ANQING,
    "jinghong-2019": JINGHONG,
    "sunite-2022": SUNITE,
    "wujin-2020": WUJIN,
    "xx-county": XX_COUNTY,
}
MONTHS = ("2026-09", "2026-10", "2026-11", "2026-12", "2027-01", "2027-02")
COUNTIES = int(os.environ.get("OPINION_COUNTIES", "2"))
SCHOOLS = 14


@dataclass(frozen=True)
class Moment:
    """A month measured, as of when, in the county of a seed."""

    seed: int
    month: str
    as_of: str

    def __str__(self) -> str:
        return f"{self.seed}-{self.month}-{self.as_of}"


def moments() -> list[Moment]:
    """Each county at another month; every third in the middle of the month itself."""
    found = []
    for seed in range(1, COUNTIES + 1):
        month = MONTHS[(seed + 2) % len(MONTHS)]
        found.append(Moment(seed, month, f"{month}-20" if seed % 3 == 0 else "2027-03-20"))
    return found


def differing(
    connection: duckdb.DuckDBPyConnection, standard: Standard, month: str, as_of: datetime, folder: Path
) -> list[str]:
    """What the pipeline and the second opinion do not agree on, and what a release of it would not prove by itself."""
    measured = measure(connection, standard, parse_period(month), as_of)
    manifest = write_published(folder / month, connection, measured, standard, month, as_of)
    desk = Desk(
        connection,
        calendar(standard.calendar),
        standard.excluded_school_types,
        month,
        as_of,
        do_visits_count=standard.spot_checks.is_visit,
    )
    opinions = OPINIONS[standard.id]
    differ = differences(desk, opinions, measured.figures.to_pandas(), measured.assessments.to_pandas())
    return [*differ, *figure_problems(folder / month, manifest)]


def standard_ids() -> list[str]:
    """Every standard on file."""
    return sorted(path.stem for path in (CONTRACTS / "standards").glob("*.yaml"))


@pytest.mark.parametrize("standard_id", standard_ids())
def test_every_provision_has_an_opinion(standard_id: str) -> None:
    """None missing, none stale."""
    opinions = OPINIONS.get(standard_id, Opinions())
    provisions = {provision.id: provision for provision in load_standard(standard_id).provisions}
    told = {name for name in opinions.names if name in provisions}
    told |= {name.rpartition(".")[0] for name in opinions.names if name.rpartition(".")[0] in provisions}
    stale = {name for name in opinions.names if name not in provisions and name.rpartition(".")[0] not in provisions}
    assert (sorted(set(provisions) - told), sorted(stale)) == ([], [])


@pytest.mark.parametrize("moment", moments(), ids=str)
@pytest.mark.parametrize("standard_id", sorted(OPINIONS))
def test_random_core_tables_give_the_same_figures(standard_id: str, moment: Moment, tmp_path: Path) -> None:
    """Blanks, unreadable cells, lost rows, nil returns, missing months, openings and closings in mid-window."""
    standard = load_standard(standard_id)
    bodies = [item["id"] for item in ITEMS if item["kind"].startswith("body")]
    connection = random_county(moment.seed, MONTHS, standard.document, [*standard.asked_items, *bodies])
    found = differing(connection, standard, moment.month, datetime.fromisoformat(moment.as_of), tmp_path)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("seed", range(1, max(COUNTIES // 2, 1) + 1))
@pytest.mark.parametrize("standard_id", shortly(sorted(OPINIONS)))
def test_what_visits_saw_gives_the_same_figures_where_it_counts(standard_id: str, seed: int, tmp_path: Path) -> None:
    """The standard with `spot_checks: visit`, over a county much visited: other verdicts than by self-report."""
    own = load_standard(standard_id)
    standard = replace(own, spot_checks=SpotChecks("visit", "x"))
    connection = random_county(seed + 20, MONTHS[:3], own.document, own.asked_items, is_visited=True)
    month, as_of = MONTHS[2], datetime(2027, 3, 20)
    found = differing(connection, standard, month, as_of, tmp_path)
    assert not found, "\n".join(found)
    by_self, by_visit = (measure(connection, one, parse_period(month), as_of).assessments for one in (own, standard))
    seen = connection.execute("SELECT count(*) FROM fact_visited_item WHERE month = ?", [month]).fetchone()
    assert (by_self != by_visit) == (seen != (0,))


@pytest.mark.parametrize("seed", range(1, max(COUNTIES // 2, 1) + 1))
@pytest.mark.parametrize("standard_id", shortly(sorted(OPINIONS)))
def test_a_messy_county_from_workbooks_gives_the_same_figures(standard_id: str, seed: int, tmp_path: Path) -> None:
    """The sample's workbooks, received, extracted, validated and loaded."""
    months = MONTHS[:3]
    standard = load_standard(standard_id)
    county = make_county(tmp_path / "county", seed, SCHOOLS, months, standard_id)
    home = Home(tmp_path / "home")
    for delivery in county.deliveries:
        receive(home, delivery.folder, delivery.period, lambda moment=delivery.received_at: moment)  # type: ignore[misc]
    run_stages(Settings(home, standard_id, parse_period(months[-1])), ("extract", "validate", "load"))
    with open_database(home) as connection:
        found = [
            f"{month} {each}"
            for month in months
            for each in differing(connection, standard, month, datetime(2027, 3, 20), tmp_path / "released")
        ]
    assert not found, "\n".join(found)
