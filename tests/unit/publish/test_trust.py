"""What only the file that an auditor keeps can tell: who signed, and whether this is the chain that he saw."""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pipelines.cli import cli
from pipelines.errors import IntegrityError, PipelineError, UsageError
from pipelines.metadata.periods import parse_period
from pipelines.publish import keys
from pipelines.publish.key_chain import KeyEntry, chain_text, public_text, read_chain
from pipelines.publish.manifest import hash_files, manifest_text, read_manifest
from pipelines.publish.release import publish
from pipelines.publish.trust import Trust, move_on, parse_trust, read_trust, trust_document, write_trust
from pipelines.publish.verify import verify_integrity
from pipelines.settings import Settings
from pipelines.store.home import Home
from tests.unit.publish.conftest import AS_OF, STANDARD, make_home
from tests.unit.publish.signing import give_keys

PLACE = Path("releases") / STANDARD / "2026-10"


@dataclass(frozen=True)
class Bureau:
    """A bureau that published three times and changed its key before the third; what an auditor kept at each step.

    `forked` published another second release after a backup was restored; `replaced` lost its key before the third.
    """

    home: Path
    forked: Path
    replaced: Path
    trusts: dict[str, Trust]

    def release(self, number: int) -> Path:
        """One of the three."""
        return self.home / PLACE / f"r{number}"


def _publish(root: Path, reason: str) -> Trust:
    home = Home(root)
    publish(Settings(home, STANDARD, parse_period("2026-10"), AS_OF), reason)
    return read_trust(home.keys / "trust.json")


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Bureau:
    """Not to be changed."""
    root = tmp_path_factory.mktemp("bureau")
    home, passphrase = make_home(root / "home"), os.environ[keys.PASSPHRASE]
    trusts = {"new": read_trust(home.keys / "trust.json"), "first": _publish(home.root, "first")}
    forked = shutil.copytree(home.root, root / "forked")
    trusts["second"] = _publish(home.root, "again")
    replaced = shutil.copytree(home.root, root / "replaced")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "_BCRYPT_ROUNDS", 1)
        trusts["rotated"] = keys.rotate(home, keys.unlock(home), passphrase, "定期更换")
        keys.replace_lost(Home(replaced), passphrase, "口令遗忘")
    trusts["third"] = _publish(home.root, "once more")
    trusts["forked"] = _publish(forked, "restored")
    trusts["replaced"] = _publish(replaced, "with another key")
    other = Home(root / "other")
    trusts["another's"] = replace(give_keys(other), sequence=0)
    return Bureau(home.root, forked, replaced, trusts)


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("kept", ["new", "first", "second", "rotated", "third"])
def test_every_release_is_right_by_whatever_was_kept_of_the_same_bureau(bureau: Bureau, number: int, kept: str) -> None:
    """An older one than was kept is proven by the newer beside it, a newer one by the key."""
    found = verify_integrity(bureau.release(number), bureau.trusts[kept])
    assert found.problems == ()
    assert found.notes == (
        f"已按信任文件核对签名者和编号：第 {number} 号，此前见过第 {bureau.trusts[kept].sequence} 号",
    )


@pytest.mark.parametrize("kept", ["new", "first", "second", "rotated", "third"])
def test_a_release_alone_is_right_unless_a_newer_one_was_seen(bureau: Bureau, kept: str, tmp_path: Path) -> None:
    copied = shutil.copytree(bureau.release(2), tmp_path / "copied")
    told = [problem.partition("：")[0] for problem in verify_integrity(copied, bureau.trusts[kept]).problems]
    replayed = [f"这是第 2 号发布版，而信任文件已见过第 3 号（{STANDARD}/2026-10/r3）"]
    assert told == (replayed if kept == "third" else [])


def test_a_newer_release_that_lies_beside_in_any_folder_proves_the_older(bureau: Bureau, tmp_path: Path) -> None:
    copied = shutil.copytree(bureau.release(1), tmp_path / "usb" / "one")
    assert "旧版冒充新版" in verify_integrity(copied, bureau.trusts["third"]).problems[0]
    shutil.copytree(bureau.release(3), tmp_path / "usb" / "three")
    assert verify_integrity(copied, bureau.trusts["third"]).problems == ()


def test_without_what_an_auditor_keeps_only_integrity_is_checked_and_that_is_said(bureau: Bureau) -> None:
    found = verify_integrity(bureau.release(1))
    assert found.problems == ()
    (note,) = found.notes
    assert note.startswith("只核对了完整性")
    assert "没有核对由谁签名、是否最新一版" in note


