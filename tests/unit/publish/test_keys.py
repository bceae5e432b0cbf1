"""Keys: one secret file that its passphrase opens, changed and replaced so that nothing is lost on the way."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pipelines.cli import cli
from pipelines.errors import IntegrityError, PipelineError, UsageError
from pipelines.publish import keys
from pipelines.publish.key_chain import (
    fingerprint,
    is_signed,
    key_in_force,
    public_key,
    read_chain,
    rotation_problems,
    spaced,
)
from pipelines.publish.release import publish
from pipelines.publish.trust import read_trust
from pipelines.settings import Settings
from pipelines.store.home import Home
from tests.unit.publish.signing import give_keys

PASSPHRASE = "青棂 2026 correct"
SEED_AT = 16
"""Where the 32 secret bytes begin in an Ed25519 key as PKCS#8."""


@pytest.fixture
def bare(tmp_path: Path) -> Home:
    """A home with a key and nothing else."""
    home = Home(tmp_path / "bare")
    give_keys(home)
    return home


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passphrases that are quickly stretched."""
    monkeypatch.setattr(keys, "_BCRYPT_ROUNDS", 1)


def said_by(command: str, *arguments: str | Path) -> bytes:
    """What the command says; the test is left out where there is none."""
    if shutil.which(command) is None:
        pytest.skip(f"needs the command {command}")
    return subprocess.run([command, *map(str, arguments)], check=True, capture_output=True).stdout


def test_the_first_key_is_secret_encrypted_and_the_owners_alone(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    trust = keys.keygen(home, PASSPHRASE)
    secret = home.keys / "private.pem"
    assert sorted(path.name for path in home.keys.iterdir()) == ["keys.json", "private.pem", "trust.json"]
    assert secret.stat().st_mode & 0o777 == 0o600
    assert home.keys.stat().st_mode & 0o777 == 0o700
    assert secret.read_bytes().startswith(b"-----BEGIN OPENSSH PRIVATE KEY-----\n")
    (entry,) = read_chain(home.keys / "keys.json")
    assert (entry.from_sequence, entry.signature, entry.reason) == (1, None, "")
    assert read_trust(home.keys / "trust.json") == trust
    assert (trust.public_key, trust.sequence, trust.sha256) == (entry.public_key, 0, None)
    signer = keys.unlock(home, PASSPHRASE)
    assert is_signed(entry.public_key, signer.sign(b"content"), b"content")
    assert not is_signed(entry.public_key, signer.sign(b"content"), b"Content")


def test_ssh_keygen_opens_the_key_and_shows_the_same_public_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the full cost of its passphrase, as a bureau's key is made."""
    monkeypatch.undo()
    home = Home(tmp_path / "home")
    trust = keys.keygen(home, "plain letters")
    assert keys.unlock(home, "plain letters").public_key == trust.public_key
    kind, blob = said_by("ssh-keygen", "-y", "-P", "plain letters", "-f", home.keys / "private.pem").split()[:2]
    assert kind == b"ssh-ed25519"
    assert base64.b64decode(blob).endswith(base64.b64decode(trust.public_key))


def test_openssl_checks_the_signature_of_a_release(settings: Settings, tmp_path: Path) -> None:
    release = publish(settings, "")
    pem = public_key(keys.unlock(settings.home).public_key).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    (tmp_path / "public.pem").write_bytes(pem)
    arguments = ("-pubin", "-inkey", tmp_path / "public.pem", "-rawin", "-in", release / "manifest.json")
    signature = ("-sigfile", release / "manifest.sig")
    said = said_by("openssl", "pkeyutl", "-verify", *arguments, *signature)
    assert b"Signature Verified Successfully" in said
    (tmp_path / "other.json").write_bytes((release / "manifest.json").read_bytes() + b" ")
    with pytest.raises(subprocess.CalledProcessError):
        said_by(
            "openssl",
            "pkeyutl",
            "-verify",
            *arguments[:-1],
            tmp_path / "other.json",
            "-sigfile",
            release / "manifest.sig",
        )


def _unencrypted(home: Home) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    (home.keys / "private.pem").write_bytes(pem)


def _of_another_home(home: Home) -> None:
    other = Home(home.root.with_name("other"))
    give_keys(other)
    shutil.copyfile(other.keys / "private.pem", home.keys / "private.pem")


def _cut(name: str) -> Callable[[Home], None]:
    def cut(home: Home) -> None:
        path = home.keys / name
        path.write_bytes(path.read_bytes()[:100])

    return cut


def _gone(name: str) -> Callable[[Home], None]:
    return lambda home: (home.keys / name).unlink()


