"""Whether the ledger of a home still holds what its releases rest on: a restored backup may be older than they are."""

from __future__ import annotations

from pathlib import Path

from pipelines.errors import IntegrityError
from pipelines.publish.manifest import NAME, read_manifest, readable_releases
from pipelines.publish.wording import say
from pipelines.store.home import Home
from pipelines.store.ledger import read_ledger


def missing_backing(home: Home) -> str | None:
    """A sentence naming the newest release that rests on files which the ledger does not hold; None where all does.

    A release whose own manifest cannot be read is left to `verify`.
    """
    manifests = [manifest for _, manifest in readable_releases(home.releases)]
    manifests.sort(key=lambda manifest: manifest.chain, reverse=True)
    ledger = {entry.sequence: entry for entry in read_ledger(home)}
    for manifest in manifests:
        lost = [entry.sequence for entry in manifest.originals if ledger.get(entry.sequence) != entry]
        if lost:
            return say("publish.ledger_behind", release=manifest.path, first=lost[0], listed=len(ledger))
    return None


def refuse_newer(home: Home) -> None:
    """UsageError naming a release in the home that a newer program made: it rests on what this one does not know."""
    for path in sorted(home.releases.glob(f"*/*/r*/{NAME}")):
        try:
            read_manifest(path.parent)
        except IntegrityError:  # left to `verify`
            continue


def home_of(release: Path) -> Home | None:
    """The home in which the release lies; None for one that was copied away."""
    folders = release.resolve().parents
    home = Home(folders[3]) if len(folders) > 3 else None
    return home if home and folders[2] == home.releases and home.data.is_dir() else None
