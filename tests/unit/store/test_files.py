"""Files and batches are there whole or not at all."""

from __future__ import annotations

import errno
import hashlib
from pathlib import Path

import pyarrow as pa
import pytest

from pipelines.store.batches import batch_folders, open_batch, prune_batches, read_members, seal_batch
from pipelines.store.files import sha256_file, write_atomically, write_text_atomically
from pipelines.store.sql import sql_text
from pipelines.store.tables import read_table, write_table


def test_hash_of_a_file_is_that_of_its_bytes(tmp_path: Path) -> None:
    content = bytes(range(256)) * 10_000
    (tmp_path / "a").write_bytes(content)
    assert sha256_file(tmp_path / "a") == hashlib.sha256(content).hexdigest()


def test_text_is_written_as_utf_8_with_its_line_ends(tmp_path: Path) -> None:
    write_text_atomically(tmp_path / "new" / "a.txt", "月报\r\n\n")
    assert (tmp_path / "new" / "a.txt").read_bytes() == "月报\r\n\n".encode()


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")

    def half(temporary: Path) -> None:
        temporary.write_text("ne", encoding="utf-8")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_atomically(path, half)
    assert path.read_text(encoding="utf-8") == "old"
    write_text_atomically(path, "new")
    assert [file.name for file in tmp_path.iterdir()] == ["a.txt"]
    assert path.read_text(encoding="utf-8") == "new"


def test_a_refused_write_names_its_path_and_leaves_nothing(tmp_path: Path) -> None:
    """A full disk tells a stream no path."""
    path = tmp_path / "a.txt"

    def refused(temporary: Path) -> None:
        temporary.write_text("ne", encoding="utf-8")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left") as caught:
        write_atomically(path, refused)
    assert caught.value.filename == str(path)
    assert list(tmp_path.iterdir()) == []


def test_tables_come_back_with_their_types(tmp_path: Path) -> None:
    table = pa.table({"a": pa.array([1, None], pa.int32()), "b": pa.array([["x"], []], pa.list_(pa.string()))})
    write_table(tmp_path / "a.parquet", table)
    assert read_table(tmp_path / "a.parquet").equals(table)


def test_a_batch_counts_once_it_is_sealed(tmp_path: Path) -> None:
    folder = open_batch(tmp_path, "000000001-abc")
    (folder / "x.parquet").write_bytes(b"x")
    assert batch_folders(tmp_path) == []
    seal_batch(folder, [3, 1, 2], "v1")
    assert batch_folders(tmp_path) == [folder]
    assert read_members(folder) == [3, 1, 2]


def test_batches_come_in_the_order_of_their_first_file(tmp_path: Path) -> None:
    for name in ("000000010-b", "000000002-c", "000000001-a"):
        seal_batch(open_batch(tmp_path, name), [1], "v1")
    assert [folder.name for folder in batch_folders(tmp_path)] == ["000000001-a", "000000002-c", "000000010-b"]


def test_other_versions_and_unsealed_leavings_are_pruned(tmp_path: Path) -> None:
    seal_batch(open_batch(tmp_path, "old"), [1], "v1")
    seal_batch(open_batch(tmp_path, "new"), [2], "v2")
    open_batch(tmp_path, "torn")
    prune_batches(tmp_path, "v2")
    assert [folder.name for folder in tmp_path.iterdir()] == ["new"]


def test_pruning_where_there_is_nothing_yet(tmp_path: Path) -> None:
    prune_batches(tmp_path / "none", "v1")
    assert batch_folders(tmp_path / "none") == []


def test_opening_a_batch_again_empties_it(tmp_path: Path) -> None:
    (open_batch(tmp_path, "a") / "x").write_bytes(b"x")
    assert list(open_batch(tmp_path, "a").iterdir()) == []


def test_statements_come_without_their_semicolon(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("-- why\nSELECT 1;\n", encoding="utf-8")
    assert sql_text(tmp_path, "a") == "-- why\nSELECT 1"