@pytest.mark.parametrize(
    ("harm", "error", "said"),
    [
        (lambda home: shutil.rmtree(home.keys), UsageError, "school-safety keygen"),
        (_gone("private.pem"), UsageError, r"没有 .*private\.pem；请从备份恢复.*--replace-lost"),
        (_gone("keys.json"), IntegrityError, r"没有 .*keys\.json；每个发布版中都有一份"),
        (_cut("private.pem"), IntegrityError, r"private\.pem 已损坏.*--replace-lost"),
        (_cut("keys.json"), IntegrityError, r"keys\.json 已损坏.*每个发布版中都有一份"),
        (_unencrypted, IntegrityError, r"private\.pem 已损坏，不是加密的"),
        (_of_another_home, IntegrityError, r"private\.pem 不是 .*keys\.json 中最后一把公钥的私钥"),
        (lambda home: (home.keys / "private.pem").chmod(0o640), IntegrityError, r"可被其他用户读取.*chmod 600"),
    ],
    ids=["none", "lost", "no chain", "cut", "chain cut", "bare", "another's", "readable"],
)
def test_a_key_that_cannot_be_used_is_one_sentence_with_a_way_out(
    bare: Home, harm: Callable[[Home], None], error: type[PipelineError], said: str
) -> None:
    harm(bare)
    with pytest.raises(error, match=said):
        keys.unlock(bare)


@pytest.mark.parametrize("given", ["wrong passphrase", "A passphrase of the tests", "口令" * 4])
def test_a_wrong_passphrase_is_told_without_repeating_it(bare: Home, given: str) -> None:
    with pytest.raises(UsageError, match=r"口令不对，打不开 .*private\.pem") as told:
        keys.unlock(bare, given)
    assert given not in str(told.value)


