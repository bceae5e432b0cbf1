"""Section A of the threat model: every bad input gets its own finding, beside a good file that it leaves alone."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from pipelines.extract.batch import Original
from pipelines.extract.sandbox import Batch, extract_isolated, load_extracted
from pipelines.validate.batch import Validated, Validator
from tests.threats.cases import Case, every_case
from tests.unit.extract.books import DRILL, DRILL_HEADINGS, book_bytes

PERIOD = "2026-10"
GOOD = book_bytes(
    {
        "学校概况": [["学校标识码", "学校名称", "在校生数"], ["2153990101", "望楹街道第一小学", 300]],
        "应急演练": [DRILL_HEADINGS, DRILL],
    }
)


@cache
def _validator() -> Validator:
    """One for all cases: slow to set up, and indifferent to what it judged before."""
    return Validator()


def judged(folder: Path, paths: list[Path]) -> Validated:
    originals = tuple(Original(number, path, path.name, PERIOD) for number, path in enumerate(paths, 1))
    extract_isolated([Batch(originals, folder)])
    return _validator().validate(load_extracted(folder))


@pytest.mark.parametrize("case", every_case(), ids=lambda case: case.id)
def test_bad_input_is_named_and_disturbs_no_other(case: Case, tmp_path: Path) -> None:
    inbox, tables = tmp_path / "inbox", tmp_path / "tables"
    inbox.mkdir()
    tables.mkdir()
    case.make(inbox)
    bad = sorted(path for path in inbox.rglob("*") if path.is_file())
    assert bad, "the case made no file"
    good = tmp_path / "good.xlsx"
    good.write_bytes(GOOD)

    result = judged(tables, [*bad, good])

    findings = [row for row in result.findings.to_pylist() if row["submission_no"] <= len(bad)]
    messages = {code: " ".join(row["message"] for row in findings if row["code"] == code) for code in case.codes}
    assert {row["code"] for row in findings} >= set(case.codes)
    assert all(part in messages[code] for code, part in case.codes.items()), messages
    rows = result.submissions.to_pylist()
    assert all((row["reject_code"] is not None) == case.is_refused for row in rows[: len(bad)])
    assert rows[-1]["reject_code"] is None and rows[-1]["school_code"] == "2153990101"
    assert sorted(tmp_path.iterdir()) == sorted([inbox, tables, good])
