"""revision.csv and revision.html of a release: which figures moved against the release before, and why."""

from __future__ import annotations

from pathlib import Path

from pipelines.publish.cause_text import COLUMNS, cause_rows
from pipelines.publish.causes import Causes, folder_causes
from pipelines.publish.revision_page import Moments, render_revision
from pipelines.report.csv_files import csv_text

CSV, PAGE = "revision.csv", "revision.html"


def write_revision(building: Path, revised: Path, reason: str) -> None:
    """revision.csv (columns of cause_text.COLUMNS, then the reason) and revision.html, in the release being made."""
    causes = folder_causes(revised, building)
    (building / CSV).write_text(revision_csv(causes, reason), encoding="utf-8-sig", newline="")
    page = render_revision(causes, reason, Moments.of(revised, building))
    (building / PAGE).write_text(page, encoding="utf-8", newline="")


def revision_csv(causes: Causes, reason: str) -> str:
    """The table as text; no value starts a formula."""
    reasoned = (row | {"reason": reason.strip()} for row in cause_rows(causes))
    return csv_text([*COLUMNS, "reason"], reasoned)
