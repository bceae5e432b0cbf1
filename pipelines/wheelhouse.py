"""The offline bundle: wheels of every locked library for this machine and for Windows, the program, how to install it.

    wheelhouse/<platform>/*.whl, requirements.txt     what pip installs without a network, each by its sha256
    wheelhouse/school-safety.zip                      the program as committed
    wheelhouse/INSTALL.md, INSTALL.zh-CN.md, SHA256SUMS

python -m pipelines.wheelhouse [FOLDER]; `make wheelhouse` calls it. A bundle serves one minor version of Python.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from pipelines.store.files import sha256_file

_ROOT = Path(__file__).resolve().parents[1]
_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
_WINDOWS = "win_amd64"
_ON_WINDOWS = {
    "sys_platform": "win32",
    "platform_system": "Windows",
    "os_name": "nt",
    "platform_machine": "AMD64",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
}
_PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "-qq")
_BLOCK = re.compile(r"\n(?=\S)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Locked:
    """One library of the lock: its requirement, and the hashes of its files."""

    requirement: Requirement
    hashes: frozenset[str]

    @property
    def name(self) -> str:
        """The name as wheels bear it."""
        return str(canonicalize_name(self.requirement.name))

    @property
    def line(self) -> str:
        """The line that asks pip for it, without its condition."""
        listed = " ".join(f"--hash=sha256:{digest}" for digest in sorted(self.hashes))
        return f"{self.requirement.name}{self.requirement.specifier} {listed}"


def read_lock(lock: str, environment: Mapping[str, str]) -> list[Locked]:
    """The libraries that the lock asks for in that environment."""
    found = []
    for block in _BLOCK.split(lock):
        if not block.strip() or block.startswith("#"):
            continue
        requirement = Requirement(block.partition("\\")[0].strip())
        if requirement.marker is None or requirement.marker.evaluate(dict(environment)):
            found.append(Locked(requirement, frozenset(_HASH.findall(block))))
    return found


def pinned(folder: Path, libraries: list[Locked]) -> tuple[str, list[str]]:
    """(requirements by the sha256 of the wheels that lie there, names of the libraries without one)."""
    wheels: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.whl")):
        wheels.setdefault(str(parse_wheel_filename(path.name)[0]), []).append(sha256_file(path))
    lines = [
        f"{one.requirement.name}{one.requirement.specifier} "
        + " ".join(f"--hash=sha256:{digest}" for digest in wheels[one.name])
        for one in libraries
        if one.name in wheels
    ]
    return "\n".join(lines) + "\n", [one.name for one in libraries if one.name not in wheels]


def make_bundle(bundle: Path) -> list[str]:
    """Fill the folder anew; what is missing of it, a sentence each."""
    shutil.rmtree(bundle, ignore_errors=True)
    lock = (_ROOT / "requirements.lock").read_text(encoding="utf-8")
    environment = {name: str(value) for name, value in default_environment().items()}
    own, windows = bundle / f"{sys.platform}_{environment['platform_machine']}", bundle / _WINDOWS
    libraries = read_lock(lock, environment)
    _fetch_own(own, libraries)
    abroad = read_lock(lock, {**environment, **_ON_WINDOWS})
    known = {digest for one in libraries for digest in one.hashes}
    built = [path for path in own.glob("*.whl") if sha256_file(path) not in known]
    _fetch_windows(windows, abroad, built)
    missing = []
    for folder, wanted in ((own, libraries), (windows, abroad)):
        text, absent = pinned(folder, wanted)
        (folder / "requirements.txt").write_text(text, encoding="utf-8", newline="\n")
        missing += [f"no wheel for {folder.name}: {name}" for name in absent]
    archive = [
        "git",
        "archive",
        "--format=zip",
        "--prefix=school-safety/",
        "-o",
        str(bundle / "school-safety.zip"),
        "HEAD",
    ]
    subprocess.run(archive, cwd=_ROOT, check=True)
    for name in ("md", "zh-CN.md"):
        shutil.copyfile(_ROOT / "docs" / f"offline.{name}", bundle / f"INSTALL.{name}")
    files = sorted(path for path in bundle.rglob("*") if path.is_file())
    sums = "".join(f"{sha256_file(path)}  {path.relative_to(bundle).as_posix()}\n" for path in files)
    (bundle / "SHA256SUMS").write_text(sums, encoding="utf-8", newline="\n")
    return missing


def _fetch_own(folder: Path, libraries: list[Locked]) -> None:
    """Wheels for this machine; the few libraries that are published as source alone are built, with what is locked."""
    folder.mkdir(parents=True)
    wanted = folder / "requirements.txt"
    wanted.write_text("\n".join(one.line for one in libraries) + "\n", encoding="utf-8", newline="\n")
    command = ("wheel", "--no-deps", "--no-build-isolation", "--require-hashes", "-r", str(wanted), "-w", str(folder))
    subprocess.run([*_PIP, *command], check=True)


def _fetch_windows(folder: Path, libraries: list[Locked], built: list[Path]) -> None:
    """Wheels for Windows: published ones by the lock, and of those built here the ones that run anywhere."""
    folder.mkdir()
    names = {str(parse_wheel_filename(path.name)[0]) for path in built}
    for path in built:
        if path.name.endswith("-none-any.whl"):
            shutil.copyfile(path, folder / path.name)
    published = [one for one in libraries if one.name not in names]
    if not _download(folder, published):
        for one in published:  # one by one, so that those without a wheel can be named
            _download(folder, [one])


def _download(folder: Path, libraries: list[Locked]) -> bool:
    wanted = folder / "requirements.txt"
    wanted.write_text("\n".join(one.line for one in libraries) + "\n", encoding="utf-8", newline="\n")
    target = ("--platform", _WINDOWS, "--python-version", f"{_PYTHON}.{sys.version_info.micro}", "--only-binary=:all:")
    command = ("download", "--no-deps", "--require-hashes", *target, "-r", str(wanted), "-d", str(folder))
    return subprocess.run([*_PIP, *command], check=False).returncode == 0


if __name__ == "__main__":
    made = Path(sys.argv[1] if len(sys.argv) > 1 else "wheelhouse").resolve()
    for sentence in make_bundle(made):
        print(sentence)
    print(made)
