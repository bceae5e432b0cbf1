"""One validator for all tests, and the way from sheets to what it says of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipelines.extract.batch import Original, extract_batch
from pipelines.validate.batch import Validated, Validator
from tests.unit.extract.books import DRILL, DRILL_HEADINGS, Sheets, book_bytes

SCHOOL_CODE = "2153990101"
pytest.register_assert_rewrite("tests.unit.validate.readings")
# The least that a school must say of itself so that nothing is asked.
PROFILE: list[list[Any]] = [
    ["学校标识码", "学校名称", "在校生数", "教职工数", "寄宿生数"],
    [SCHOOL_CODE, "望楹街道第一小学", 500, 40, 0],
]
DRILLS: Sheets = {"应急演练": [DRILL_HEADINGS, DRILL]}


@dataclass(frozen=True)
class Judged:
    """What was said of a batch of files."""

    validated: Validated

    def findings(self, number: int = 1) -> list[dict[str, Any]]:
        """The findings of one file, without those about sheets that it lacks."""
        rows: list[dict[str, Any]] = self.validated.findings.to_pylist()
        return [row for row in rows if row["submission_no"] == number and row["code"] != "E-SHEET-MISSING"]

    def places(self, number: int = 1) -> list[tuple[str, str, str]]:
        """(code, sheet, cell) of the findings of one file."""
        return [(row["code"], row["sheet"], row["cell"]) for row in self.findings(number)]

    def codes(self, number: int = 1) -> list[str]:
        """Codes of the findings of one file."""
        return [row["code"] for row in self.findings(number)]

    def rows(self, table: str, number: int = 1) -> list[dict[str, Any]]:
        """The core rows of one file."""
        rows: list[dict[str, Any]] = self.validated.records[table].to_pylist()
        return [row for row in rows if row["submission_no"] == number]

    def submission(self, number: int = 1) -> dict[str, Any]:
        """Identity and fate of one file."""
        rows: list[dict[str, Any]] = self.validated.submissions.to_pylist()
        return next(row for row in rows if row["submission_no"] == number)

    def sheet(self, table: str, number: int = 1) -> dict[str, Any]:
        """Counts of one sheet of one file."""
        rows: list[dict[str, Any]] = self.validated.sheets.to_pylist()
        return next(row for row in rows if (row["submission_no"], row["table_name"]) == (number, table))


Judge = Callable[..., Judged]


@pytest.fixture(scope="session")
def validator() -> Validator:
    """Great Expectations takes seconds to set up."""
    return Validator()


def originals(folder: Path, contents: Sequence[bytes], period: str = "2026-10") -> list[Original]:
    """One original a content, numbered from 1."""
    made = []
    for number, content in enumerate(contents, 1):
        path = folder / f"original-{number}"
        path.write_bytes(content)
        made.append(Original(number, path, "report.xlsx", period))
    return made


@pytest.fixture(scope="session")
def judge(validator: Validator, tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """Judges workbooks, given as sheets or as bytes, that were sent for `period`, in one batch."""

    def judged(*books: Sheets | bytes, period: str = "2026-10") -> Judged:
        contents = [book if isinstance(book, bytes) else book_bytes(book) for book in books]
        files = originals(tmp_path_factory.mktemp("batch"), contents, period)
        return Judged(validator.validate(extract_batch(files)))

    return judged
