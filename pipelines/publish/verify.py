"""Whether a release still is what was published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import IntegrityError, UsageError
from pipelines.metadata.periods import parse_period
from pipelines.publish.key_chain import NAME as KEYS
from pipelines.publish.key_chain import (
    KeyEntry,
    fingerprint,
    is_signed,
    key_in_force,
    read_chain,
    rotation_problems,
    spaced,
)
from pipelines.publish.manifest import NAME, SIGNATURE, Manifest, hash_manifest, read_manifest, readable_releases
from pipelines.publish.same_id import changed_since_last
from pipelines.publish.trust import Trust, trust_problems
from pipelines.publish.wording import say
from pipelines.store.files import sha256_file

_SHOWN = 12
_SIGNATURE_LENGTH = 64


@dataclass(frozen=True)
class Verification:
    """What a check of a release found: a sentence per problem or, where there is none, what was and was not checked."""

    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()


def verify(folder: Path, trust: Trust | None = None) -> Verification:
    """What `verify_integrity` finds; where that is nothing, a sentence per figure that does not follow."""
    from pipelines.publish.figure_check import figure_problems

    found = verify_integrity(folder, trust)
    if found.problems:
        return found
    if problems := figure_problems(folder, read_manifest(folder)):
        return Verification(tuple(problems))
    changed = changed_since_last(folder)
    return Verification((), (*found.notes, *([changed] if changed else [])))


def verify_integrity(folder: Path, trust: Trust | None = None) -> Verification:
    """A sentence for each file that is missing, extra or changed, by path; none when the release is whole.

    Then whether the manifest's signature and the chain of keys are right and, where its neighbours in the chain lie
    beside it, whether they agree. Who signed, and whether a newer release was seen before, is told only by `trust`.
    Works offline and on read-only media. UsageError where a newer program made the release.
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
    own = {name: present.pop(name, None) for name in (NAME, SIGNATURE)}
    problems = [say("verify.link", path=name) for name, path in own.items() if path is not None and path.is_symlink()]
    for name in sorted(manifest.files.keys() | present.keys()):
        if problem := _problem(name, present.get(name), manifest.files.get(name)):
            problems.append(problem)
    problems += _signature_problems(folder, manifest)
    keys = _read_keys(folder, manifest, problems)
    problems += _chain_problems(folder.resolve(), manifest)
    if trust is not None and keys:
        problems += trust_problems(folder, manifest, keys, trust)
    return Verification(tuple(problems), () if problems else tuple(_notes(manifest, keys, trust)))


def _signature_problems(folder: Path, manifest: Manifest) -> Iterator[str]:
    path = folder / SIGNATURE
    if not path.is_file():
        yield say("verify.unsigned", path=SIGNATURE)
        return
    signature = path.read_bytes()
    if len(signature) != _SIGNATURE_LENGTH:
        yield say("verify.signature_cut", path=SIGNATURE, found=len(signature), expected=_SIGNATURE_LENGTH)
    elif not is_signed(manifest.key, signature, (folder / NAME).read_bytes()):
        yield say("verify.signature", path=SIGNATURE)


def _read_keys(folder: Path, manifest: Manifest, problems: list[str]) -> tuple[KeyEntry, ...]:
    """The keys in the release, none where they cannot be read; adds what is wrong with them to the problems."""
    try:
        keys = read_chain(folder / KEYS)
    except IntegrityError as error:
        problems.append(say("verify.manifest", reason=error))
        return ()
    problems += rotation_problems(keys)
    signer = key_in_force(keys, manifest.chain)
    if signer is None or signer.public_key != manifest.key:
        problems.append(say("verify.key_range", sequence=manifest.chain))
    return keys


def _notes(manifest: Manifest, keys: tuple[KeyEntry, ...], trust: Trust | None) -> Iterator[str]:
    if trust is None:
        signer = key_in_force(keys, manifest.chain)
        yield say("verify.no_trust", fingerprint=spaced(fingerprint(signer.public_key)) if signer else "")
        for one in keys[1:]:
            if one.signature is None:
                yield say("verify.replaced", sequence=one.from_sequence, made_at=one.made_at, reason=one.reason)
    else:
        yield say("verify.trusted", sequence=manifest.chain, last=trust.sequence)


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
    for other, found in readable_releases(releases):
        link = found.previous
        if link and link.path == manifest.path and link.sha256 != own:
            problems.append(say("verify.chain_next", path=other.relative_to(releases).as_posix()))
    return problems
