"""Writing that survives a crash: a file is there whole, or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_CHUNK = 1 << 20


def sha256_file(path: Path) -> str:
    """Hex sha256 of the file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def sync_folder(folder: Path) -> None:
    """Make the folder's entries durable; a no-op where folders cannot be opened (Windows)."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sync_files(paths: Sequence[Path], root: Path) -> None:
    """Make many files below `root`, and the entries of their folders, durable in one go."""
    if hasattr(os, "sync"):
        os.sync()
        return
    for path in paths:
        _sync_file(path)
    for folder in {path.parent for path in paths} | {root}:
        sync_folder(folder)


def _sync_file(path: Path) -> None:
    """Make one file durable, a read-only one too: Windows does so only for a file that is open for writing."""
    mode = path.stat().st_mode
    path.chmod(mode | stat.S_IWUSR)
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())
    path.chmod(mode)


def remove_file(path: Path) -> None:
    """Remove a file, a read-only one too, which Windows keeps from being removed or replaced."""
    try:
        path.unlink(missing_ok=True)
    except PermissionError:
        path.chmod(path.stat().st_mode | stat.S_IWUSR)
        path.unlink()


def replace_file(source: Path, target: Path) -> None:
    """Put the source in the target's place, where a read-only file may lie, which Windows does not let be replaced."""
    try:
        source.replace(target)
    except PermissionError:
        target.chmod(target.stat().st_mode | stat.S_IWUSR)
        source.replace(target)


def remove_folder(folder: Path) -> None:
    """Remove a folder with everything in it, read-only files too; nothing where there is none."""
    for path in folder.rglob("*"):
        if path.is_file():
            remove_file(path)
    if folder.exists():
        shutil.rmtree(folder)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Let an OSError inside tell the path: a write to a full disk does not know it."""
    try:
        yield
    except OSError as error:
        if error.errno is not None and error.filename is None:
            error.filename = str(path)
        raise


def copy_folder(source: Path, target: Path) -> None:
    """Copy a folder with everything in it but what is hidden; the first file that cannot be written ends it.

    shutil.copytree goes on after it, and its error tells neither number nor path.
    """
    target.mkdir(parents=True, exist_ok=True)
    for path in source.iterdir():
        if path.name.startswith("."):
            continue
        copy = target / path.name
        if path.is_dir():
            copy_folder(path, copy)
            continue
        try:
            shutil.copyfile(path, copy)
        except OSError as error:
            error.filename = error.filename2 or error.filename
            raise


def write_atomically(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a temporary file beside `path`, make it durable, then put it in place.

    A temporary file that could not be filled goes away: on a full disk it would be in the way of what frees space.
    """
    with naming(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.part")
        try:
            write(temporary)
            with temporary.open("rb+") as stream:
                os.fsync(stream.fileno())
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
        temporary.replace(path)
        sync_folder(path.parent)


def write_text_atomically(path: Path, text: str) -> None:
    """UTF-8 text, whole or not at all."""

    def write(temporary: Path) -> None:
        temporary.write_bytes(text.encode())

    write_atomically(path, write)


def keep_only(paths: Iterable[Path], names: Collection[str]) -> None:
    """Remove those of the files that bear none of the names: what an earlier run wrote and this one did not."""
    for path in paths:
        if path.name not in names:
            path.unlink()
