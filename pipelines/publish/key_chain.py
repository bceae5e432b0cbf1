"""The public keys with which a bureau signs, each signed by the one before it: keys.json, which every release holds.

Nothing here is secret.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import TypeAdapter

from pipelines.errors import IntegrityError, UsageError
from pipelines.publish.wording import say

NAME = "keys.json"
FORMAT = 1
_GROUP = 4


@dataclass(frozen=True)
class KeyEntry:
    """One public key, base64 of its 32 bytes, and the number in the chain of the first release that it signs.

    `signature` is base64 of what the key before it signed; the first key and one made after a loss have none.
    """

    public_key: str
    from_sequence: int
    made_at: datetime
    reason: str
    signature: str | None = None

    @property
    def content(self) -> bytes:
        """What the key before it signs: the entry without its signature, as JSON in one form."""
        row = asdict(self) | {"made_at": self.made_at.isoformat(timespec="seconds")}
        del row["signature"]
        return json.dumps(row, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()


@cache
def _adapter() -> TypeAdapter[tuple[KeyEntry, ...]]:
    return TypeAdapter(tuple[KeyEntry, ...])


def chain_text(keys: Sequence[KeyEntry]) -> str:
    """keys.json of these keys."""
    rows = [asdict(one) | {"made_at": one.made_at.isoformat(timespec="seconds")} for one in keys]
    return json.dumps({"format": FORMAT, "keys": rows}, ensure_ascii=False, indent=1) + "\n"


def read_chain(path: Path) -> tuple[KeyEntry, ...]:
    """The keys, oldest first, at least one; IntegrityError where the file is missing or damaged.

    UsageError where a newer program wrote it.
    """
    try:
        document: dict[str, Any] = json.loads(path.read_bytes())
        if document["format"] > FORMAT:
            raise UsageError(say("keys.newer", path=path, found=document["format"], known=FORMAT))
        keys = _adapter().validate_json(json.dumps(document["keys"]), strict=True)
        for one in keys:
            public_key(one.public_key)
            base64.b64decode(one.signature or "", validate=True)
    except FileNotFoundError as error:
        raise IntegrityError(say("keys.chain_missing", path=path)) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise IntegrityError(say("keys.chain_damaged", path=path)) from error
    if not keys:
        raise IntegrityError(say("keys.chain_damaged", path=path))
    return keys


def public_key(text: str) -> Ed25519PublicKey:
    """The key written as base64 of its 32 bytes; ValueError where it is none."""
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))


def public_text(private: Ed25519PrivateKey) -> str:
    """The public key of the pair, base64 of its 32 bytes."""
    return base64.b64encode(private.public_key().public_bytes_raw()).decode()


def fingerprint(text: str) -> str:
    """sha256 of the public key in DER, hex: what `openssl pkey -pubin -outform DER | sha256sum` says."""
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    return hashlib.sha256(public_key(text).public_bytes(serialization.Encoding.DER, spki)).hexdigest()


def spaced(digest: str) -> str:
    """A hex digest in groups of four, as people compare it."""
    return " ".join(digest[start : start + _GROUP] for start in range(0, len(digest), _GROUP))


def is_signed(key: str, signature: bytes, content: bytes) -> bool:
    """Whether that key signed the content."""
    try:
        public_key(key).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


def key_in_force(keys: Sequence[KeyEntry], sequence: int) -> KeyEntry | None:
    """The key that signs the release of that number in the chain; None before the first."""
    return next((one for one in reversed(keys) if one.from_sequence <= sequence), None)


def rotation_problems(keys: Sequence[KeyEntry]) -> list[str]:
    """A sentence per key that the one before it did not sign as it stands, or that begins before that one.

    One without any signature was made after a loss: that is for who trusts the key before it to judge.
    """
    problems = []
    for before, one in pairwise(keys):
        shown = {"path": NAME, "sequence": one.from_sequence, "fingerprint": spaced(fingerprint(one.public_key))}
        if one.signature is not None and not is_signed(before.public_key, base64.b64decode(one.signature), one.content):
            problems.append(say("keys.forged", **shown))
        if one.from_sequence < before.from_sequence:
            problems.append(say("keys.order", **shown))
    return problems
