"""What the report says of windows that had begun before schools first reported to this home."""

from __future__ import annotations

from pipelines.metadata.periods import parse_period
from pipelines.report import wording
from pipelines.report.material import Material
from pipelines.report.naming import day_name, period_name


def early_windows_text(material: Material) -> str:
    """One sentence naming those windows and what it means for them; empty where there are none."""
    if material.first_month is None:
        return ""
    first = parse_period(material.first_month)
    spans = {
        (row.window_start, row.window_end)
        for row in material.assessments
        if row.window_start and row.window_end and row.window_start < first.start <= row.window_end
    }
    if not spans:
        return ""
    windows = (wording.text("proof.window", start=day_name(start), end=day_name(end)) for start, end in sorted(spans))
    separator = wording.text("bulletin.separator")
    return wording.text("page.first_month", month=period_name(first), windows=separator.join(windows))
