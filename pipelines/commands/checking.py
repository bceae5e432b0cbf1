"""A checked file on the terminal and as a receipt; nothing is received and no number is given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.commands.terminal import format_table, printable
from pipelines.extract.batch import Original
from pipelines.extract.grids import Grid
from pipelines.extract.remarks import Rejected
from pipelines.extract.sandbox import read_grids_isolated
from pipelines.metadata.persons import without_numbers
from pipelines.report.receipt_content import Receipt, Remark, SheetCount
from pipelines.report.receipts import write_receipt
from pipelines.report.wording import label
from pipelines.store.files import sha256_file
from pipelines.wording import table, text

if TYPE_CHECKING:
    from pipelines.validate.check import CheckedFile


def checked_lines(file: CheckedFile) -> Iterator[str]:
    """The file's status, then its findings as a table."""
    yield text(
        "check.file", file=printable(without_numbers(file.path.name)), status=label("submission_statuses", file.status)
    )
    rows = [
        [
            label("severities", finding.standing),
            finding.sheet or "",
            finding.cell or "",
            finding.value or "",
            f"{finding.message} [{finding.code}]",
            finding.answer or finding.hint or "",
        ]
        for finding in file.findings
    ]
    yield format_table(list(table("check.columns").values()), rows) if rows else text("check.clean")


def write_check_receipt(folder: Path, file: CheckedFile) -> Path:
    """The receipt that the school would get, beside a name of its own.

    Its time is the file's own, since a check is no receipt; its number ends in 000000.
    """
    receipt = Receipt(
        sequence=0,
        origin=file.origin,
        period=file.period,
        status=file.status,
        school_code=file.school_code,
        school_name=file.school_name,
        file_name=without_numbers(file.path.name),
        received_at=datetime.fromtimestamp(int(file.path.stat().st_mtime)),
        sha256=sha256_file(file.path),
        version=None,
        sheets=tuple(SheetCount(**sheet) for sheet in file.sheets),
        remarks=tuple(Remark(**vars(finding)) for finding in file.findings),
    )
    path = folder / text("check.receipt_name", name=without_numbers(file.path.name))
    write_receipt(path, receipt, _grids(file) if receipt.is_drawable else [])
    return path


def _grids(file: CheckedFile) -> list[Grid]:
    """The file's sheets; none where it cannot be read after all, such as one that was saved again meanwhile."""
    (read,) = read_grids_isolated([Original(1, file.path, file.path.name, file.period)])
    return [] if isinstance(read, Rejected) else read
