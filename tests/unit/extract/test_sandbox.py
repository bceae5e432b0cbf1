"""A file that kills its reader is rejected by name; every other file is read as if it were not there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipelines.errors import PipelineError
from pipelines.extract import sandbox
from pipelines.extract.batch import Original
from pipelines.extract.sandbox import Batch, extract_isolated, load_extracted
from tests.unit.extract.books import DRILL, DRILL_HEADINGS, book_bytes, raw_book, sheet_xml, text_cell


def far_cell() -> bytes:
    """A cell at the far corner, written as no program writes it: the gate passes it, the parser asks for 400 GB."""
    far = '<c t="n"\nr="XFD1048576"><v>1</v></c>'
    return raw_book({"校区": sheet_xml(text_cell("A1", "x"), far)})


def originals(folder: Path, *contents: bytes) -> tuple[Original, ...]:
    folder.mkdir(exist_ok=True)
    made = []
    for number, content in enumerate(contents, 1):
        path = folder / f"original-{number}"
        path.write_bytes(content)
        made.append(Original(number, path, "report.xlsx", "2026-10"))
    return tuple(made)


def batch(folder: Path, files: tuple[Original, ...]) -> Batch:
    folder.mkdir()
    return Batch(files, folder)


def drills(name: str) -> bytes:
    return book_bytes({"应急演练": [DRILL_HEADINGS, [name, *DRILL[1:]]]})


def record_files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("record_*.parquet")}


def test_a_file_that_kills_its_reader_is_rejected_and_disturbs_no_other(tmp_path: Path) -> None:
    files = originals(tmp_path / "originals", drills("a"), far_cell(), drills("b"), drills("c"))
    crowd = batch(tmp_path / "crowd", files[:3])
    later = batch(tmp_path / "later", files[3:])
    peaceful = batch(tmp_path / "peaceful", (files[0], files[2]))
    extract_isolated([crowd, later])
    extract_isolated([peaceful])
    read = load_extracted(crowd.folder)
    assert dict(
        zip(read.submissions["submission_no"].to_pylist(), read.submissions["reject_code"].to_pylist(), strict=True)
    ) == {1: None, 2: "E-PARSER-CRASH", 3: None}
    assert read.findings.select(["submission_no", "code"]).to_pylist() == [
        {"submission_no": 2, "code": "E-PARSER-CRASH"}
    ]
    assert record_files(crowd.folder) == record_files(peaceful.folder)
    assert read.sheets.equals(load_extracted(peaceful.folder).sheets)
    assert load_extracted(later.folder).records["drills"]["drill_name"].to_pylist() == ["c"]


def test_a_batch_that_is_done_is_not_read_again(tmp_path: Path) -> None:
    files = originals(tmp_path / "originals", drills("a"))
    done = batch(tmp_path / "done", files)
    extract_isolated([done])
    files[0].path.unlink()
    extract_isolated([done])
    assert load_extracted(done.folder).records["drills"].num_rows == 1


def test_no_temporary_folder_stays_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = tmp_path / "tmp"
    work.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(work))
    extract_isolated([batch(tmp_path / "done", originals(tmp_path / "originals", drills("a")))])
    assert list(work.iterdir()) == []


def test_a_child_that_cannot_start_is_our_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", shutil.which("false"))
    with pytest.raises(PipelineError, match="before the first file"):
        extract_isolated([batch(tmp_path / "done", originals(tmp_path / "originals", drills("a")))])


def test_a_reader_that_dies_in_company_only_is_not_tried_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some file stops every child that has more to read than this one file: the disk is full, say."""
    files = originals(tmp_path / "originals", *(drills(name) for name in "abcdef"))
    tries: list[int] = []

    def dies_in_company(batches: Sequence[Batch], killers: set[int]) -> int | None:
        tries.append(len(batches[0].originals))
        assert len(tries) < 30, "tried for ever"
        left = [original.submission_no for original in batches[0].originals if original.submission_no not in killers]
        return left[-1] if len(left) > 1 else None

    monkeypatch.setattr(sandbox, "_run", dies_in_company)
    with pytest.raises(PipelineError, match="keeps stopping"):
        extract_isolated([batch(tmp_path / "crowd", files)])


class Started(sandbox._Progress):
    """Silence counts from the first file on: a busy machine is slow to start a child."""

    is_started = False

    def __call__(self) -> None:
        self.is_started = True
        super().__call__()

    @property
    def silence(self) -> float:
        return super().silence if self.is_started else 0.0


def test_a_silent_child_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe that nobody fills stands for a file that never ends."""
    monkeypatch.setattr(sandbox, "FILE_SECONDS", 0.5)
    monkeypatch.setattr(sandbox, "_Progress", Started)
    endless = tmp_path / "endless"
    os.mkfifo(endless)
    crowd = batch(tmp_path / "crowd", (Original(1, endless, "report.xlsx", "2026-10"),))
    extract_isolated([crowd])
    assert load_extracted(crowd.folder).submissions["reject_code"].to_pylist() == ["E-PARSER-CRASH"]
