"""Stage measure: the loaded database becomes figures, assessments and cases of one standard and period."""

from __future__ import annotations

import json
from pathlib import Path

from pipelines.errors import PipelineError
from pipelines.load.database import open_database
from pipelines.measure.crosschecking import cross_check
from pipelines.measure.measuring import RESULTS, Measured, measure
from pipelines.metadata.calendars import calendar_for
from pipelines.metadata.standards import load_standard
from pipelines.settings import Settings
from pipelines.store.files import write_text_atomically
from pipelines.store.tables import write_table
from pipelines.wording import text


def measured_folder(settings: Settings) -> Path:
    """Where the results of that standard and period lie."""
    return settings.home.stage_dir("measure") / settings.standard / settings.period.label


def run(settings: Settings) -> None:
    """Write every result as Parquet, and proof.json; PipelineError without a register."""
    resolved = settings.resolved()
    assert resolved.as_of is not None
    standard = load_standard(resolved.standard)
    calendar = calendar_for(standard, resolved.home.root)
    with open_database(resolved.home, resolved.as_of) as connection:
        measured = measure(connection, standard, resolved.period, resolved.as_of, calendar)
        checked = cross_check(connection, standard, resolved.period, resolved.as_of, calendar)
    if True not in measured.schools["is_expected"].to_pylist():
        raise PipelineError(text("errors.no_school_expected", period=resolved.period.label))
    folder = measured_folder(resolved)
    _write(measured, folder)
    write_table(folder / "crosschecks.parquet", checked.crosschecks)
    write_table(folder / "agreement.parquet", checked.agreement)


def _write(measured: Measured, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in RESULTS:
        write_table(folder / f"{name}.parquet", getattr(measured, name))
    statements = {name: ";\n\n".join(parts) + ";\n" for name, parts in measured.sql.items()}
    proof = json.dumps(statements, ensure_ascii=False, indent=1, sort_keys=True)
    write_text_atomically(folder / "proof.json", proof + "\n")