def test_a_passphrase_comes_from_the_environment_or_is_asked_for(bare: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert keys.unlock(bare).public_key == keys.unlock(bare, os.environ[keys.PASSPHRASE]).public_key
    monkeypatch.delenv(keys.PASSPHRASE)
    with pytest.raises(UsageError, match="SCHOOL_SAFETY_PASSPHRASE"):
        keys.unlock(bare)


def test_a_passphrase_is_the_same_however_its_characters_were_composed(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    keys.keygen(home, "caf\u00e9 caf\u00e9")
    assert keys.unlock(home, "cafe\u0301 cafe\u0301").public_key


def test_a_short_passphrase_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="至少 8 个字符"):
        keys.keygen(Home(tmp_path / "home"), "seven77")
    assert not (tmp_path / "home").exists()


def test_a_second_first_key_is_refused(settings: Settings) -> None:
    with pytest.raises(UsageError, match="school-safety rotate"):
        keys.keygen(settings.home, PASSPHRASE)
    release = publish(settings, "")
    (settings.home.keys / "keys.json").unlink()
    with pytest.raises(IntegrityError, match=rf"请先从最近的 {release} 中复制一份"):
        keys.keygen(settings.home, PASSPHRASE)


def test_a_rotation_is_signed_by_the_key_before_and_signs_from_the_next_release_on(settings: Settings) -> None:
    publish(settings, "")
    before = keys.unlock(settings.home)
    trust = keys.rotate(settings.home, before, PASSPHRASE, " 定期更换 ")
    first, second = read_chain(settings.home.keys / "keys.json")
    assert (second.from_sequence, second.reason, second.public_key) == (2, "定期更换", trust.public_key)
    assert rotation_problems((first, second)) == []
    assert key_in_force((first, second), 1) == first
    assert key_in_force((first, second), 2) == second
    assert (trust.sequence, trust.path) == (1, "jinghong-2019/2026-10/r1")
    with pytest.raises(UsageError, match="口令不对"):
        keys.unlock(settings.home)
    assert keys.unlock(settings.home, PASSPHRASE).public_key == second.public_key
    names = {path.name for path in settings.home.keys.iterdir()}
    assert names == {"keys.json", "private.pem", "trust.json"}


@pytest.mark.parametrize("change", [{"reason": "别的"}, {"from_sequence": 2}, {"signature": "AAAA"}])
def test_a_rotation_that_was_edited_is_forged(bare: Home, change: dict[str, object]) -> None:
    keys.rotate(bare, keys.unlock(bare), PASSPHRASE, "定期更换")
    first, second = read_chain(bare.keys / "keys.json")
    (problem,) = rotation_problems((first, replace(second, **change)))  # type: ignore[arg-type]
    assert "签名是假的" in problem
    assert spaced(fingerprint(second.public_key)) in problem


def test_keys_out_of_order_are_told(bare: Home) -> None:
    keys.replace_lost(bare, PASSPHRASE, "丢失")
    first, second = read_chain(bare.keys / "keys.json")
    (problem,) = rotation_problems((replace(first, from_sequence=3), second))
    assert "排在比它晚启用的密钥之后" in problem


def test_a_rotation_wants_a_reason(bare: Home) -> None:
    with pytest.raises(UsageError, match="--reason"):
        keys.rotate(bare, keys.unlock(bare), PASSPHRASE, " ")
    with pytest.raises(UsageError, match="--reason"):
        keys.replace_lost(bare, PASSPHRASE, "")
    assert len(read_chain(bare.keys / "keys.json")) == 1


def test_a_lost_key_is_replaced_by_one_that_nothing_signs_and_what_is_left_of_it_stays(bare: Home) -> None:
    lost = (bare.keys / "private.pem").read_bytes()
    keys.replace_lost(bare, PASSPHRASE, "口令遗忘")
    first, second = read_chain(bare.keys / "keys.json")
    assert (second.signature, second.reason) == (None, "口令遗忘")
    kept = bare.keys / f"lost-{fingerprint(first.public_key)[:8]}.pem"
    assert (kept.read_bytes(), kept.stat().st_mode & 0o777) == (lost, 0o600)
    assert keys.unlock(bare, PASSPHRASE).public_key == second.public_key


def test_there_is_nothing_to_replace_before_the_first_key(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="school-safety keygen"):
        keys.replace_lost(Home(tmp_path), PASSPHRASE, "丢失")


class CrashError(Exception):
    """The end of the process."""


def _crash(*_: object) -> None:
    raise CrashError


@pytest.mark.parametrize(("place", "opens", "count"), [("_promote", PASSPHRASE, 2), ("write_text_atomically", None, 1)])
def test_a_crash_while_a_key_is_changed_loses_neither(
    bare: Home, monkeypatch: pytest.MonkeyPatch, place: str, opens: str | None, count: int
) -> None:
    """Before keys.json names the new pair the old one signs, after that the new one does."""
    signer = keys.unlock(bare)
    with monkeypatch.context() as patch, pytest.raises(CrashError):
        patch.setattr(keys, place, _crash)
        keys.rotate(bare, signer, PASSPHRASE, "定期更换")
    assert len(read_chain(bare.keys / "keys.json")) == count
    for _ in range(2):
        assert keys.unlock(bare, opens).public_key == read_chain(bare.keys / "keys.json")[-1].public_key
    with pytest.raises(UsageError, match="口令不对"):
        keys.unlock(bare, "neither of the two")


def test_c09_the_secret_key_and_passphrase_stand_nowhere_but_in_its_file(settings: Settings) -> None:
    """The control: the seed is found once the key is written without its encryption."""
    home = settings.home
    signer = keys.unlock(home)
    der = signer._pair.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    release = publish(settings, "")
    secret = (home.keys / "private.pem").read_bytes()
    canaries = (
        der[SEED_AT:],
        der[SEED_AT:].hex().encode(),
        secret.split(b"\n")[1],
        os.environ[keys.PASSPHRASE].encode(),
    )
    files = [path for path in home.root.rglob("*") if path.is_file() and path != home.keys / "private.pem"]
    assert release / "keys.json" in files
    assert [path for path in files if any(one in path.read_bytes() for one in canaries)] == []
    assert not list(release.rglob("*.pem"))
    assert str(der[SEED_AT:]) not in repr(signer)
    (home.root / "control").write_bytes(der)
    assert canaries[0] in (home.root / "control").read_bytes()


def test_git_leaves_the_keys_of_a_checkout_out(checkout: Path) -> None:
    ended = subprocess.run(["git", "check-ignore", "keys/private.pem"], cwd=checkout, capture_output=True, check=False)
    assert ended.stdout == b"keys/private.pem\n"


def command(home: Home, *arguments: str, typed: str = "") -> tuple[int, str]:
    """Exit code and everything said, with what is typed when it asks."""
    ended = CliRunner().invoke(cli, [*arguments, "--home", str(home.root)], input=typed)
    return ended.exit_code, ended.output


def test_the_commands_ask_twice_and_say_what_is_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(keys.PASSPHRASE)
    home = Home(tmp_path)
    code, said = command(home, "keygen", typed=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    assert code == 0
    assert f"私钥（秘密，已加密）：{home.keys / 'private.pem'}" in said
    assert spaced(read_trust(home.keys / "trust.json").fingerprint) in said
    assert PASSPHRASE not in said
    code, said = command(home, "rotate", "--reason", "定期", typed=f"{PASSPHRASE}\nanother one\nanother one\n")
    assert (code, "由原密钥签名" in said) == (0, True)
    assert keys.unlock(home, "another one").public_key == read_chain(home.keys / "keys.json")[1].public_key
    code, said = command(home, "rotate", "--reason", "定期", typed=f"{PASSPHRASE}\n")
    assert (code, "口令不对" in said) == (2, True)
    code, said = command(home, "keygen", "--replace-lost", "--reason", "遗忘", typed=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    assert (code, "未经原密钥签名" in said) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("keygen",), "已有密钥"),
        (("keygen", "--replace-lost"), "--reason"),
        (("rotate", "--reason", "x"), "SCHOOL_SAFETY_PASSPHRASE"),
        (
            ("publish", "--standard", "jinghong-2019", "--period", "2026-10", "--reason", "x"),
            "SCHOOL_SAFETY_PASSPHRASE",
        ),
    ],
)
def test_a_command_that_cannot_ask_or_has_nothing_to_do_ends_with_2(
    bare: Home, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    monkeypatch.delenv(keys.PASSPHRASE)
    code, told = command(bare, *arguments)
    assert (code, said in told) == (2, True), told
