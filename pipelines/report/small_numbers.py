"""Schools' own numbers under a sensitive provision, as a report may list them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.metadata.standards import Standard

_NUMBERS = ("actual", "required", "done", "due")


def without_small(standard: Standard, assessments: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of the assessments, less the numbers of a sensitive indicator that is small somewhere: no school's stands.

    A school is the level below those of the figures, and is hidden by the same rule: one small number hides them all.
    """
    limits = {
        indicator: float(provision.suppress_below.value)
        for provision in standard.provisions
        if provision.suppress_below is not None
        for indicator in provision.indicators
    }
    small = {
        row["indicator"]
        for row in assessments
        if any(0 < (row[name] or 0) < limits.get(row["indicator"], 0) for name in _NUMBERS)
    }
    hidden: dict[str, Any] = {"reason": "suppressed", **dict.fromkeys(_NUMBERS)}
    return [{**row, **(hidden if row["indicator"] in small else {})} for row in assessments]
