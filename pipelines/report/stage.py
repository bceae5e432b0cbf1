"""The last stage: measured figures become files that people read, and each school's receipt."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from pipelines.progress import track
from pipelines.report.bulletin import compose
from pipelines.report.csv_files import write_csv_files
from pipelines.report.document import write_document
from pipelines.report.gathering import gather
from pipelines.report.manifest import write_manifest
from pipelines.report.notebook_pages import write_notebooks
from pipelines.report.page import write_page
from pipelines.report.proof_pages import write_proof_pages
from pipelines.report.receipts import write_receipts
from pipelines.report.school_pages import write_school_page
from pipelines.report.workbook import write_workbook
from pipelines.settings import Settings


def report_dir(settings: Settings) -> Path:
    """reports/<standard>/<period> of the home."""
    return settings.home.reports / settings.standard / settings.period.label


def write_pages(settings: Settings) -> None:
    """Everything under reports/<standard>/<period>, the manifest last."""
    settings = settings.resolved()
    folder = report_dir(settings)
    folder.mkdir(parents=True, exist_ok=True)
    material = gather(settings)
    bulletin = compose(material)
    steps: tuple[Callable[[], object], ...] = (
        partial(write_csv_files, material, folder),
        partial(write_workbook, material, folder),
        partial(write_document, bulletin, material.as_of, folder),
        partial(write_notebooks, material, settings.home, folder),
        partial(write_page, material, folder, settings.home.reports),
        partial(write_school_page, settings, material, folder),
        partial(write_proof_pages, settings, material, folder),
        partial(write_manifest, material, settings.home, folder),
    )
    for write in track(steps, "report", len(steps)):
        write()


def run(settings: Settings) -> None:
    """Write the report of one standard and period, then the receipts of the schools."""
    settings = settings.resolved()
    write_pages(settings)
    write_receipts(settings)
