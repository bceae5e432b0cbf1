"""The originals of a release, wherever they lie, in a clean home."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

from pipelines.errors import IntegrityError, UsageError
from pipelines.publish.manifest import Manifest
from pipelines.publish.wording import say
from pipelines.store.files import sha256_file
from pipelines.store.home import Home
from pipelines.store.ledger import LedgerEntry, append_entries
from pipelines.store.pruned import Pruned, pruned_lines, read_pruned


def fill_home(home: Home, manifest: Manifest, originals: Path) -> None:
    """Copy the listed originals, each checked against its hash, and write a ledger of them in the order of receipt.

    They lie in a vault, or in one folder under any names. The clean home numbers them from 1 on; in the home that
    published other files may have come between them. IntegrityError naming one that is missing or was changed;
    UsageError saying which months were pruned, when and by which term.
    """
    sources = {entry.sha256: _in_vault(originals, entry.sha256) for entry in manifest.originals}
    missing = [entry for entry in manifest.originals if sources[entry.sha256] is None]
    sources |= _by_content(originals, missing)
    pruned = _pruned(originals, {entry.sha256 for entry in missing if sources[entry.sha256] is None})
    for entry in manifest.originals:
        source = sources[entry.sha256]
        named = {"sha256": entry.sha256, "file": entry.file_name, "folder": originals}
        if source is None and entry.sha256 in pruned:
            raise UsageError(say("reproduce.pruned", release=manifest.path) + "".join(pruned_lines(pruned.values())))
        if source is None:
            is_changed = (originals / Path(entry.file_name).name).is_file()
            key = "reproduce.original_changed" if is_changed else "reproduce.original_missing"
            raise IntegrityError(say(key, **named))
        if sha256_file(source) != entry.sha256:
            raise IntegrityError(say("reproduce.original_changed", **named))
        target = home.original(entry.sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    append_entries(home, [replace(entry, sequence=number) for number, entry in enumerate(manifest.originals, 1)])


def _pruned(originals: Path, missing: Collection[str]) -> dict[str, Pruned]:
    """Those of the missing originals that the home, whose vault that folder is, removed past their term."""
    home = Home(originals.resolve().parents[1]) if len(originals.resolve().parents) > 1 else None
    if home is None or originals.resolve() != home.originals:
        return {}
    return {one.sha256: one for one in read_pruned(home).values() if one.sha256 in missing}


def _in_vault(originals: Path, sha256: str) -> Path | None:
    places = (originals / sha256[:2] / sha256, originals / sha256)
    return next((path for path in places if path.is_file()), None)


def _by_content(originals: Path, wanted: Iterable[LedgerEntry]) -> dict[str, Path | None]:
    """Files of the folder by their hash; only those of a wanted size are read."""
    sizes = {entry.size for entry in wanted}
    if not sizes:
        return {}
    hashes = {entry.sha256 for entry in wanted}
    files = (path for path in sorted(originals.iterdir()) if path.is_file() and path.stat().st_size in sizes)
    found = {sha256_file(path): path for path in files}
    return {sha256: path for sha256, path in found.items() if sha256 in hashes}
