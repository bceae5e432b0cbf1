"""A trace held against a release: the same standard, period and moment, and the figures that were published."""

from __future__ import annotations

from pathlib import Path

from pipelines.errors import IntegrityError
from pipelines.metadata.periods import parse_period
from pipelines.publish.difference import COMPARED, Figures, compare, figures_path, read_figures
from pipelines.publish.manifest import read_manifest
from pipelines.publish.wording import say
from pipelines.report.csv_files import written
from pipelines.reproduce.trace import Trace
from pipelines.settings import Settings
from pipelines.store.home import Home


def published_settings(release: Path, home: Home) -> Settings:
    """What the release is about, in a home that holds the same."""
    manifest = read_manifest(release)
    return Settings(home, manifest.standard, parse_period(manifest.period), manifest.as_of)


def check_published(trace: Trace, release: Path) -> None:
    """IntegrityError naming each traced figure that is another in the release."""
    made: Figures = {
        (one.standard, one.period, one.indicator, one.unit_level, one.unit_code): {
            "unit_name": one.unit_name,
            **{name: written(getattr(one, name)) for name in COMPARED},
        }
        for one in trace.figures
    }
    published: Figures = {key: row for key, row in read_figures(figures_path(release)).items() if key in made}
    if moved := compare(published, made):
        raise IntegrityError(say("trace.other_figures", release=release, moved=moved))