def test_another_bureaus_release_is_told_by_its_key(bureau: Bureau) -> None:
    (problem,) = verify_integrity(bureau.release(1), bureau.trusts["another's"]).problems
    assert problem.startswith("签名公钥（指纹 ")
    assert "也不是由它逐次签名更换而来" in problem


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("second", "与信任文件记载的第 2 号（jinghong-2019/2026-10/r2）编号相同而内容不同"),
        ("third", "与信任文件记载的第 3 号（jinghong-2019/2026-10/r3）不在同一条链上：后者记载的第 2 号是另一份"),
    ],
)
def test_a_number_that_was_given_twice_is_told(bureau: Bureau, kept: str, said: str, tmp_path: Path) -> None:
    """The forked one is whole and signed by the right key; without what was kept nothing is wrong with it."""
    copied = shutil.copytree(bureau.forked / PLACE / "r2", tmp_path / "r2")
    shutil.copytree(bureau.release(3), tmp_path / "r3")
    assert verify_integrity(copied).problems == ()
    (problem,) = verify_integrity(copied, bureau.trusts[kept]).problems
    assert problem.startswith(said)


def test_a_release_that_does_not_follow_on_the_one_seen_is_told(bureau: Bureau) -> None:
    problems = verify_integrity(bureau.release(3), bureau.trusts["forked"]).problems
    assert problems == ("不是接在信任文件记载的第 2 号（jinghong-2019/2026-10/r2）之后：它记载的第 2 号是另一份",)


def test_a_key_that_replaced_a_lost_one_is_told_with_where_to_read_on(bureau: Bureau) -> None:
    release = bureau.replaced / PLACE / "r3"
    (problem,) = verify_integrity(release, bureau.trusts["second"]).problems
    assert "已丢失" in problem
    assert "原因：口令遗忘" in problem
    assert "docs/audit.zh-CN.md" in problem
    alone = verify_integrity(release)
    assert alone.problems == ()
    assert "未经原密钥签名" in alone.notes[1]
    assert verify_integrity(release, bureau.trusts["replaced"]).problems == ()


def resigned(release: Path, pair: Ed25519PrivateKey, entries: tuple[KeyEntry, ...], to: Path) -> Path:
    """A copy of the release that the holder of another pair made out to be his own, whole in itself."""
    shutil.copytree(release, to, copy_function=shutil.copyfile)
    (to / "keys.json").write_text(chain_text(entries), encoding="utf-8")
    for name in ("manifest.json", "manifest.sig"):
        (to / name).unlink()
    manifest = replace(read_manifest(release), key=public_text(pair), files=hash_files(to))
    content = manifest_text(manifest).encode()
    (to / "manifest.json").write_bytes(content)
    (to / "manifest.sig").write_bytes(pair.sign(content))
    return to


def entry(pair: Ed25519PrivateKey, first: int, by: Ed25519PrivateKey | None = None) -> KeyEntry:
    """A key from that number on, signed by another pair or by none."""
    made = KeyEntry(public_text(pair), first, datetime(2026, 11, 6), "定期更换")
    return replace(made, signature=base64.b64encode(by.sign(made.content)).decode()) if by else made


def test_a_rotation_that_another_signed_is_forged(bureau: Bureau, tmp_path: Path) -> None:
    thief = Ed25519PrivateKey.generate()
    chain = (*read_chain(bureau.release(2) / "keys.json"), entry(thief, 3, by=thief))
    forged = resigned(bureau.release(3), thief, chain, tmp_path / "r3")
    for trust in (None, bureau.trusts["second"]):
        problems = verify_integrity(forged, trust).problems
        assert ["自第 3 号起的公钥" in one and "签名是假的" in one for one in problems] == [True]


def test_a_key_outside_its_numbers_is_told(bureau: Bureau, tmp_path: Path) -> None:
    """The first key signs the third release, after the second key came into force."""
    pair = keys.unlock(Home(bureau.forked))._pair
    late = resigned(bureau.release(3), pair, read_chain(bureau.release(3) / "keys.json"), tmp_path / "late")
    assert verify_integrity(late).problems == ("manifest.json：签名公钥不是 keys.json 所定第 3 号发布版应使用的密钥",)


def test_an_old_key_does_not_come_back_by_putting_off_the_new_one(bureau: Bureau, tmp_path: Path) -> None:
    """Whoever finds the key that was given up may write when the next begins: then nobody who saw that one believes."""
    pair = keys.unlock(Home(bureau.forked))._pair
    first, second = read_chain(bureau.release(3) / "keys.json")
    put_off = (first, entry_of(second, 9, pair))
    late = resigned(bureau.release(3), pair, put_off, tmp_path / "late")
    assert verify_integrity(late).problems == ()
    (problem,) = verify_integrity(late, bureau.trusts["rotated"]).problems
    assert problem.startswith("签名公钥（指纹 ")


