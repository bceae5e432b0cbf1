"""Small and read-only file systems for a test, where the machine lets us make them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def _mounted(*arguments: str | Path) -> None:
    ended = subprocess.run(["mount", *map(str, arguments)], capture_output=True, text=True, check=False)
    if ended.returncode:
        pytest.skip(f"this machine mounts no file system for a test: {ended.stderr.strip()}")


@contextmanager
def _until_unmounted(folder: Path) -> Iterator[Path]:
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path]:
    """An empty file system of that many bytes."""
    folder.mkdir()
    _mounted("-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder)
    with _until_unmounted(folder):
        yield folder


def enlarge(folder: Path, size: int) -> None:
    """Room on a small disk."""
    _mounted("-o", f"remount,size={size}", folder)


@contextmanager
def read_only(folder: Path) -> Iterator[Path]:
    """The folder as it is on media that cannot be written."""
    _mounted("--bind", folder, folder)
    with _until_unmounted(folder):
        _mounted("-o", "remount,ro,bind", folder)
        yield folder
