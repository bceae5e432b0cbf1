"""Statements run one after another, each kept with the parameters that it named: the proof of a measurement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.measure.fact_tables import parameters_in

ENGINES = Path(__file__).parent / "engines"


@dataclass
class Run:
    """One connection, the parameters that any statement may name, and the statements so far by name."""

    connection: duckdb.DuckDBPyConnection
    parameters: dict[str, object]
    sql: dict[str, list[str]] = field(default_factory=dict)

    def execute(self, name: str, statement: str, **more: object) -> None:
        """Run a statement with the parameters that it names, and keep both under that name."""
        chosen = parameters_in(statement, self.parameters | more)
        self.connection.execute(statement, chosen)
        self.keep(name, statement, chosen)

    def keep(self, name: str, statement: str, chosen: Mapping[str, object]) -> None:
        """The statement under that name, its parameters as comments above it."""
        lines = [f"-- ${key} = {value!s}" for key, value in sorted(chosen.items())]
        self.sql.setdefault(name, []).append("\n".join([*lines, statement]))

    def fetch(self, name: str) -> pa.Table:
        """The rows of engines/out_<name>.sql."""
        statement = engine_text(f"out_{name}.sql")
        result = self.connection.sql(statement, params=parameters_in(statement, self.parameters))
        table: pa.Table = result.to_arrow_table()
        return table


def engine_text(name: str) -> str:
    """The text of a file of engines/."""
    return (ENGINES / name).read_text(encoding="utf-8")
