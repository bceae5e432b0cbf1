"""Stage load: the database, built from the validated batches."""

from __future__ import annotations

from pipelines.load.database import build_database
from pipelines.settings import Settings


def run(settings: Settings) -> None:
    """Build the database of the home anew, as of the run's moment; what it was before does not matter."""
    build_database(settings.home, settings.resolved().as_of)
