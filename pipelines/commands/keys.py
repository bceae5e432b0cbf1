"""Commands that make and change the bureau's keys: keygen, rotate. The passphrase is asked for, never an option."""

from __future__ import annotations

import os
from pathlib import Path

import click

from pipelines.commands.declaring import command
from pipelines.commands.locking import locked
from pipelines.commands.options import home_option
from pipelines.errors import UsageError
from pipelines.store.home import Home
from pipelines.wording import text


def known_passphrase(home: Home) -> str:
    """The passphrase of the home's key, from the environment or typed; empty where there is no key to open."""
    from pipelines.publish.key_chain import NAME

    return _passphrase("keys.ask", is_new=False) if (home.keys / NAME).exists() else ""


def _passphrase(key: str, *, is_new: bool) -> str:
    from pipelines.publish.keys import PASSPHRASE, no_passphrase

    given = os.environ.get(PASSPHRASE)
    if given:
        return given
    again = text("keys.again") if is_new else False
    try:
        return str(click.prompt(text(key), hide_input=True, confirmation_prompt=again, err=True))
    except click.Abort as error:
        raise no_passphrase() from error


@command("keygen")
@click.option("--replace-lost", is_flag=True, help=text("options.replace_lost"))
@click.option("--reason", default="", help=text("options.key_reason"))
@home_option
def keygen(root: Path, replace_lost: bool, reason: str) -> None:
    """Make the pair of keys that signs releases; asks twice for a passphrase.

    The private key stays in keys/private.pem, encrypted: keep a copy of it and the passphrase apart. Hand
    keys/trust.json to the auditors. --replace-lost --reason makes a new pair after a loss, which no key before vouches
    for.
    """
    from pipelines.publish import keys

    home = _existing(root)
    with locked(home):
        if replace_lost:
            keys.check_replaceable(home, reason)
            trust = keys.replace_lost(home, _passphrase("keys.ask_new", is_new=True), reason)
        else:
            keys.check_absent(home)
            trust = keys.keygen(home, _passphrase("keys.ask_new", is_new=True))
    _tell("keys.replaced" if replace_lost else "keys.made", home, trust.fingerprint)


@command("rotate")
@click.option("--reason", required=True, help=text("options.key_reason"))
@home_option
def rotate(root: Path, reason: str) -> None:
    """Change the pair of keys; the old one signs the new, so that auditors can follow.

    Asks for the passphrase, then twice for the new one; one that the environment gives stays the same.
    """
    from pipelines.publish import keys

    home = _existing(root)
    with locked(home):
        signer = keys.unlock(home, known_passphrase(home))
        trust = keys.rotate(home, signer, _passphrase("keys.ask_new", is_new=True), reason)
    _tell("keys.rotated", home, trust.fingerprint)


def _existing(root: Path) -> Home:
    if not root.is_dir():
        raise UsageError(text("errors.no_home", home=root))
    return Home(root)


def _tell(key: str, home: Home, fingerprint: str) -> None:
    from pipelines.publish.key_chain import spaced
    from pipelines.publish.keys import PRIVATE
    from pipelines.publish.trust import NAME as TRUST

    click.echo(text(key, fingerprint=spaced(fingerprint)))
    click.echo(text("keys.secret", path=home.keys / PRIVATE))
    click.echo(text("keys.public", path=home.keys / TRUST))
