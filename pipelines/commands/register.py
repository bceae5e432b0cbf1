"""The schools that the register expects, as loaded."""

from __future__ import annotations

from pathlib import Path

from pipelines.collect.templates import School
from pipelines.commands.wording import text
from pipelines.errors import PipelineError
from pipelines.load.database import open_database
from pipelines.settings import Settings

_QUERY = Path(__file__).with_name("expected_schools.sql")


def expected_schools(settings: Settings) -> list[School]:
    """Schools due on the period's last day, by code; PipelineError where no register was received by `as_of`.

    `settings.as_of` is set, and the database is loaded.
    """
    assert settings.as_of is not None
    values = {
        "as_of": settings.as_of,
        "month": settings.period.last_month,
        "day": min(settings.period.end, settings.as_of.date()),
    }
    with open_database(settings.home) as connection:
        rows = connection.execute(_QUERY.read_text(encoding="utf-8"), values).fetchall()
    if not rows:
        raise PipelineError(text("errors.no_register", inbox=settings.home.inbox / settings.period.last_month))
    return [School(*(value or "" for value in row)) for row in rows]
