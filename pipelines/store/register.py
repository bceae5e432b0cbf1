"""The register of schools as a query, one for every stage and command that asks who is expected."""

from __future__ import annotations

from pathlib import Path

from pipelines.store.sql import sql_text


def register_sql() -> str:
    """SELECT of the register that counts, one row per school; its parameters stand in the file's head."""
    return sql_text(Path(__file__).parent, "register")
