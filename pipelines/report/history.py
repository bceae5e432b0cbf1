"""Headline rates of earlier periods, as measure left them: what trends are drawn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow.parquet

from pipelines.metadata.periods import Period
from pipelines.report.display import Number

PERIODS = 12
"""How many earlier periods a trend goes back: with the report's own, the same month of the year before is seen."""
_LEVELS = ("county", "township")
_COLUMNS = ("indicator", "unit_level", "unit_code", "numerator", "denominator", "as_of")


@dataclass(frozen=True)
class Past:
    """One earlier period: as of when it was measured, and numerator and denominator of its rates by figure key."""

    period: Period
    as_of: str
    pairs: Mapping[str, tuple[Number | None, Number | None]]

    @property
    def moment(self) -> datetime:
        """As of when it was measured."""
        return datetime.fromisoformat(self.as_of)


def read_past(folder: Path, period: Period, indicators: Sequence[str]) -> Past | None:
    """The headline rates of one measured folder, of the county and its townships; None where nothing was measured."""
    path = folder / "figures.parquet"
    if not path.exists():
        return None
    wanted = [("indicator", "in", list(indicators)), ("unit_level", "in", list(_LEVELS))]
    rows = pyarrow.parquet.read_table(path, columns=list(_COLUMNS), filters=wanted).to_pylist()
    pairs = {
        f"{row['indicator']}|{row['unit_level']}|{row['unit_code']}": (row["numerator"], row["denominator"])
        for row in rows
    }
    return Past(period, max((_iso(row["as_of"]) for row in rows), default=""), pairs)


def _iso(moment: object) -> str:
    """A moment as text; what measure left as text stays so."""
    return moment.isoformat(timespec="seconds") if hasattr(moment, "isoformat") else str(moment)
