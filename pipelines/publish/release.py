"""Freeze a period: report, rows, contracts and manifest in one folder that is there whole, or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import yaml

from pipelines.errors import IntegrityError, UsageError
from pipelines.metadata import METADATA_ROOT
from pipelines.publish.accepted_rows import FOLDER as ROWS
from pipelines.publish.accepted_rows import write_rows
from pipelines.publish.backing import missing_backing
from pipelines.publish.crate import write_crate
from pipelines.publish.environment import PROJECT, versions
from pipelines.publish.key_chain import NAME as KEYS
from pipelines.publish.key_chain import chain_text
from pipelines.publish.keys import unlock
from pipelines.publish.manifest import (
    NAME,
    SIGNATURE,
    Link,
    Manifest,
    hash_files,
    hash_manifest,
    manifest_text,
    releases_of,
)
from pipelines.publish.report_check import ReportManifest, check_printed, check_report, used_originals
from pipelines.publish.revision import write_revision
from pipelines.publish.trust import NAME as TRUST
from pipelines.publish.trust import read_trust, trust_of, write_trust
from pipelines.publish.wording import say
from pipelines.report.corrections import unapplied
from pipelines.report.manifest import shared_assets
from pipelines.settings import Settings
from pipelines.store.files import copy_folder, remove_folder, sync_folder
from pipelines.store.home import Home
from pipelines.store.ledger import LedgerEntry, read_ledger

_LOCK = "requirements.lock"
_SHOWN = 5


@dataclass(frozen=True)
class _Standing:
    """What the home already holds: every release in order, and the last of this standard and period."""

    history: tuple[Link, ...]
    number: int
    revised: Path | None


def publish(
    settings: Settings, reason: str, passphrase: str | None = None, now: Callable[[], datetime] = datetime.now
) -> Path:
    """The folder releases/<standard>/<period>/r<N> with the report of `settings`, made now, signed and never changed.

    `passphrase` opens the home's key; without it that of the environment does. UsageError where `as_of` is missing, the
    report was not made for it or before all its files came, a correction by the bureau could not be applied, a revision
    gives no reason, or no key can be opened;
    IntegrityError where the report or the key is not as it was made, or ledger or releases are older than what was
    published last. A crash after the release is in place leaves trust.json one release behind, which harms nobody.
    """
    as_of = settings.as_of
    if as_of is None:
        raise UsageError(say("publish.no_as_of"))
    if behind := missing_backing(settings.home):
        raise IntegrityError(behind)
    signer = unlock(settings.home, passphrase)
    report = settings.home.reports / settings.standard / settings.period.label
    made = check_report(settings, report)
    originals = used_originals(settings, made)
    _check_corrections(settings)
    standing = _standing(settings)
    if standing.revised is not None and not reason.strip():
        raise UsageError(say("publish.no_reason", period=settings.period.label))
    check_printed(settings, made.trust, signer.public_key, standing.history)
    target = settings.home.releases / settings.standard / settings.period.label / f"r{standing.number}"
    building = target.with_name(f".{target.name}.part")
    remove_folder(building)
    building.mkdir(parents=True)
    _fill(settings, report, building)
    write_rows(settings, building / ROWS, [entry.sequence for entry in read_ledger(settings.home)])
    if standing.revised is not None:
        write_revision(building, standing.revised, reason)
    (building / KEYS).write_text(chain_text(signer.keys), encoding="utf-8", newline="\n")
    manifest = _manifest(settings, as_of, standing, made, originals, signer.public_key, now())
    manifest = replace(manifest, reason=reason.strip())
    write_crate(building, manifest)
    manifest = replace(manifest, files=hash_files(building))
    content = manifest_text(manifest).encode()
    (building / NAME).write_bytes(content)
    (building / SIGNATURE).write_bytes(signer.sign(content))
    _seal(building)
    building.rename(target)
    sync_folder(target.parent)
    write_trust(settings.home.keys / TRUST, trust_of(signer.public_key, target, manifest))
    return target


def _check_corrections(settings: Settings) -> None:
    """UsageError naming the corrections that could not be applied: what the bureau decided must not go missing."""
    found = unapplied(settings)
    if not found:
        return
    lines = [say("publish.unapplied_one", **vars(one)) for one in found[:_SHOWN]]
    raise UsageError(say("publish.unapplied", count=len(found), listed=say("causes.list").join(lines)))


def _iso(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat(timespec="seconds")


def _standing(settings: Settings) -> _Standing:
    releases = releases_of(settings.home.releases)
    _check_chain(settings.home, releases)
    own = [(folder, one) for folder, one in releases if (one.standard, one.period) == _name(settings)]
    last = releases[-1] if releases else None
    latest = max(own, key=lambda pair: pair[1].number, default=None)
    return _Standing(
        history=(*last[1].history, Link(last[1].path, hash_manifest(last[0]))) if last else (),
        number=latest[1].number + 1 if latest else 1,
        revised=latest[0] if latest else None,
    )


def _check_chain(home: Home, releases: Sequence[tuple[Path, Manifest]]) -> None:
    """IntegrityError where the last release is not there: the next one would bear its number with another content."""
    path = home.keys / TRUST
    if not path.exists():
        return
    seen = read_trust(path)
    hashes = (hash_manifest(folder) for folder, one in releases if one.path == seen.path)
    if seen.sequence and not any(found == seen.sha256 for found in hashes):
        raise IntegrityError(say("publish.releases_behind", release=seen.path, sequence=seen.sequence))


def _name(settings: Settings) -> tuple[str, str]:
    return settings.standard, settings.period.label


def _fill(settings: Settings, report: Path, building: Path) -> None:
    """Copy the report at the depth at which its pages find the shared files, and everything it was made by."""
    frozen = building / "reports" / settings.standard / settings.period.label
    copy_folder(report, frozen)
    for asset in shared_assets(report, settings.home.reports):
        (building / "reports" / "assets").mkdir(exist_ok=True)
        shutil.copyfile(asset, building / "reports" / "assets" / asset.name)
    copy_folder(METADATA_ROOT, building / METADATA_ROOT.name)
    if (PROJECT / _LOCK).is_file():
        shutil.copyfile(PROJECT / _LOCK, building / _LOCK)
    if settings.home.calendar.is_file():
        shutil.copyfile(settings.home.calendar, building / settings.home.calendar.name)
    params = {"standard": settings.standard, "period": settings.period.label, "as_of": _iso(settings.as_of)}
    chosen = yaml.safe_dump(params, sort_keys=False)
    (building / "params.yaml").write_text(chosen, encoding="utf-8", newline="\n")


def _manifest(
    settings: Settings,
    as_of: datetime,
    standing: _Standing,
    report: ReportManifest,
    originals: tuple[LedgerEntry, ...],
    key: str,
    published_at: datetime,
) -> Manifest:
    """The manifest but for its reason and files."""
    return Manifest(
        standard=settings.standard,
        period=settings.period.label,
        as_of=as_of,
        number=standing.number,
        reason="",
        published_at=published_at.replace(microsecond=0),
        key=key,
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
