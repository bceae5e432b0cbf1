"""Whether a release still is what was published."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import IntegrityError, UsageError
from pipelines.metadata.periods import parse_period
from pipelines.publish.manifest import NAME, Manifest, hash_manifest, read_manifest
from pipelines.publish.wording import say
from pipelines.store.files import sha256_file

_SHOWN = 12


@dataclass(frozen=True)
class Verification:
    """What a check of a release found: a sentence per problem, none when all is right, and what was not checked."""

    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()


def verify(folder: Path) -> Verification:
    """A sentence for each file that is missing, extra or changed, by path; none when the release is whole.

    Where its neighbours in the chain lie beside it, their hashes are compared too. Works offline and on read-only
    media. Integrity only: who published is not checked.
    """
    try:
        manifest = read_manifest(folder)
    except IntegrityError as error:
        return Verification((say("verify.manifest", reason=error),))
    present = {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or not path.is_dir()
    }
    present.pop(NAME)
    problems = []
    for name in sorted(manifest.files.keys() | present.keys()):
        if problem := _problem(name, present.get(name), manifest.files.get(name)):
            problems.append(problem)
    return Verification((*problems, *_chain_problems(folder.resolve(), manifest)))


def _problem(name: str, path: Path | None, expected: str | None) -> str | None:
    if path is None:
        return say("verify.missing", path=name)
    if path.is_symlink() or not path.is_file():
        return say("verify.link", path=name)
    if expected is None:
        return say("verify.extra", path=name)
    found = sha256_file(path)
    if found == expected:
        return None
    return say("verify.changed", path=name, expected=expected[:_SHOWN], found=found[:_SHOWN])


def _is_place(folder: Path) -> bool:
    """Whether the folder lies as a release does under releases/: in a period's folder, by its number."""
    try:
        parse_period(folder.parent.name)
    except UsageError:
        return False
    return len(folder.parents) > 2 and re.fullmatch(r"r\d+", folder.name) is not None


def _chain_problems(folder: Path, manifest: Manifest) -> list[str]:
    """Neighbours disagree only when a manifest was rewritten; a release that was copied away has none."""
    place = "/".join(folder.parts[-3:])
    if place != manifest.path:
        return [say("verify.other_place", place=place, path=manifest.path)] if _is_place(folder) else []
    releases = folder.parents[2]
    problems = []
    if manifest.previous:
        before = releases / manifest.previous.path
        if not (before / NAME).is_file():
            problems.append(say("verify.chain_absent", path=manifest.previous.path))
        elif hash_manifest(before) != manifest.previous.sha256:
            problems.append(say("verify.chain_previous", path=manifest.previous.path))
    own = hash_manifest(folder)
    for other in sorted(releases.glob(f"*/*/r*/{NAME}")):
        try:
            link = read_manifest(other.parent).previous
        except IntegrityError:
            continue
        if link and link.path == manifest.path and link.sha256 != own:
            problems.append(say("verify.chain_next", path=other.parent.relative_to(releases).as_posix()))
    return problems
