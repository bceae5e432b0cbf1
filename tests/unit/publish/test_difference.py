"""Differences between two reports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from pipelines.errors import UsageError
from pipelines.publish.difference import diff
from pipelines.publish.release import publish
from pipelines.settings import Settings

Write = Callable[..., None]


def test_the_same_figures_as_of_another_moment_do_not_differ(tmp_path: Path, figures: Write) -> None:
    figures(tmp_path / "a" / "figures.csv", {"closed_campus": (9, 13)})
    figures(tmp_path / "b" / "figures.csv", {"closed_campus": (9, 13)}, datetime(2026, 12, 1))
    found = diff(tmp_path / "a", tmp_path / "b")
    assert not found
    assert str(found) == ""


def test_moved_new_and_vanished_figures_are_listed_by_column(tmp_path: Path, figures: Write) -> None:
    figures(tmp_path / "a" / "figures.csv", {"closed_campus": (9, 13), "old_one": (1, 2)})
    figures(tmp_path / "b" / "figures.csv", {"closed_campus": (9, 12), "new_one": (1, 2)})
    found = {(one.key[2], one.column): (one.old, one.new) for one in diff(tmp_path / "a", tmp_path / "b")}
    assert found["closed_campus", "denominator"] == ("13", "12")
    assert ("closed_campus", "numerator") not in found
    assert found["old_one", "numerator"] == ("1", None)
    assert found["new_one", "numerator"] == (None, "1")
    assert "closed_campus　全市　denominator：13 → 12" in str(diff(tmp_path / "a", tmp_path / "b")).splitlines()


def test_a_release_is_compared_with_a_report(settings: Settings, figures: Write) -> None:
    release = publish(settings, "")
    report = settings.home.reports / "jinghong-2019" / "2026-10"
    assert len(diff(release, report)) == 0
    figures(report / "figures.csv", {"closed_campus": (9, 13), "guards_staffing": (8, 13)})
    assert {one.key[2] for one in diff(release, report)} == {"guards_staffing"}


def test_a_folder_without_figures_or_a_figure_given_twice_is_refused(tmp_path: Path, figures: Write) -> None:
    with pytest.raises(UsageError, match="不是一份报告或发布版"):
        diff(tmp_path, tmp_path)
    figures(tmp_path / "figures.csv", {"closed_campus": (9, 13)})
    path = tmp_path / "figures.csv"
    path.write_bytes(path.read_bytes() + path.read_bytes().splitlines(keepends=True)[-1])
    with pytest.raises(UsageError, match="出现多次"):
        diff(tmp_path, tmp_path)
