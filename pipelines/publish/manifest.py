"""A release's manifest: what it holds, what it was made from, which release went before."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from pipelines.errors import IntegrityError
from pipelines.publish.wording import say
from pipelines.store.files import sha256_file
from pipelines.store.ledger import LedgerEntry

NAME = "manifest.json"
FORMAT = 1


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

    `chain` counts the home's releases of all standards and periods from 1; `previous` is the release before it in
    that chain, None for the first. `compared_period` and `compared_as_of` name the earlier period whose figures the
    report shows beside its own, `earlier` those that only its trends show. `originals` are the files on which all these
    rest, no others. `files` maps a path inside the release to its sha256, the manifest itself excepted.
    """

    standard: str
    period: str
    as_of: datetime
    number: int
    reason: str
    chain: int
    previous: Link | None
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


def manifest_text(manifest: Manifest) -> str:
    """The manifest as JSON: sorted keys, the same text for the same content."""
    document = {"format": FORMAT, **asdict(manifest)}
    text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True, default=_moment)
    return f"{text}\n"


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    raise TypeError(f"{type(value).__name__} has no place in a manifest")


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def read_manifest(release: Path) -> Manifest:
    """The manifest of a release; IntegrityError where it is missing, cut short or of a newer version."""
    try:
        document = json.loads((release / NAME).read_bytes())
        version = document.pop("format")
        if version != FORMAT:
            raise IntegrityError(say("manifest.format", release=release, found=version, known=FORMAT))
        previous = document.pop("previous")
        originals = tuple(
            LedgerEntry(**{**entry, "received_at": datetime.fromisoformat(entry["received_at"])})
            for entry in document.pop("originals")
        )
        as_of = datetime.fromisoformat(document.pop("as_of"))
        compared = _time(document.pop("compared_as_of"))
        earlier = tuple(
            Earlier(each["period"], datetime.fromisoformat(each["as_of"])) for each in document.pop("earlier", ())
        )
        return Manifest(
            **document,
            as_of=as_of,
            compared_as_of=compared,
            previous=Link(**previous) if previous else None,
            originals=originals,
            earlier=earlier,
        )
    except FileNotFoundError as error:
        raise IntegrityError(say("manifest.missing", release=release)) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IntegrityError(say("manifest.damaged", release=release)) from error


def hash_files(folder: Path) -> dict[str, str]:
    """Path inside the folder to sha256, of every file, by path."""
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {path: sha256_file(folder / path) for path in paths}


def hash_manifest(release: Path) -> str:
    """sha256 of the manifest's bytes: what the next release is chained to."""
    return sha256_file(release / NAME)


def releases_of(releases: Path) -> list[tuple[Path, Manifest]]:
    """Every release of a home in the order of the chain."""
    found = [(path.parent, read_manifest(path.parent)) for path in releases.glob(f"*/*/r*/{NAME}")]
    return sorted(found, key=lambda pair: pair[1].chain)
