"""The number of the file that a child reads, in a few bytes that its parent reads without being told.

A number told by a pipe wakes the parent for every file; these bytes outlive the child, however it dies.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PLACE = "place"
"""Name of the file, beside the child's job."""

_NOWHERE = bytes(8)


@contextmanager
def shared_place(path: Path) -> Iterator[memoryview]:
    """One number, at [0], that every process sees that has the file; 0 until one is written."""
    if not path.exists():
        path.write_bytes(_NOWHERE)
    with path.open("rb+") as stream, mmap.mmap(stream.fileno(), len(_NOWHERE)) as shared:
        place = memoryview(shared).cast("q")
        try:
            yield place
        finally:
            place.release()
