"""The bureau's pair of keys: made, changed, replaced after a loss, and unlocked to sign a release.

SECRET is keys/private.pem of the home (and while a key is being changed keys/next.pem, and what is kept of a key that
was given up, keys/lost-*.pem): it is encrypted with the passphrase, readable by its owner alone, and goes into no
release, report, log or backup that others read. keys.json and trust.json beside it are public.
"""

from __future__ import annotations

import base64
import os
import stat
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pipelines.errors import IntegrityError, UsageError
from pipelines.publish.key_chain import NAME as CHAIN
from pipelines.publish.key_chain import KeyEntry, chain_text, fingerprint, public_text, read_chain
from pipelines.publish.manifest import releases_of
from pipelines.publish.trust import NAME as TRUST
from pipelines.publish.trust import Trust, last_trust, write_trust
from pipelines.publish.wording import say
from pipelines.store.files import write_atomically, write_text_atomically
from pipelines.store.home import Home

PRIVATE = "private.pem"
PASSPHRASE = "SCHOOL_SAFETY_PASSPHRASE"
"""Environment variable from which machines give the passphrase."""
SHORTEST = 8
_NEXT = "next.pem"
_SHOWN = 8
_BCRYPT_ROUNDS = 32
"""Twice what ssh-keygen takes: a fraction of a second a try."""
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_OWNER_ONLY = stat.S_IRUSR | stat.S_IWUSR


@dataclass(frozen=True)
class Signer:
    """A key that was unlocked, with the public keys up to it. Its pair stays in memory only."""

    keys: tuple[KeyEntry, ...]
    _pair: Ed25519PrivateKey

    @property
    def public_key(self) -> str:
        """Base64 of the 32 bytes of the public key."""
        return self.keys[-1].public_key

    def sign(self, content: bytes) -> bytes:
        """Ed25519 signature of 64 bytes."""
        return self._pair.sign(content)

    def __repr__(self) -> str:
        return f"Signer({self.public_key})"


def keygen(home: Home, passphrase: str, now: Callable[[], datetime] = datetime.now) -> Trust:
    """Make the home's first pair of keys; what an auditor keeps of it.

    UsageError where the passphrase is too short, and as `check_absent` says.
    """
    check_absent(home)
    return _install(home, Ed25519PrivateKey.generate(), passphrase, (), "", None, now)


def rotate(
    home: Home, signer: Signer, passphrase: str, reason: str, now: Callable[[], datetime] = datetime.now
) -> Trust:
    """Make a new pair, under its own passphrase, that the one before it signs; it signs from the next release on."""
    _check_reason(reason)
    return _install(home, Ed25519PrivateKey.generate(), passphrase, signer.keys, reason, signer, now)


def replace_lost(home: Home, passphrase: str, reason: str, now: Callable[[], datetime] = datetime.now) -> Trust:
    """Make a new pair that nothing signs, since the one before it is lost: every auditor must be told by another way.

    What is left of the lost pair is kept beside it under another name.
    """
    keys = check_replaceable(home, reason)
    return _install(home, Ed25519PrivateKey.generate(), passphrase, keys, reason, None, now)


def check_absent(home: Home) -> None:
    """UsageError where the home has keys; IntegrityError where it lost keys.json, of which every release has a copy."""
    if (home.keys / CHAIN).exists():
        raise UsageError(say("keys.exists", path=home.keys / CHAIN))
    releases = releases_of(home.releases)
    if releases:
        raise IntegrityError(say("keys.chain_lost", path=home.keys / CHAIN, release=releases[-1][0]))


def check_replaceable(home: Home, reason: str) -> tuple[KeyEntry, ...]:
    """The keys that the home had, to which one is added after a loss; UsageError without a reason or any key before."""
    _check_reason(reason)
    if not (home.keys / CHAIN).exists() and not releases_of(home.releases):
        raise UsageError(say("keys.none", home=home.root))
    return read_chain(home.keys / CHAIN)


def no_passphrase() -> UsageError:
    """What to say where none was given."""
    return UsageError(say("keys.no_passphrase", variable=PASSPHRASE))


