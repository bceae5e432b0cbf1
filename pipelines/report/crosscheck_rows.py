"""Rows of crosschecks.parquet as the bureau reads them: there, and only there, other schools are named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.report import wording


def told_to_bureau(checked: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rows with the schools that share each named in its message, by name and code; `names` is by school code.

    A receipt tells the school only that another one sent the same.
    """
    return [{**row, "message": row["message"] + _shared_with(row, names)} for row in checked]


def _shared_with(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    if not row["others"]:
        return ""
    shown = [wording.text("crosschecks.school", name=names.get(code, ""), code=code) for code in row["others"]]
    form = "shared_with" if len(shown) == row["other_count"] else "shared_with_many"
    schools = wording.text("bulletin.separator").join(shown)
    return wording.text(f"crosschecks.{form}", schools=schools, count=row["other_count"])
