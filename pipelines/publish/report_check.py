"""Whether the report on disk is the one that is to be published, and still as it was made."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from pipelines.errors import IntegrityError, UsageError
from pipelines.load.database import open_database
from pipelines.metadata.calendars import FILE as CALENDAR
from pipelines.metadata.periods import parse_period
from pipelines.publish.difference import FIGURES
from pipelines.publish.manifest import Earlier, Link
from pipelines.publish.trust import Trust, parse_trust
from pipelines.publish.wording import say
from pipelines.report.manifest import NAME, input_entries, output_hashes
from pipelines.report.material import SQL
from pipelines.settings import Settings
from pipelines.store.files import sha256_file
from pipelines.store.ledger import LedgerEntry, read_ledger
from pipelines.store.sql import named_rows

_MASKED = b"*" * 11


@dataclass(frozen=True)
class ReportManifest:
    """What publish needs of a report's manifest.json: the files on which it rests, and its earlier periods if any."""

    inputs: list[dict[str, Any]]
    compared_period: str | None
    compared_as_of: datetime | None
    earlier: tuple[Earlier, ...] = ()
    trust: Trust | None = None


def check_report(settings: Settings, folder: Path) -> ReportManifest:
    """The manifest of the report in `folder`: publishing neither computes nor renders.

    UsageError where there is no report or one as of another moment; IntegrityError naming the files that are not as
    the report's manifest says.
    """
    as_of = "" if settings.as_of is None else settings.as_of.isoformat(timespec="seconds")
    wanted = {"standard": settings.standard, "period": settings.period.label, "as_of": as_of}
    if not (folder / FIGURES).is_file() or not (folder / NAME).is_file():
        raise UsageError(say("publish.no_report", **wanted))
    try:
        document = json.loads((folder / NAME).read_bytes())
        made, listed = document["parameters"], dict(document["outputs"])
        compared = document["compared"] or {"period": None, "as_of": None}
        moment = datetime.fromisoformat(compared["as_of"]) if compared["as_of"] else None
        earlier = tuple(
            Earlier(each["period"], datetime.fromisoformat(each["as_of"])) for each in document.get("earlier", ())
        )
        trust = read_printed(document)
        manifest = ReportManifest(list(document["inputs"]), compared["period"], moment, earlier, trust)
    except (ValueError, KeyError, TypeError) as error:
        raise IntegrityError(say("publish.report_manifest", path=folder / NAME, **wanted)) from error
    if made != wanted:
        raise UsageError(say("publish.other_moment", made=made["as_of"], **wanted))
    found = output_hashes(folder, settings.home.reports)
    changed = sorted(name for name in listed.keys() | found.keys() if listed.get(name) != found.get(name))
    if changed:
        raise IntegrityError(say("publish.report_changed", files=say("join").join(changed), **wanted))
    # A report of an older program lists no calendar of a home.
    if document.get("standard", {}).get(CALENDAR) != _hash(settings.home.calendar):
        raise UsageError(say("publish.report_calendar", **wanted))
    return manifest


def _hash(path: Path) -> str | None:
    return sha256_file(path) if path.is_file() else None


def read_printed(document: dict[str, Any]) -> Trust | None:
    """The key and the last release that the bulletin prints, from the report's manifest; None where it prints none.

    ValueError, KeyError or TypeError where the manifest is damaged.
    """
    printed = document.get("trust")
    return None if printed is None else parse_trust(printed)


def check_printed(settings: Settings, printed: Trust | None, key: str, history: Sequence[Link]) -> None:
    """UsageError where the bulletin prints another key than the one that signs, or a release that is none of these."""
    if printed is None:
        return
    is_known = not printed.sequence or Link(str(printed.path), str(printed.sha256)) in history
    if printed.public_key != key or not is_known:
        as_of = "" if settings.as_of is None else settings.as_of.isoformat(timespec="seconds")
        told = {"standard": settings.standard, "period": settings.period.label, "as_of": as_of}
        raise UsageError(say("publish.other_trust", **told))


def used_originals(settings: Settings, manifest: ReportManifest) -> tuple[LedgerEntry, ...]:
    """Ledger entries on which the report and the earlier figures in it rest, in order of receipt.

    UsageError where the report was made before everything that counts as of its moment had been received and loaded.
    """
    ledger = read_ledger(settings.home)
    with open_database(settings.home, settings.as_of) as connection:
        row = connection.execute("SELECT coalesce(max(submission_no), 0) FROM core_submissions").fetchone()
        own = _inputs(connection, settings.period.last_month, settings.as_of)
        earlier = []
        if manifest.compared_period is not None:
            month = parse_period(manifest.compared_period).last_month
            earlier = _inputs(connection, month, manifest.compared_as_of)
        for past in manifest.earlier:
            earlier += _inputs(connection, parse_period(past.period).last_month, past.as_of)
    loaded = int(row[0]) if row else 0
    if len(ledger) < loaded:
        raise IntegrityError(say("publish.ledger_short", loaded=loaded, listed=len(ledger)))
    is_late = any(_counts(entry, settings) for entry in ledger[loaded:])
    if is_late or input_entries(own) != manifest.inputs:
        raise UsageError(say("publish.report_old", standard=settings.standard, period=settings.period.label))
    used = {row["submission_no"] for row in (*own, *earlier)}
    return tuple(_shown(entry) for entry in ledger if entry.sequence in used)


def _shown(entry: LedgerEntry) -> LedgerEntry:
    """The entry as a release lists it: a file name that held a person's number stands there masked, not as bytes."""
    shown = entry.file_name.encode()
    return (
        replace(entry, name_hex=shown.hex())
        if _MASKED in shown and _MASKED not in bytes.fromhex(entry.name_hex)
        else entry
    )


def _counts(entry: LedgerEntry, settings: Settings) -> bool:
    is_received = settings.as_of is not None and entry.received_at <= settings.as_of
    return is_received and entry.period <= settings.period.last_month


def _inputs(connection: duckdb.DuckDBPyConnection, last_month: str, as_of: datetime | None) -> list[dict[str, Any]]:
    """The files on which figures up to that month rest, by the statement that fills the report's manifest."""
    statement = (SQL / "inputs.sql").read_text(encoding="utf-8")
    return named_rows(connection.execute(statement, {"as_of": as_of, "last_month": last_month}))
