"""The county's figures against the truth that was planted: every indicator, every month, both standards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipelines.load.database import open_database
from pipelines.metadata.periods import parse_period
from pipelines.receive.inbox import receive
from pipelines.sample.county import County, make_county
from pipelines.settings import Settings
from pipelines.stages import run_stages
from pipelines.store.home import Home

MONTHS = ("2026-08", "2026-09", "2026-10")
SCHOOLS = 40
NO_VALUE = ("no_data", "not_reached")


@dataclass(frozen=True)
class Bureau:
    """A county that was received and loaded."""

    county: County
    home: Home

    def figures(self, month: str) -> dict[str, dict[str, Any]]:
        """The county's figures of a month, as of the moment that the truth speaks of."""
        as_of = datetime.fromisoformat(self.county.truth["months"][month]["as_of"])
        settings = Settings(self.home, self.county.standard, parse_period(month), as_of)
        run_stages(settings, ("measure",))
        path = self.home.stage_dir("measure") / self.county.standard / month / "figures.parquet"
        rows = pq.read_table(path).to_pylist()
        return {row["indicator"]: row for row in rows if row["unit_level"] == "county"}


@pytest.fixture(scope="module", params=["jinghong-2019", "sunite-2022"])
def bureau(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    folder = tmp_path_factory.mktemp("truth")
    county = make_county(folder / "county", 4, SCHOOLS, MONTHS, request.param)
    home = Home(folder / "home")
    for delivery in county.deliveries:
        receive(home, delivery.folder, delivery.period, lambda moment=delivery.received_at: moment)  # type: ignore[misc]
    run_stages(Settings(home, county.standard, parse_period(MONTHS[-1])), ("extract", "validate", "load"))
    yield Bureau(county, home)


def _differences(got: dict[str, Any], wanted: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Fields in which a figure is not as planted; a figure without a value has no numerator to compare."""
    empty = ("numerator", "denominator", "value") if got["status"] in NO_VALUE else ()
    return {
        name: (got[name], value)
        for name, value in wanted.items()
        if name not in ("unknown", *empty) and (None if got[name] is None else float(got[name])) != value
    }


@pytest.mark.parametrize("month", MONTHS)
def test_every_figure_equals_the_planted_truth(bureau: Bureau, month: str) -> None:
    wanted = bureau.county.truth["months"][month]["figures"][bureau.county.standard]
    got = bureau.figures(month)
    assert set(got) == set(wanted)
    differing = {name: found for name in wanted if (found := _differences(got[name], wanted[name]))}
    assert differing == {}
    assert sum(row["status"] not in NO_VALUE for row in got.values()) > len(got) / 2


def test_every_file_ends_as_it_was_planted(bureau: Bureau) -> None:
    with open_database(bureau.home) as connection:
        rows = connection.execute("SELECT sent_period, file_name, status FROM core_submissions ORDER BY submission_no")
        got = [(month, name, status.removesuffix("_with_findings")) for month, name, status in rows.fetchall()]
    wanted = [(arrival.month, arrival.file_name, arrival.outcome) for arrival in bureau.county.arrivals]
    assert sorted(got) == sorted(wanted)


def test_a_school_that_sent_nothing_lowers_the_rate(bureau: Bureau) -> None:
    truth = bureau.county.truth["months"]["2026-10"]
    rate = bureau.figures("2026-10")["submission_rate"]
    sent = [code for code, entry in truth["submissions"].items() if entry["status"].startswith("accepted")]
    silent = set(truth["expected"]) - set(sent)
    assert silent
    assert rate["numerator"] == len(set(truth["expected"])) - len(silent)
    assert rate["denominator"] == len(truth["expected"])
    path = bureau.home.stage_dir("measure") / bureau.county.standard / "2026-10" / "assessments.parquet"
    named = {
        row["unit_code"]
        for row in pq.read_table(path).to_pylist()
        if row["indicator"] == "submission_rate" and row["status"] != "met"
    }
    assert named == silent
