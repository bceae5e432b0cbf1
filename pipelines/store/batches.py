"""Immutable batch folders of a stage: there whole or not at all, made under one version of the contracts."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from pipelines.store.files import sync_folder, write_text_atomically

_SEAL = "version.txt"


def batch_folders(root: Path) -> list[Path]:
    """The sealed batches of a stage, in order."""
    return sorted(path.parent for path in root.glob(f"*/{_SEAL}"))


def current_batches(root: Path, version: str) -> tuple[Path, ...]:
    """Those of the sealed batches that were made under that version."""
    return tuple(one for one in batch_folders(root) if (one / _SEAL).read_text(encoding="utf-8") == version)


def read_members(folder: Path) -> list[int]:
    """Ledger numbers of the files in a batch."""
    return [int(line) for line in (folder / "members.txt").read_text(encoding="utf-8").split()]


def prune_batches(root: Path, version: str) -> None:
    """Remove batches of another version, and what a crash left behind."""
    for folder in root.iterdir() if root.exists() else ():
        seal = folder / _SEAL
        if folder.is_dir() and not (seal.exists() and seal.read_text(encoding="utf-8") == version):
            shutil.rmtree(folder)


def open_batch(root: Path, name: str) -> Path:
    """An empty, unsealed folder to fill."""
    folder = root / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def seal_batch(folder: Path, members: Sequence[int], version: str) -> None:
    """Declare the folder whole: from here on it counts and does not change."""
    numbers = "".join(f"{number}\n" for number in members)
    (folder / "members.txt").write_text(numbers, encoding="utf-8", newline="\n")
    sync_folder(folder)
    write_text_atomically(folder / _SEAL, version)
