"""Tables that measure wrote, read for the report: as they are, as mappings, as dataclasses."""

from __future__ import annotations

import math
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import pyarrow

from pipelines.errors import PipelineError
from pipelines.metadata.periods import Period
from pipelines.settings import Settings
from pipelines.store.tables import read_table
from pipelines.wording import text

Row = TypeVar("Row")


def measured_dir(settings: Settings, period: Period) -> Path:
    """Where measure put the tables of that period."""
    return settings.home.stage_dir("measure") / settings.standard / period.label


def read_cross_checks(settings: Settings) -> list[dict[str, Any]]:
    """Findings of the cross-checks, by file, sheet and row; PipelineError where measure has not run."""
    return read_measured(measured_dir(settings, settings.period), "crosschecks")


def read_measured(folder: Path, name: str) -> list[dict[str, Any]]:
    """Rows of one table of a measured folder; PipelineError where measure has not run."""
    rows: list[dict[str, Any]] = read_measured_table(folder, name).to_pylist()
    return rows


def read_measured_table(folder: Path, name: str) -> pyarrow.Table:
    """The same as a table: one without rows keeps its columns."""
    path = folder / f"{name}.parquet"
    if not path.exists():
        where = {"standard": folder.parent.name, "period": folder.name, "file": path.name}
        raise PipelineError(text("errors.not_measured", **where))
    return read_table(path)


def _present(value: Any, form: str) -> Any:
    """The value as the dataclass declares it: no NaN, times that arrive as ISO text read."""
    if isinstance(value, float) and math.isnan(value):
        return None
    if form == "str":
        return value or ""
    if form.startswith("date") and isinstance(value, str):
        return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return value


def as_rows(kind: type[Row], rows: list[dict[str, Any]]) -> tuple[Row, ...]:
    """Rows as dataclasses; an absent text is the empty string, an absent number stays None."""
    forms = [(field.name, str(field.type)) for field in fields(kind)]  # type: ignore[arg-type]
    return tuple(kind(**{name: _present(row[name], form) for name, form in forms}) for row in rows)
