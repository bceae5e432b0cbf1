"""What an auditor keeps of a bureau: its public key and the last release seen. Only with it are signer and replay told.

trust.json is public: the home writes its own beside the keys, and the bulletin prints what it says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from pipelines.errors import IntegrityError, UsageError
from pipelines.publish.key_chain import KeyEntry, fingerprint, key_in_force, spaced
from pipelines.publish.manifest import NAME as MANIFEST
from pipelines.publish.manifest import Link, Manifest, hash_manifest, read_manifest
from pipelines.publish.wording import say
from pipelines.store.files import write_text_atomically

NAME = "trust.json"
FORMAT = 1


@dataclass(frozen=True)
class Trust:
    """The public key that signs now, and the last release: number in the chain, place, sha256 of its manifest.

    `sequence` 0, without place and hash, stands for a home that has published nothing yet.
    """

    public_key: str
    sequence: int = 0
    path: str | None = None
    sha256: str | None = None

    @property
    def fingerprint(self) -> str:
        """Of the public key, hex."""
        return fingerprint(self.public_key)


def last_trust(public_key: str, releases: Sequence[tuple[Path, Manifest]]) -> Trust:
    """The key with the last of a home's releases, which are in the order of the chain."""
    return trust_of(public_key, *releases[-1]) if releases else Trust(public_key)


def trust_of(public_key: str, release: Path, manifest: Manifest) -> Trust:
    """The key with that release as the last one."""
    return Trust(public_key, manifest.chain, manifest.path, hash_manifest(release))


def trust_document(trust: Trust) -> dict[str, Any]:
    """What trust.json says; a report's manifest records the same."""
    return {"format": FORMAT, "fingerprint": trust.fingerprint, **asdict(trust)}


def write_trust(path: Path, trust: Trust) -> None:
    """trust.json, whole or not at all."""
    write_text_atomically(path, json.dumps(trust_document(trust), ensure_ascii=False, indent=1) + "\n")


def read_trust(path: Path) -> Trust:
    """What the file says; IntegrityError where it is damaged, UsageError where a newer program wrote it."""
    try:
        return parse_trust(json.loads(path.read_bytes()))
    except UsageError as error:
        raise UsageError(say("trust.newer", path=path, known=FORMAT)) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise IntegrityError(say("trust.damaged", path=path)) from error


def parse_trust(document: dict[str, Any]) -> Trust:
    """What such a document says; ValueError, KeyError or TypeError where it is none."""
    if document["format"] > FORMAT:
        raise UsageError(say("trust.newer", path=NAME, known=FORMAT))
    trust = TypeAdapter(Trust).validate_json(json.dumps(document), strict=True)
    has_release = bool(trust.sha256 and trust.path)
    if trust.fingerprint != document["fingerprint"] or has_release != (trust.sequence > 0):
        raise ValueError("key and fingerprint, or number and hash, do not belong together")
    return trust


def trust_problems(release: Path, manifest: Manifest, keys: Sequence[KeyEntry], trust: Trust) -> Iterator[str]:
    """Why a release that is whole is not one of the trusted bureau, or is another than the one seen before."""
    own = hash_manifest(release)
    told = {"sequence": manifest.chain, "last": trust.sequence, "path": trust.path}
    if manifest.chain > trust.sequence:
        if trust.sequence and manifest.history[trust.sequence - 1].sha256 != trust.sha256:
            yield say("trust.fork_history", **told)
        yield from _signer_problems(manifest, keys, trust)
    elif manifest.chain == trust.sequence:
        if own != trust.sha256:
            yield say("trust.fork", **told)
    else:
        later = _seen_release(release, trust)
        if later is None:
            yield say("trust.replay", **told)
        elif Link(manifest.path, own) not in later.history:
            yield say("trust.fork_older", **told)


def move_on(path: Path, trust: Trust, release: Path) -> bool:
    """Let the file at `path` hold a release that was found right; whether it did: only a newer one moves it."""
    manifest = read_manifest(release)
    is_newer = manifest.chain > trust.sequence
    if is_newer:
        write_trust(path, trust_of(manifest.key, release, manifest))
    return is_newer


def _signer_problems(manifest: Manifest, keys: Sequence[KeyEntry], trust: Trust) -> Iterator[str]:
    """Whether signed rotations lead from the trusted key to the one that signed; signatures are checked elsewhere."""
    signer, named = key_in_force(keys, manifest.chain), [one.public_key for one in keys]
    shown = {"found": spaced(fingerprint(signer.public_key)) if signer else "", "trusted": spaced(trust.fingerprint)}
    trusted = named.index(trust.public_key) if trust.public_key in named else len(keys)
    if signer not in keys[trusted:]:
        yield say("trust.other_key", **shown)
        return
    for one in keys[trusted + 1 : keys.index(signer) + 1]:
        if one.signature is None:
            yield say("trust.replaced", reason=one.reason, made_at=one.made_at, **shown)
            return
        if one.from_sequence <= trust.sequence:
            yield say("trust.backdated", sequence=one.from_sequence, last=trust.sequence, **shown)


def _seen_release(release: Path, trust: Trust) -> Manifest | None:
    """The manifest of the last release seen, where it lies beside this one: its hash proves it."""
    folder = release.resolve()
    places = [*(up / str(trust.path) for up in folder.parents[2:3]), *sorted(folder.parent.glob("*"))]
    for place in places:
        if (place / MANIFEST).is_file() and hash_manifest(place) == trust.sha256:
            return read_manifest(place)
    return None
