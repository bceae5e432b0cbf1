"""Receipts: every submission with something to mend gets its own sheets back, marked, with what to do first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pipelines.errors import IntegrityError
from pipelines.extract.batch import Original
from pipelines.extract.grids import Grid
from pipelines.extract.remarks import Rejected
from pipelines.extract.sandbox import read_grids_isolated
from pipelines.report.receipt_content import Receipt
from pipelines.report.receipt_front import draw_front
from pipelines.report.receipt_paper import open_paper, sheet_names
from pipelines.report.receipt_personal import drawable_grids
from pipelines.report.receipt_query import read_receipts
from pipelines.report.receipt_sheets import draw_sheet, marks_by_sheet
from pipelines.settings import Settings
from pipelines.store.home import Home
from pipelines.store.ledger import read_ledger
from pipelines.store.pruned import read_pruned
from pipelines.wording import text


def write_receipt(path: Path, receipt: Receipt, grids: Sequence[Grid]) -> None:
    """One receipt, byte for byte the same from the same content; `grids` is empty where the file could not be read.

    Hidden sheets were not read and are not drawn; nor is what was refused as personal data.
    """
    paper = open_paper(receipt)
    visible = drawable_grids(grids, receipt.remarks)
    names = sheet_names(grid.name for grid in visible)
    draw_front(paper, receipt, names)
    marks = marks_by_sheet(receipt.remarks)
    drawn: set[str] = set()
    for grid in visible:
        if grid.name not in drawn:
            drawn.add(grid.name)
            draw_sheet(paper, grid, names[grid.name], marks.get(grid.name, {}))
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(paper.close())
    temporary.replace(path)


def write_receipts(settings: Settings) -> list[Path]:
    """Receipts of the period's submissions that have something to mend, oldest first, under returns/<month sent for>/.

    A receipt of an earlier run that no longer has a reason is taken away; one of a file received after `as_of` stays,
    since this run does not look at that file. Pruned files get none: there is nothing left to draw.
    """
    settings = settings.resolved()
    written = []
    pruned = read_pruned(settings.home)
    receipts = [receipt for receipt in read_receipts(settings) if receipt.sequence not in pruned]
    drawn = _grids(settings.home, [receipt for receipt in receipts if receipt.is_drawable])
    for receipt in receipts:
        grids = next(drawn) if receipt.is_drawable else []
        path = settings.home.returns / receipt.period / f"{receipt.file_stem}.xlsx"
        write_receipt(path, receipt, grids)
        written.append(path)
    _remove_stale(settings, written)
    return written


def _remove_stale(settings: Settings, written: Sequence[Path]) -> None:
    as_of = settings.as_of
    later = {f"{entry.sequence:06d}" for entry in read_ledger(settings.home) if as_of and entry.received_at > as_of}
    for month in settings.period.months:
        stale = set((settings.home.returns / month).glob(f"*_{month}-??????.xlsx")) - set(written)
        for path in sorted(stale):
            if path.stem[-6:] not in later:
                path.unlink()


def _grids(home: Home, receipts: Sequence[Receipt]) -> Iterator[list[Grid]]:
    """The sheets of each receipt's original in turn, read in a disposable child."""
    originals = [
        Original(receipt.sequence, home.original(receipt.sha256), receipt.file_name, receipt.period)
        for receipt in receipts
    ]
    for receipt, read in zip(receipts, read_grids_isolated(originals), strict=True):
        if isinstance(read, Rejected):
            raise IntegrityError(text("errors.original_changed", sha256=receipt.sha256, code=read.code)) from read
        yield read
