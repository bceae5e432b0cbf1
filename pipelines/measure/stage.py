"""Stage measure: the loaded database becomes figures, assessments and cases of one standard and period."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

from pipelines.errors import PipelineError
from pipelines.load.database import open_database
from pipelines.measure.crosschecking import cross_check
from pipelines.measure.measuring import RESULTS, Measured, measure
from pipelines.metadata import METADATA_ROOT
from pipelines.metadata.calendars import calendar_for
from pipelines.metadata.contracts import reading_hash
from pipelines.metadata.periods import parse_period
from pipelines.metadata.standards import load_standard
from pipelines.settings import Settings
from pipelines.store.files import write_text_atomically
from pipelines.store.tables import read_table, write_table
from pipelines.wording import text

_SEAL = "version.txt"
_SHOWN_BEFORE = 12
"""Earlier periods whose figures a report shows."""


def measured_folder(settings: Settings) -> Path:
    """Where the results of that standard and period lie."""
    return settings.home.stage_dir("measure") / settings.standard / settings.period.label


def run(settings: Settings) -> None:
    """Write every result as Parquet, and proof.json; PipelineError without a register.

    Earlier periods of the same kind that a report of this one shows are measured again, as of the same moments, where
    another program, standard or calendar measured them.
    """
    resolved = settings.resolved()
    _measure(resolved)
    for earlier in _outdated(resolved):
        _measure(earlier)


def _measure(resolved: Settings) -> None:
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
    write_text_atomically(folder / _SEAL, measuring_hash(resolved))


def measuring_hash(settings: Settings) -> str:
    """sha256 over all that decides what rows are measured to: program, contracts, standard, calendar, cross-checks."""
    standard = METADATA_ROOT / "standards" / f"{settings.standard}.yaml"
    own = [path for path in (standard, METADATA_ROOT / "crosschecks.yaml", settings.home.calendar) if path.is_file()]
    calendars = sorted((METADATA_ROOT / "calendars").rglob("*.yaml"))
    digest = hashlib.sha256(_code_hash().encode())
    for path in (*own, *calendars):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@cache
def _code_hash() -> str:
    rooms = [Path(__file__).parent, Path(__file__).parents[1] / "load"]
    digest = hashlib.sha256(reading_hash().encode())
    for path in sorted(path for room in rooms for kind in ("*.py", "*.sql", "*.yaml") for path in room.rglob(kind)):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_current(settings: Settings) -> bool:
    """Whether the period stands measured by this program, standard and calendar."""
    seal = measured_folder(settings) / _SEAL
    return seal.exists() and seal.read_text(encoding="utf-8") == measuring_hash(settings)


def _outdated(settings: Settings) -> Iterator[Settings]:
    """The runs to repeat: the last periods before this one whose tables are another program's, the oldest first."""
    own, root = settings.period, measured_folder(settings).parent
    periods = [parse_period(path.parent.name) for path in root.glob("*/figures.parquet")]
    earlier = sorted((one for one in periods if one.kind == own.kind and one.end < own.start), key=lambda one: one.end)
    for period in earlier[-_SHOWN_BEFORE:]:
        past = replace(settings, period=period)
        moments = read_table(measured_folder(past) / "figures.parquet")["as_of"].to_pylist()
        if moments and not is_current(past):
            moment = moments[0]
            yield replace(past, as_of=moment if isinstance(moment, datetime) else datetime.fromisoformat(moment))


def _write(measured: Measured, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in RESULTS:
        write_table(folder / f"{name}.parquet", getattr(measured, name))
    statements = {name: ";\n\n".join(parts) + ";\n" for name, parts in measured.sql.items()}
    proof = json.dumps(statements, ensure_ascii=False, indent=1, sort_keys=True)
    write_text_atomically(folder / "proof.json", proof + "\n")
