"""A panic of the parser as a refusal of the file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pipelines.extract.remarks import Rejected

_PANIC = ("pyo3_runtime", "PanicException")


@contextmanager
def panics_refused() -> Iterator[None]:
    """Refuse the file whose parsing panics.

    A Rust panic arrives as a BaseException that no module offers for import. It has unwound what it held, and the
    parser keeps no state from file to file: the next one can be read by the same child.
    """
    try:
        yield
    except BaseException as error:
        if (type(error).__module__, type(error).__name__) == _PANIC:
            raise Rejected("E-PARSER-CRASH") from error
        raise