def unlock(home: Home, passphrase: str | None = None) -> Signer:
    """The key with which the home signs now; without `passphrase` that of the environment opens it.

    UsageError where there is no key, no passphrase or a wrong one; IntegrityError where the key's file is damaged,
    may be read by others, or is none of keys.json.
    """
    path = home.keys / PRIVATE
    if not path.exists() and not (home.keys / CHAIN).exists():
        raise UsageError(say("keys.none", home=home.root))
    keys = read_chain(home.keys / CHAIN)
    given = os.environ.get(PASSPHRASE, "") if passphrase is None else passphrase
    if not given:
        raise no_passphrase()
    found = [one for one in (path, home.keys / _NEXT) if one.exists()]
    if not found:
        raise UsageError(say("keys.lost", path=path))
    pairs = [(one, _read_pair(one, given)) for one in found]
    for candidate, pair in pairs:
        if pair is not None and public_text(pair) == keys[-1].public_key:
            if candidate != path:
                _promote(home, keys)
            return Signer(keys, pair)
    if any(pair is None for _, pair in pairs):
        raise UsageError(say("keys.wrong_passphrase", path=path))
    raise IntegrityError(say("keys.other_pair", path=path, chain=home.keys / CHAIN))


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise UsageError(say("keys.no_reason"))


def _install(
    home: Home,
    pair: Ed25519PrivateKey,
    passphrase: str,
    before: tuple[KeyEntry, ...],
    reason: str,
    signer: Signer | None,
    now: Callable[[], datetime],
) -> Trust:
    """The pair beside the old one, then the chain that names it, then in its place: a crash loses neither of the two.

    `unlock` ends what a crash between left undone.
    """
    if len(passphrase) < SHORTEST:
        raise UsageError(say("keys.short", shortest=SHORTEST))
    releases = releases_of(home.releases)
    first = releases[-1][1].chain + 1 if releases else 1
    entry = KeyEntry(public_text(pair), first, now().replace(microsecond=0), reason.strip())
    if signer is not None:
        entry = replace(entry, signature=base64.b64encode(signer.sign(entry.content)).decode())
    home.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_atomically(home.keys / _NEXT, lambda part: _write_secret(part, _locked(pair, passphrase)))
    keys = (*before, entry)
    write_text_atomically(home.keys / CHAIN, chain_text(keys))
    _promote(home, keys)
    trust = last_trust(entry.public_key, releases)
    write_trust(home.keys / TRUST, trust)
    return trust


def _promote(home: Home, keys: tuple[KeyEntry, ...]) -> None:
    """Put the next pair in place; what is left of a lost one stays under the fingerprint of its key."""
    path = home.keys / PRIVATE
    if len(keys) > 1 and keys[-1].signature is None and path.exists():
        path.rename(path.with_name(f"lost-{fingerprint(keys[-2].public_key)[:_SHOWN]}.pem"))
    (home.keys / _NEXT).replace(path)


def _write_secret(path: Path, content: bytes) -> None:
    """A file that none but its owner could ever read, not even while it is written."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, _NEW_FILE, _OWNER_ONLY), "wb") as stream:
        stream.write(content)


def _bytes(passphrase: str) -> bytes:
    """The same bytes however an input method composed the characters."""
    return unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogateescape")


def _read_pair(path: Path, passphrase: str) -> Ed25519PrivateKey | None:
    """The pair in the file; None where the passphrase does not open it."""
    if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise IntegrityError(say("keys.readable", path=path))
    try:
        pair = serialization.load_ssh_private_key(path.read_bytes(), _bytes(passphrase))
    except ValueError as error:
        if "checksum" in str(error):
            return None
        raise IntegrityError(say("keys.damaged", path=path)) from None
    except TypeError:  # It is not encrypted.
        raise IntegrityError(say("keys.damaged", path=path)) from None
    if not isinstance(pair, Ed25519PrivateKey):
        raise IntegrityError(say("keys.damaged", path=path))
    return pair


def _locked(pair: Ed25519PrivateKey, passphrase: str) -> bytes:
    """The pair in OpenSSH's form, which `ssh-keygen` opens: the library stretches a passphrase for no other so far."""
    form = serialization.PrivateFormat.OpenSSH
    locked = form.encryption_builder().kdf_rounds(_BCRYPT_ROUNDS).build(_bytes(passphrase))
    return pair.private_bytes(serialization.Encoding.PEM, form, locked)
