"""A release's manifest: what it holds, what it was made from, who signed it, which releases went before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from pipelines.errors import IntegrityError, PipelineError, UsageError
from pipelines.publish.wording import say
from pipelines.store.files import sha256_file
from pipelines.store.ledger import LedgerEntry

NAME = "manifest.json"
SIGNATURE = "manifest.sig"
"""64 bytes over those of the manifest: `openssl pkeyutl -verify -rawin` can check them."""
FORMAT = 2


@dataclass(frozen=True)
class Link:
    """Another release, by its place under releases/ and its manifest's sha256."""

    path: str
    sha256: str


@dataclass(frozen=True)
class Earlier:
    """A period before the compared one whose rates the report's trends show, and the moment as of which it was."""

    period: str
    as_of: datetime


@dataclass(frozen=True)
class Manifest:
    """Everything that a release stands on.

    `history` lists every release of the home before this one, of all standards and periods, in the order of the chain:
    a release alone thereby proves its place. `key` is the public key of who signed, `published_at` when by the clock.
    `compared_period` and `compared_as_of` name the earlier period whose figures the report shows beside its own,
    `earlier` those that only its trends show. `originals` are the files on which all these rest, no others. `files`
    maps a path inside the release to its sha256, the manifest and its signature excepted.
    """

    standard: str
    period: str
    as_of: datetime
    number: int
    reason: str
    published_at: datetime
    key: str
    history: tuple[Link, ...]
    compared_period: str | None
    compared_as_of: datetime | None
    versions: dict[str, str]
    originals: tuple[LedgerEntry, ...]
    files: dict[str, str]
    earlier: tuple[Earlier, ...] = ()

    @property
    def path(self) -> str:
        """The release's place under releases/."""
        return f"{self.standard}/{self.period}/r{self.number}"

    @property
    def chain(self) -> int:
        """The release's number among all of its home, from 1."""
        return len(self.history) + 1

    @property
    def previous(self) -> Link | None:
        """The release before it in the chain; None for the first."""
        return self.history[-1] if self.history else None


@cache
def _adapter() -> TypeAdapter[Manifest]:
    return TypeAdapter(Manifest)


def manifest_text(manifest: Manifest) -> str:
    """The manifest as JSON: sorted keys, the same text for the same content."""
    document = {"format": FORMAT, **asdict(manifest)}
    text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True, default=_moment)
    return f"{text}\n"


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a manifest")


def read_manifest(release: Path) -> Manifest:
    """The manifest of a release; IntegrityError where it is missing, cut short or unsigned as before format 2.

    UsageError where a newer program made it: nothing is wrong with the release, this program is too old.
    """
    try:
        content = (release / NAME).read_bytes()
        version = json.loads(content)["format"]
        if version > FORMAT:
            raise UsageError(say("manifest.newer", release=release, found=version, known=FORMAT))
        if version < FORMAT:
            raise IntegrityError(say("manifest.older", release=release, found=version, known=FORMAT))
        return _adapter().validate_json(content, strict=True)
    except FileNotFoundError as error:
        raise IntegrityError(say("manifest.missing", release=release)) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise IntegrityError(say("manifest.damaged", release=release)) from error


def hash_files(folder: Path) -> dict[str, str]:
    """Path inside the folder to sha256, of every file, by path."""
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {path: sha256_file(folder / path) for path in paths}


def hash_manifest(release: Path) -> str:
    """sha256 of the manifest's bytes: what the next release is chained to."""
    return sha256_file(release / NAME)


def readable_releases(releases: Path) -> Iterator[tuple[Path, Manifest]]:
    """Every release of a home whose manifest this program can read, by place; the others are left to `verify`."""
    for path in sorted(releases.glob(f"*/*/r*/{NAME}")):
        try:
            yield path.parent, read_manifest(path.parent)
        except PipelineError:
            continue


def releases_of(releases: Path) -> list[tuple[Path, Manifest]]:
    """Every release of a home in the order of the chain."""
    found = [(path.parent, read_manifest(path.parent)) for path in releases.glob(f"*/*/r*/{NAME}")]
    return sorted(found, key=lambda pair: pair[1].chain)
