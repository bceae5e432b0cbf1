"""One county, written into a home and reported once for the whole session of a worker."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.report import stage
from pipelines.report.material import Material
from pipelines.settings import Settings
from tests.unit.report import county, county_home


@dataclass(frozen=True)
class Reported:
    """A county of 60 schools, its settings and the folder of its report."""

    material: Material
    settings: Settings
    folder: Path


@pytest.fixture(scope="session")
def planted() -> Material:
    """The county's material as planted, without any file."""
    return county.material()


@pytest.fixture(scope="session")
def reported(planted: Material, tmp_path_factory: pytest.TempPathFactory) -> Reported:
    """The county's report, written by the stage."""
    settings = county_home.write_home(tmp_path_factory.mktemp("home"), planted)
    stage.write_pages(settings)
    return Reported(planted, settings, stage.report_dir(settings))
