"""SQL kept in .sql files beside the module that runs it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb


@cache
def sql_text(folder: Path, name: str) -> str:
    """The text of one file, without its closing semicolon."""
    return (folder / f"{name}.sql").read_text(encoding="utf-8").strip().rstrip(";")


def named_rows(cursor: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """What an executed statement found, each row by column name."""
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def quoted(texts: Iterable[str]) -> str:
    """The texts as a list of SQL literals, each once."""
    return ", ".join("'" + text.replace("'", "''") + "'" for text in sorted(set(texts)))
