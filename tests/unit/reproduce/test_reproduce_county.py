"""A small county published, built again from its originals, and again after one original or one figure was changed."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from pipelines.errors import IntegrityError
from pipelines.metadata.periods import parse_period
from pipelines.publish.release import publish
from pipelines.receive.inbox import receive
from pipelines.reproduce.rebuild import reproduce
from pipelines.reproduce.trace import trace
from pipelines.sample.county import make_county
from pipelines.settings import Settings
from pipelines.stages import run_stages
from pipelines.store.home import Home

pytestmark = pytest.mark.slow

STANDARD = "jinghong-2019"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Path]:
    """October of a county of five schools, published after September was measured."""
    root = tmp_path_factory.mktemp("county")
    county = make_county(root / "deliveries", 11, 5, ["2026-09", "2026-10"], STANDARD)
    home = Home(root / "home")
    for delivery in county.deliveries:
        receive(home, delivery.folder, delivery.period, lambda at=delivery.received_at: at)  # type: ignore[misc]
    september = Settings(home, STANDARD, parse_period("2026-09"), datetime(2026, 10, 31, 18))
    run_stages(september, ("extract", "validate", "load", "measure"))
    october = Settings(home, STANDARD, parse_period("2026-10"), datetime(2026, 11, 30, 18))
    run_stages(october)
    return october, publish(october, "first")


def test_every_figure_and_file_comes_out_the_same(published: tuple[Settings, Path], tmp_path: Path) -> None:
    settings, release = published
    found = reproduce(release, settings.home.originals, tmp_path / "clean")
    assert found.differences == ()
    assert found.environment == ()
    assert found.figure_count > 50
    assert found.file_count > 20


def test_one_original_that_was_changed_is_named(published: tuple[Settings, Path], tmp_path: Path) -> None:
    settings, release = published
    vault = tmp_path / "vault"
    shutil.copytree(settings.home.originals, vault)
    path = sorted(vault.glob("*/*"))[0]
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(IntegrityError, match=path.name):
        reproduce(release, vault)


def test_a_figure_leads_to_the_schools_files(published: tuple[Settings, Path]) -> None:
    settings, _ = published
    found = trace(settings, "closed_campus")
    assert len(found.figures) == 1
    decided = [one for one in found.schools if one.assessment and one.assessment.status in ("met", "unmet")]
    assert decided
    for school in decided:
        assert [cell.label.split(" · ")[1] for cell in school.sources[0].cells] == ["是否落实", "落实(检查)日期"]
        assert school.sources[0].cells[0].text
        assert school.sources[0].cells[0].address
    assert found.sql
