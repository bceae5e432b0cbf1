"""The schools that the register expects, as loaded."""

from __future__ import annotations

from datetime import date

from pipelines.collect.templates import School
from pipelines.errors import PipelineError
from pipelines.load.database import open_database
from pipelines.metadata.standards import load_standard
from pipelines.settings import Settings
from pipelines.store.ledger import read_ledger
from pipelines.store.register import register_sql
from pipelines.wording import text

_EXPECTED = f"""
SELECT school_code, school_name, school_type, ownership, urban_rural, township
FROM ({register_sql()}
) AS register
WHERE is_expected
ORDER BY school_code"""


def expected_schools(settings: Settings, day: date | None = None) -> list[School]:
    """Schools due on that day, by default the cut-off; PipelineError where no register was received by `as_of`.

    In order of codes. `settings.as_of` is set, and the database is loaded.
    """
    assert settings.as_of is not None
    day = day or min(settings.period.end, settings.as_of.date())
    values = {
        "as_of": settings.as_of,
        "month": settings.period.last_month,
        "day": day,
        "excluded_school_types": list(load_standard(settings.standard).excluded_school_types),
    }
    with open_database(settings.home, settings.as_of) as connection:
        rows = connection.execute(_EXPECTED, values).fetchall()
    if not rows:
        later = [entry.received_at for entry in read_ledger(settings.home) if entry.received_at > settings.as_of]
        if later:
            moments = {"as_of": settings.as_of, "last": max(later).isoformat(timespec="seconds")}
            raise PipelineError(text("errors.no_register_by", **moments))
        raise PipelineError(text("errors.no_register", inbox=settings.home.inbox / settings.period.last_month))
    return [School(*(value or "" for value in row)) for row in rows]
