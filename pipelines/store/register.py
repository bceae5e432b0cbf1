"""The register of schools as a query, one for every stage and command that asks who is expected."""

from __future__ import annotations

from pathlib import Path

from pipelines.store.sql import sql_text

_PICKED = """\
    SELECT submission_no
    FROM core_submissions
    WHERE origin = 'bureau'
        AND status IN ('accepted', 'accepted_with_findings')
        AND received_at <= $as_of
        AND period <= $month
        AND submission_no IN (SELECT submission_no FROM core_register)
    ORDER BY period DESC, submission_no DESC
    LIMIT 1"""
"""The bureau workbook whose register counts."""


def register_sql() -> str:
    """SELECT of the register that counts, one row per school; its parameters stand in the file's head."""
    return _statement("register")


def register_rows_sql() -> str:
    """SELECT of every entry of the same register; its parameters stand in the file's head."""
    return _statement("register_rows")


def _statement(name: str) -> str:
    return sql_text(Path(__file__).parent, name).replace("{picked}", _PICKED)
