"""The originals of a release, wherever they lie, in a clean home."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.errors import IntegrityError
from pipelines.metadata.contracts import reading_hash
from pipelines.publish.manifest import Manifest
from pipelines.publish.wording import say
from pipelines.store.batches import open_batch, read_members, seal_batch
from pipelines.store.files import sha256_file
from pipelines.store.home import Home
from pipelines.store.ledger import LedgerEntry, append_entries
from pipelines.store.pruned import Pruned, append_pruned, kept_folders, read_pruned
from pipelines.store.tables import read_table, write_table


def fill_home(home: Home, manifest: Manifest, originals: Path) -> list[Pruned]:
    """Copy the listed originals, each checked against its hash, and write a ledger of them in the order of receipt.

    They lie in a vault, or in one folder under any names. The clean home numbers them from 1 on; in the home that
    published other files may have come between them. IntegrityError naming one that is missing or was changed.

    What the home, whose vault that folder is, removed past its term cannot be copied: the rows that it kept stand for
    it. These files are returned.
    """
    sources = {entry.sha256: _in_vault(originals, entry.sha256) for entry in manifest.originals}
    missing = [entry for entry in manifest.originals if sources[entry.sha256] is None]
    sources |= _by_content(originals, missing)
    pruned = _pruned(originals, {entry.sequence for entry in missing if sources[entry.sha256] is None})
    for entry in manifest.originals:
        source = sources[entry.sha256]
        named = {"sha256": entry.sha256, "file": entry.file_name, "folder": originals}
        if source is None and entry.sequence in pruned:
            continue
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
    if pruned:
        numbers = {
            entry.sequence: number for number, entry in enumerate(manifest.originals, 1) if entry.sequence in pruned
        }
        append_pruned(home, [replace(pruned[own], sequence=number) for own, number in numbers.items()])
        _copy_kept(_home_of(originals), home, numbers)
    return list(pruned.values())


def _home_of(originals: Path) -> Home:
    """The home whose vault that folder is; where it is a plain folder, one that holds no record."""
    home = Home(originals.resolve().parents[1])
    return home if originals.resolve() == home.originals else Home(originals / "none")


def _pruned(originals: Path, missing: Collection[int]) -> dict[int, Pruned]:
    """Those of the missing originals that the home, whose vault that folder is, removed past their term."""
    return {number: one for number, one in read_pruned(_home_of(originals)).items() if number in missing}


def _copy_kept(source: Home, home: Home, numbers: Mapping[int, int]) -> None:
    """The rows that were kept of those files, under the numbers that they have in the clean home."""
    own, new = pa.array(list(numbers), pa.int64()), pa.array(list(numbers.values()), pa.int64())
    for batch in kept_folders(source):
        members = [numbers[number] for number in read_members(batch) if number in numbers]
        if not members:
            continue
        folder = open_batch(home.kept, batch.name)
        for path in sorted(batch.glob("*.parquet")):
            table = read_table(path)
            rows = table.filter(pc.is_in(table["submission_no"], value_set=own))
            renumbered = pc.take(new, pc.index_in(rows["submission_no"], value_set=own))
            place = rows.column_names.index("submission_no")
            write_table(folder / path.name, rows.set_column(place, "submission_no", renumbered))
        seal_batch(folder, members, reading_hash())


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
