"""Freeze a period: report, rows, contracts and manifest in one folder that is there whole, or not at all."""

from __future__ import annotations

import csv
import hashlib
import os
import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pyarrow.compute as pc
import yaml

from pipelines.errors import IntegrityError, UsageError
from pipelines.metadata import METADATA_ROOT
from pipelines.publish.accepted_rows import FOLDER as ROWS
from pipelines.publish.accepted_rows import write_rows
from pipelines.publish.difference import FIGURES, KEY, diff, read_figures
from pipelines.publish.manifest import NAME, Link, Manifest, hash_files, hash_manifest, manifest_text, releases_of
from pipelines.report.csv_files import neutral
from pipelines.report.material import measured_dir, previous_period
from pipelines.settings import Settings
from pipelines.store.files import sync_folder
from pipelines.store.ledger import read_ledger
from pipelines.store.tables import read_table

_PROJECT = METADATA_ROOT.parent
_LOCK = "requirements.lock"
_ENGINES = ("duckdb", "pandas", "pyarrow", "scipy", "great-expectations", "python-calamine", "xlsxwriter")


@dataclass(frozen=True)
class _Standing:
    """What the home already holds: the last release of all, and the last of this standard and period."""

    chain: int
    last: Path | None
    number: int
    revised: Path | None


def publish(settings: Settings, reason: str) -> Path:
    """The folder releases/<standard>/<period>/r<N> with the report of `settings`, made now and never changed.

    UsageError where `as_of` is missing, the report was not made for it, or a revision gives no reason.
    """
    as_of = settings.as_of
    if as_of is None:
        raise UsageError("publish needs --as-of: a release says as of which moment its figures hold")
    report = settings.home.reports / settings.standard / settings.period.label
    _check_report(settings, report)
    standing = _standing(settings)
    if standing.revised is not None and not reason.strip():
        raise UsageError(f"{settings.period.label} was published before; a revision needs --reason")
    target = settings.home.releases / settings.standard / settings.period.label / f"r{standing.number}"
    building = target.with_name(f".{target.name}.part")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    _fill(settings, report, building)
    count = write_rows(settings.home.database, building / ROWS)
    if standing.revised is not None:
        _write_revision(building, standing.revised, reason)
    manifest = replace(_manifest(settings, as_of, standing, count), reason=reason.strip(), files=hash_files(building))
    (building / NAME).write_bytes(manifest_text(manifest).encode())
    _seal(building)
    building.rename(target)
    sync_folder(target.parent)
    return target


def _check_report(settings: Settings, report: Path) -> None:
    """The report on disk must be the one that is asked for: publishing neither computes nor renders."""
    again = f"run --standard {settings.standard} --period {settings.period.label} --as-of {_iso(settings.as_of)}"
    if not (report / FIGURES).is_file():
        raise UsageError(f"there is no report of {settings.standard} {settings.period.label}; first: {again}")
    made = {row["as_of"] for row in read_figures(report / FIGURES).values()}
    if any(datetime.fromisoformat(text) != settings.as_of for text in made):
        raise UsageError(f"the report was made as of {', '.join(sorted(made))}; first: {again}")


def _iso(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat(timespec="seconds")


def _standing(settings: Settings) -> _Standing:
    releases = releases_of(settings.home.releases)
    own = [(folder, one) for folder, one in releases if (one.standard, one.period) == _name(settings)]
    latest = max(own, key=lambda pair: pair[1].number, default=None)
    return _Standing(
        chain=releases[-1][1].chain if releases else 0,
        last=releases[-1][0] if releases else None,
        number=latest[1].number + 1 if latest else 1,
        revised=latest[0] if latest else None,
    )


def _name(settings: Settings) -> tuple[str, str]:
    return settings.standard, settings.period.label


def _fill(settings: Settings, report: Path, building: Path) -> None:
    """Copy the report at the depth at which its pages find the shared files, and everything it was made by."""
    frozen = building / "reports" / settings.standard / settings.period.label
    shutil.copytree(report, frozen, copy_function=shutil.copyfile)
    pages = b"".join(page.read_bytes() for page in sorted(report.glob("*.html")))
    for asset in sorted((settings.home.reports / "assets").glob("*")):
        if asset.is_file() and asset.name.encode() in pages:
            (building / "reports" / "assets").mkdir(exist_ok=True)
            shutil.copyfile(asset, building / "reports" / "assets" / asset.name)
    shutil.copytree(METADATA_ROOT, building / METADATA_ROOT.name, copy_function=shutil.copyfile)
    if (_PROJECT / _LOCK).is_file():
        shutil.copyfile(_PROJECT / _LOCK, building / _LOCK)
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


def _manifest(settings: Settings, as_of: datetime, standing: _Standing, submission_count: int) -> Manifest:
    """The manifest but for its reason and files."""
    ledger = read_ledger(settings.home)
    if len(ledger) < submission_count:
        raise IntegrityError(f"the database knows {submission_count} files, the ledger only {len(ledger)}")
    before = previous_period(settings.period)
    compared_as_of = _measured_as_of(measured_dir(settings, before) / "figures.parquet")
    previous = None
    if standing.last is not None:
        place = standing.last.relative_to(settings.home.releases).as_posix()
        previous = Link(place, hash_manifest(standing.last))
    return Manifest(
        standard=settings.standard,
        period=settings.period.label,
        as_of=as_of,
        number=standing.number,
        reason="",
        chain=standing.chain + 1,
        previous=previous,
        compared_period=before.label if compared_as_of else None,
        compared_as_of=compared_as_of,
        versions=versions(),
        originals=tuple(ledger[:submission_count]),
        files={},
    )


def _measured_as_of(figures: Path) -> datetime | None:
    """As of when the period before was measured, whose figures the report shows for comparison; None if it was not."""
    if not figures.exists():
        return None
    found = pc.unique(read_table(figures)["as_of"]).to_pylist()
    if len(found) != 1:
        return None
    return found[0] if isinstance(found[0], datetime) else datetime.fromisoformat(str(found[0]))


def versions() -> dict[str, str]:
    """Python, the libraries that compute or draw, and one hash over the program's own files."""
    return {"python": platform.python_version(), "code_sha256": _code_hash(), **dict(_engines())}


def _engines() -> Iterator[tuple[str, str]]:
    for name in _ENGINES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            yield name, ""


def _code_hash() -> str:
    digest = hashlib.sha256()
    for folder in ("pipelines", "notebooks"):
        for path in sorted((_PROJECT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and ".ipynb_checkpoints" not in path.parts:
                digest.update(path.relative_to(_PROJECT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


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
