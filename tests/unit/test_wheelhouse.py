"""What the offline bundle asks for, by the lock; `make wheelhouse-test` installs from one without a network."""

from __future__ import annotations

from pathlib import Path

from packaging.markers import default_environment

from pipelines.store.files import sha256_file
from pipelines.wheelhouse import _ON_WINDOWS, pinned, read_lock

_ROOT = Path(__file__).resolve().parents[2]
_LOCK = (_ROOT / "requirements.lock").read_text(encoding="utf-8")


def names(environment: dict[str, str]) -> set[str]:
    return {one.name for one in read_lock(_LOCK, environment)}


def test_each_platform_gets_what_the_lock_asks_for_there_and_every_file_by_its_hash() -> None:
    own = {name: str(value) for name, value in default_environment().items()}
    windows = {**own, **_ON_WINDOWS}
    assert {"pywin32", "tzdata"} <= names(windows) - names(own)
    assert "pexpect" in names(own) - names(windows)
    listed = read_lock(_LOCK, own)
    assert all(one.hashes for one in listed)
    assert len({one.name for one in listed}) == len(listed)
    assert sum(len(one.hashes) for one in listed) <= _LOCK.count("--hash=sha256:")


def test_requirements_of_the_bundle_name_its_own_wheels_and_what_has_none(tmp_path: Path) -> None:
    lock = (
        "alpha==1.0 \\\n    --hash=sha256:" + "a" * 64 + "\n    # via x\nbeta-two==2.0 ; sys_platform == 'win32' \\\n"
    )
    libraries = read_lock(lock + "    --hash=sha256:" + "b" * 64, _ON_WINDOWS)
    wheel = tmp_path / "alpha-1.0-py3-none-any.whl"
    wheel.write_bytes(b"wheel")
    text, missing = pinned(tmp_path, libraries)
    assert text == f"alpha==1.0 --hash=sha256:{sha256_file(wheel)}\n"
    assert missing == ["beta-two"]
    assert [one.name for one in read_lock(lock, {**_ON_WINDOWS, "sys_platform": "linux"})] == ["alpha"]


def test_the_bundle_is_ignored_by_git() -> None:
    assert "/wheelhouse/" in (_ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
