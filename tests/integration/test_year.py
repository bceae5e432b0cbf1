"""A year of a small county, month by month through the real commands: what tests/year lives over 300 schools."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from pipelines.metadata.periods import parse_period
from tests.year.apart import live_apart
from tests.year.county import FEWEST
from tests.year.page import page_of
from tests.year.standard import FROM, NEW

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return live_apart(tmp_path_factory.mktemp("year") / "of one county", FEWEST)


def _problems(year: dict[str, Any]) -> Iterable[str]:
    return (f"{month['label']}: {problem}" for month in year["months"] for problem in month["problems"])


def _releases(year: dict[str, Any]) -> set[str]:
    return {path for month in year["months"] for path in month["releases"]}


def test_every_figure_row_and_state_is_right_in_every_month(year: dict[str, Any]) -> None:
    assert list(_problems(year)) == []


def test_a_month_is_made_again_and_every_revision_explained(year: dict[str, Any]) -> None:
    assert year["ending"] == []


def test_every_month_and_every_kind_of_period_is_published(year: dict[str, Any]) -> None:
    published = {path.split("/")[1] for path in _releases(year)}
    assert set(parse_period("2026-2027").months) <= published
    assert {parse_period(label).kind for label in published} >= {"quarter", "semester", "school_year", "calendar_year"}


def test_the_new_standard_takes_over_in_mid_year(year: dict[str, Any]) -> None:
    assert next(month["label"] for month in year["months"] if month["standard"] == NEW) == FROM
    assert len({month["standard"] for month in year["months"]}) == 2


def test_the_year_is_as_mixed_as_a_real_one(year: dict[str, Any]) -> None:
    """Late, missing, refused, doubled and revised files, and every change of the register."""
    months = year["months"]
    files = {name: sum(month["files"].get(name, 0) for month in months) for name in ("rejected", "duplicate")}
    states = {name: sum(month["states"][name] for month in months) for name in ("on_time", "late", "missing")}
    assert min(files.values()) > 0
    assert min(states.values()) > 0
    events = " ".join(event for month in months for event in month["events"])
    for change in ("停办", "新建", "并入", "变更标识码", "划转", "revised", "old code"):
        assert change in events
    for change in ("register recode", "register undo", "register close", "correction withdrawn"):
        assert change in events


def test_a_revised_month_makes_later_ones_stale_until_they_are_published_again(year: dict[str, Any]) -> None:
    december = next(month for month in year["months"] if month["label"] == "2026-12")
    stale = {path.rpartition("/")[0] for path in december["stale"]}
    assert {"jinghong-2019/2026-10", "jinghong-2019/2026-11"} <= stale
    assert {f"{path}/r2" for path in stale} <= set(december["releases"])


def test_a_correction_and_a_late_change_of_the_register_make_their_months_stale(year: dict[str, Any]) -> None:
    stale = {month["label"]: month["stale"] for month in year["months"]}
    assert "jinghong-2019/2026-10/r2" in stale["2027-01"]
    assert {"jinghong-2027/2027-05/r1"} <= set(stale["2027-06"])


def test_the_page_tells_every_month(year: dict[str, Any]) -> None:
    page = page_of(year)
    assert "**0 differences**" in page
    assert all(page.count(f"| {month['label']} |") == 3 for month in year["months"])
