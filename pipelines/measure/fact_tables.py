"""Facts: temp tables built from the loaded rows, one .sql file each."""

from __future__ import annotations

import re
from collections.abc import Mapping

import duckdb

from pipelines.measure.relations import FACTS

ORDER = (
    *(
        "renamed",
        "submission",
        "bureau_submission",
        "register",
        "sheet",
        "event",
        "report",
        "doubt",
        "point",
        "guard",
        "school",
        "campus",
        "campus_guard",
        "stage",
    ),
    *("drill", "training", "inspection", "visited_item", "incident", "incident_school", "incident_visit"),
    *("hazard", "ledger_month", "bus"),
    *("bureau", "township", "body", "meeting", "body_meeting", "perimeter", "task"),
)
_PARAMETER = re.compile(r"\$([a-z_]+)")


def fact_sql(name: str) -> str:
    """The text of one fact."""
    return (FACTS / f"{name}.sql").read_text(encoding="utf-8")


def parameters_in(sql: str, parameters: Mapping[str, object]) -> dict[str, object]:
    """The parameters that a statement names; DuckDB refuses others."""
    return {name: parameters[name] for name in sorted(set(_PARAMETER.findall(sql)))}


def build_facts(connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, object]) -> dict[str, str]:
    """Temp tables fact_*, in order; the statements that made them, by name."""
    ran: dict[str, str] = {}
    for name in ORDER:
        sql = f"CREATE OR REPLACE TEMP TABLE fact_{name} AS\n{fact_sql(name)}"
        connection.execute(sql, parameters_in(sql, parameters))
        ran[f"fact_{name}"] = sql
    return ran
