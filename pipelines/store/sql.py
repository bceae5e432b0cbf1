"""SQL kept in .sql files beside the module that runs it."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def sql_text(folder: Path, name: str) -> str:
    """The text of one file, without its closing semicolon."""
    return (folder / f"{name}.sql").read_text(encoding="utf-8").strip().rstrip(";")
