"""Stage measure: the loaded database becomes figures, assessments and cases of one standard and period."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from pipelines.errors import UsageError
from pipelines.measure.measuring import Measured, measure
from pipelines.metadata.standards import load_standard
from pipelines.settings import Settings
from pipelines.store.database import connect
from pipelines.store.files import write_text_atomically


def measured_folder(settings: Settings) -> Path:
    """Where the results of that standard and period lie."""
    return settings.home.stage_dir("measure") / settings.standard / settings.period.label


def run(settings: Settings) -> None:
    """Write figures.parquet, assessments.parquet, cases.parquet and proof.json; UsageError without a register."""
    resolved = settings.resolved()
    assert resolved.as_of is not None
    standard = load_standard(resolved.standard)
    connection = connect(resolved.home.database, read_only=True)
    try:
        measured = measure(connection, standard, resolved.period, resolved.as_of)
        expected = connection.execute("SELECT count(*) FROM fact_register").fetchone()
    finally:
        connection.close()
    if not expected or expected[0] == 0:
        raise UsageError(
            f"no school is expected in {resolved.period.label}: the bureau's workbook with the register is missing"
        )
    _write(measured, measured_folder(resolved))


def _write(measured: Measured, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    tables: dict[str, pa.Table] = {
        "figures": measured.figures,
        "assessments": measured.assessments,
        "cases": measured.cases,
    }
    for name, table in tables.items():
        pyarrow.parquet.write_table(table, folder / f"{name}.parquet", compression="zstd")
    statements = {name: ";\n\n".join(parts) + ";\n" for name, parts in measured.sql.items()}
    proof = json.dumps(statements, ensure_ascii=False, indent=1, sort_keys=True)
    write_text_atomically(folder / "proof.json", proof + "\n")
