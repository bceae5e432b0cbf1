"""Freeze a period: report, rows, contracts and manifest in one folder that is there whole, or not at all."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import yaml

from pipelines.errors import IntegrityError, UsageError
from pipelines.metadata import METADATA_ROOT
from pipelines.publish.accepted_rows import FOLDER as ROWS
from pipelines.publish.accepted_rows import write_rows
from pipelines.publish.backing import missing_backing
from pipelines.publish.difference import KEY, diff
from pipelines.publish.environment import PROJECT, versions
from pipelines.publish.manifest import NAME, Link, Manifest, hash_files, hash_manifest, manifest_text, releases_of
from pipelines.publish.report_check import ReportManifest, check_report, used_originals
from pipelines.publish.wording import say
from pipelines.report.csv_files import neutral
from pipelines.report.manifest import shared_assets
from pipelines.settings import Settings
from pipelines.store.files import sync_folder
from pipelines.store.ledger import LedgerEntry, read_ledger

_LOCK = "requirements.lock"


@dataclass(frozen=True)
class _Standing:
    """What the home already holds: every release in order, and the last of this standard and period."""

    history: tuple[Link, ...]
    number: int
    revised: Path | None


def publish(settings: Settings, reason: str, now: Callable[[], datetime] = datetime.now) -> Path:
    """The folder releases/<standard>/<period>/r<N> with the report of `settings`, made now and never changed.

    UsageError where `as_of` is missing, the report was not made for it or before all its files came, or a revision
    gives no reason; IntegrityError where the report is not as it was made, or the ledger is older than a release.
    """
    as_of = settings.as_of
    if as_of is None:
        raise UsageError(say("publish.no_as_of"))
    if behind := missing_backing(settings.home):
        raise IntegrityError(behind)
    report = settings.home.reports / settings.standard / settings.period.label
    made = check_report(settings, report)
    originals = used_originals(settings, made)
    standing = _standing(settings)
    if standing.revised is not None and not reason.strip():
        raise UsageError(say("publish.no_reason", period=settings.period.label))
    target = settings.home.releases / settings.standard / settings.period.label / f"r{standing.number}"
    building = target.with_name(f".{target.name}.part")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    _fill(settings, report, building)
    write_rows(settings, building / ROWS, [entry.sequence for entry in read_ledger(settings.home)])
    if standing.revised is not None:
        _write_revision(building, standing.revised, reason)
    manifest = _manifest(settings, as_of, standing, made, originals, now)
    manifest = replace(manifest, reason=reason.strip(), files=hash_files(building))
    (building / NAME).write_bytes(manifest_text(manifest).encode())
    _seal(building)
    building.rename(target)
    sync_folder(target.parent)
    return target


def _iso(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat(timespec="seconds")


def _standing(settings: Settings) -> _Standing:
    releases = releases_of(settings.home.releases)
    own = [(folder, one) for folder, one in releases if (one.standard, one.period) == _name(settings)]
    last = releases[-1] if releases else None
    latest = max(own, key=lambda pair: pair[1].number, default=None)
    return _Standing(
        history=(*last[1].history, Link(last[1].path, hash_manifest(last[0]))) if last else (),
        number=latest[1].number + 1 if latest else 1,
        revised=latest[0] if latest else None,
    )


def _name(settings: Settings) -> tuple[str, str]:
    return settings.standard, settings.period.label


def _fill(settings: Settings, report: Path, building: Path) -> None:
    """Copy the report at the depth at which its pages find the shared files, and everything it was made by."""
    frozen = building / "reports" / settings.standard / settings.period.label
    shutil.copytree(report, frozen, copy_function=shutil.copyfile, ignore=shutil.ignore_patterns(".*"))
    for asset in shared_assets(report, settings.home.reports):
        (building / "reports" / "assets").mkdir(exist_ok=True)
        shutil.copyfile(asset, building / "reports" / "assets" / asset.name)
    shutil.copytree(METADATA_ROOT, building / METADATA_ROOT.name, copy_function=shutil.copyfile)
    if (PROJECT / _LOCK).is_file():
        shutil.copyfile(PROJECT / _LOCK, building / _LOCK)
    params = {"standard": settings.standard, "period": settings.period.label, "as_of": _iso(settings.as_of)}
    (building / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False), encoding="utf-8")


def _write_revision(building: Path, revised: Path, reason: str) -> None:
    """revision.csv: one row per column of a figure that moved against the release before; values as published."""
    with (building / "revision.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow([*KEY, "unit_name", "column", "old", "new", "reason"])
        for moved in diff(revised, building):
            old, new = moved.old or "", moved.new or ""
            writer.writerow([*moved.key, moved.unit_name, moved.column, old, new, neutral(reason)])


def _manifest(
    settings: Settings,
    as_of: datetime,
    standing: _Standing,
    report: ReportManifest,
    originals: tuple[LedgerEntry, ...],
    now: Callable[[], datetime],
) -> Manifest:
    """The manifest but for its reason and files."""
    return Manifest(
        standard=settings.standard,
        period=settings.period.label,
        as_of=as_of,
        number=standing.number,
        reason="",
        published_at=now().replace(microsecond=0),
        key="",
        history=standing.history,
        compared_period=report.compared_period,
        compared_as_of=report.compared_as_of,
        versions=versions(),
        originals=originals,
        files={},
        earlier=report.earlier,
    )


def _seal(folder: Path) -> None:
    """Make every file durable and read-only, then the folders durable, innermost first."""
    paths = sorted(folder.rglob("*"), key=lambda path: len(path.parts), reverse=True)
    for path in paths:
        if path.is_file():
            with path.open("rb+") as stream:
                os.fsync(stream.fileno())
            path.chmod(0o444)
    for path in [*(one for one in paths if one.is_dir()), folder]:
        sync_folder(path)
