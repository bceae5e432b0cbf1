"""What was found in files, for receipts and chase lists."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import duckdb

from pipelines.findings import SEVERITIES
from pipelines.report.receipt_content import Remark
from pipelines.store.sql import named_rows, sql_text

_SQL = Path(__file__).parent / "sql"


def remarks_of(
    connection: duckdb.DuckDBPyConnection,
    numbers: Collection[int],
    checked: Iterable[Mapping[str, Any]],
    severities: Sequence[str] = SEVERITIES,
) -> dict[int, list[Remark]]:
    """What was found in each of the files, of these severities; what cross-checks found stands behind its own."""
    remarks: dict[int, list[Remark]] = {number: [] for number in sorted(numbers)}
    wanted = {"numbers": list(remarks), "severities": list(severities)}
    found = named_rows(connection.execute(sql_text(_SQL, "remarks"), wanted))
    names = [field.name for field in fields(Remark)]
    for row in (*found, *(row for row in checked if row["submission_no"] in remarks)):
        remarks[row["submission_no"]].append(Remark(**{name: row[name] for name in names}))
    return remarks
