"""Section A of the threat model: every bad input gets its own finding, in one batch with a file that is left alone."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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

Row = dict[str, Any]


@dataclass(frozen=True)
class Judged:
    """Every case read and judged together: the submissions and findings of each, and of the good file last."""

    submissions: dict[str, list[Row]]
    findings: dict[str, list[Row]]
    good: Row
    left_over: tuple[str, ...]


def judge(paths: list[Path], tables: Path) -> Validated:
    """The files, numbered from 0 in this order, read in children as one batch and judged."""
    extract_isolated(
        [Batch(tuple(Original(number, path, path.name, PERIOD) for number, path in enumerate(paths)), tables)]
    )
    return Validator().validate(load_extracted(tables))


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judged]:
    folder, tables = tmp_path_factory.mktemp("inbox"), tmp_path_factory.mktemp("tables")
    owners: list[str] = []
    paths: list[Path] = []
    for case in every_case():
        (folder / case.id).mkdir()
        case.make(folder / case.id)
        made = sorted(path for path in (folder / case.id).rglob("*") if path.is_file())
        owners += [case.id] * len(made)
        paths += made
    paths.append(folder / "good.xlsx")
    paths[-1].write_bytes(GOOD)
    with pytest.MonkeyPatch.context() as patch:
        temporary = tmp_path_factory.mktemp("temporary")
        patch.setattr(tempfile, "tempdir", str(temporary))
        result = judge(paths, tables)
        left_over = tuple(path.name for path in temporary.iterdir())
    submissions: dict[str, list[Row]] = {}
    findings: dict[str, list[Row]] = {}
    rows = result.submissions.to_pylist()
    assert [row["submission_no"] for row in rows] == list(range(len(paths)))
    for row in rows[:-1]:
        submissions.setdefault(owners[row["submission_no"]], []).append(row)
    for row in result.findings.to_pylist():
        if row["submission_no"] < len(owners):
            findings.setdefault(owners[row["submission_no"]], []).append(row)
    yield Judged(submissions, findings, rows[-1], left_over)


@pytest.mark.parametrize("case", every_case(), ids=lambda case: case.id)
def test_bad_input_is_named(case: Case, judged: Judged) -> None:
    findings = judged.findings[case.id]
    messages = {code: " ".join(row["message"] for row in findings if row["code"] == code) for code in case.codes}
    assert {row["code"] for row in findings} >= set(case.codes)
    assert all(part in messages[code] for code, part in case.codes.items()), messages
    assert all((row["reject_code"] is not None) == case.is_refused for row in judged.submissions[case.id])


def test_bad_inputs_disturb_no_other_and_leave_nothing_behind(judged: Judged) -> None:
    assert judged.good["reject_code"] is None and judged.good["school_code"] == "2153990101"
    assert judged.left_over == ()