def entry_of(one: KeyEntry, first: int, by: Ed25519PrivateKey) -> KeyEntry:
    """The same key from another number on, signed anew."""
    moved = replace(one, from_sequence=first)
    return replace(moved, signature=base64.b64encode(by.sign(moved.content)).decode())


def test_a_rotation_back_to_before_what_was_seen_is_told(bureau: Bureau, tmp_path: Path) -> None:
    pair, thief = keys.unlock(Home(bureau.forked))._pair, Ed25519PrivateKey.generate()
    chain = (read_chain(bureau.release(2) / "keys.json")[0], entry(thief, 1, by=pair))
    forged = resigned(bureau.release(3), thief, chain, tmp_path / "r3")
    (problem,) = verify_integrity(forged, bureau.trusts["second"]).problems
    assert problem.startswith("密钥更换自第 1 号起生效，早于信任文件已见过的第 2 号")


def test_what_is_kept_reads_as_it_was_written(bureau: Bureau, tmp_path: Path) -> None:
    for name, trust in bureau.trusts.items():
        write_trust(tmp_path / name, trust)
        assert read_trust(tmp_path / name) == trust
    assert set(trust_document(bureau.trusts["first"])) == {
        *("format", "fingerprint", "public_key", "sequence", "path", "sha256"),
    }


def _without(name: str) -> Callable[[dict[str, Any]], object]:
    return lambda document: document.pop(name)


@pytest.mark.parametrize(
    "harm",
    [
        *map(_without, ("format", "fingerprint", "public_key", "sha256", "path")),
        lambda document: document.update(public_key="AAAA"),
        lambda document: document.update(public_key=public_text(Ed25519PrivateKey.generate())),
        lambda document: document.update(sequence="2"),
        lambda document: document.update(sequence=0),
        lambda document: document.clear(),
    ],
)
def test_a_damaged_file_of_what_is_kept_is_one_sentence(
    bureau: Bureau, harm: Callable[[dict[str, Any]], object], tmp_path: Path
) -> None:
    document = trust_document(bureau.trusts["second"])
    harm(document)
    path = tmp_path / "trust.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(IntegrityError, match=r"trust\.json 不是信任文件，或已损坏；请用保管的另一份"):
        read_trust(path)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000], ids=["empty", "cut", "list", "bytes", "deep"]
)
def test_what_is_no_json_is_no_trust(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "trust.json").write_bytes(content)
    with pytest.raises(IntegrityError, match="不是信任文件"):
        read_trust(tmp_path / "trust.json")


def test_one_that_a_newer_program_wrote_is_not_called_damaged(bureau: Bureau, tmp_path: Path) -> None:
    document = {**trust_document(bureau.trusts["second"]), "format": 2}
    (tmp_path / "trust.json").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(UsageError, match=r"trust\.json 由更新版本的程序写成"):
        read_trust(tmp_path / "trust.json")
    with pytest.raises(PipelineError):
        parse_trust(document)


def command(release: Path, *arguments: str | Path) -> tuple[int, str]:
    """Exit code of verify and everything that it said."""
    ended = CliRunner().invoke(cli, ["verify", str(release), *map(str, arguments)])
    return ended.exit_code, ended.output


def test_the_auditors_file_moves_forward_only(bureau: Bureau, tmp_path: Path) -> None:
    kept = tmp_path / "trust.json"
    write_trust(kept, bureau.trusts["first"])
    assert move_on(kept, bureau.trusts["first"], bureau.release(3))
    assert read_trust(kept) == bureau.trusts["third"]
    assert not move_on(kept, bureau.trusts["third"], bureau.release(2))
    assert read_trust(kept) == bureau.trusts["third"]


def test_the_auditors_file_stays_where_the_check_finds_anything(bureau: Bureau, tmp_path: Path) -> None:
    kept = tmp_path / "trust.json"
    write_trust(kept, bureau.trusts["second"])
    code, said = command(bureau.forked / PLACE / "r2", "--trust", kept, "--update")
    assert (code, "编号相同而内容不同" in said) == (1, True)
    assert read_trust(kept) == bureau.trusts["second"]


def test_the_ways_in_which_verify_fails(bureau: Bureau, tmp_path: Path) -> None:
    kept = tmp_path / "trust.json"
    kept.write_text("{", encoding="utf-8")
    assert command(bureau.release(1), "--trust", kept)[0] == 1
    assert command(bureau.release(1), "--trust", tmp_path / "absent.json")[0] == 2
    assert command(bureau.release(1), "--update")[0] == 2
    newer = shutil.copytree(bureau.release(1), tmp_path / "newer", copy_function=shutil.copyfile)
    content = (newer / "manifest.json").read_bytes().replace(b'"format": 2', b'"format": 3')
    (newer / "manifest.json").write_bytes(content)
    code, said = command(newer)
    assert (code, "请换用新版程序" in said) == (2, True)
