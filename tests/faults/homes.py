"""Homes to break, and what must be the same in two of them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.sample.county import make_county
from pipelines.store.home import Home

CHECKOUT = Path(__file__).resolve().parents[2]
STANDARD, MONTH = "jinghong-2019", "2026-10"
CLOCK = datetime(2026, 11, 6, 9, 30)
AS_OF = CLOCK.isoformat(timespec="seconds")
RELEASE = Path("releases") / STANDARD / MONTH
LONGEST = 300
_BUILT = ("data/.lock", "data/.lock-holder", "data/school_safety.duckdb", "data/school_safety.duckdb.wal")


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it said."""

    code: int
    said: str

    def __str__(self) -> str:
        return f"exit code {self.code}: {self.said}"


def arguments_of(plan: dict[str, Any], arguments: tuple[str | Path, ...]) -> list[str]:
    """The command line that runs a command under a plan of faults; see runner.py."""
    plan = {"clock": AS_OF, **plan}
    return [sys.executable, "-m", "tests.faults.runner", json.dumps(plan), *map(str, arguments)]


def command(
    *arguments: str | Path, environment: dict[str, str] | None = None, checkout: Path = CHECKOUT, **plan: Any
) -> Ended:
    """Run the command line of a checkout in a process of its own, as an operator does."""
    ended = subprocess.run(
        arguments_of(plan, arguments),
        cwd=checkout,
        env={**os.environ, "PYTHONUTF8": "1", **(environment or {})},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=LONGEST,
        check=False,
    )
    return Ended(ended.returncode, ended.stdout + ended.stderr)


def succeeded(ended: Ended) -> str:
    """What a command said that must have succeeded."""
    assert ended.code == 0, ended
    return ended.said


def done(*arguments: str | Path, **plan: Any) -> str:
    """What a command said that must succeed."""
    return succeeded(command(*arguments, **plan))


def make_inbox(folder: Path) -> Path:
    """A small county's files of the month in one folder; they came long ago."""
    county = make_county(folder / "county", 11, 3, (MONTH,), STANDARD)
    inbox = folder / "inbox"
    inbox.mkdir()
    for delivery in county.deliveries:
        for file in delivery.files:
            shutil.copy2(file, inbox / file.name)
    return inbox


def saved_again(book: Path, to: Path) -> Path:
    """The same workbook in other bytes, as a program that saves it again writes them."""
    shutil.copyfile(book, to)
    with zipfile.ZipFile(to, "a") as archive:
        archive.comment = b"saved again"
    return to


def begin(root: Path, inbox: Path) -> Path:
    """A home that has received nothing yet, with the inbox filled."""
    done("init", "--home", root, "--standard", STANDARD, "--period", MONTH)
    done("keygen", "--home", root)
    shutil.copytree(inbox, root / "inbox" / MONTH, dirs_exist_ok=True)
    return root


def run(root: Path, **plan: Any) -> Ended:
    """`run` over everything that came."""
    return command("run", "--home", root, "--as-of", AS_OF, **plan)


def publish(root: Path, **plan: Any) -> Ended:
    """`publish` of what was run."""
    return command("publish", "--home", root, "--as-of", AS_OF, "--reason", "first", **plan)


def copy_of(root: Path, to: Path) -> Path:
    """The same home somewhere else."""
    shutil.copytree(root, to)
    return to


def contents(root: Path) -> dict[str, str]:
    """Path to sha256 of every file of a home that must come out the same: all but lock and database."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.relative_to(root).as_posix() not in _BUILT
    }


def tables(root: Path) -> dict[str, Any]:
    """Rows and checksum of every table, from the database itself."""
    from pipelines.load.database import _contents
    from pipelines.store.database import connect

    with connect(Home(root).database, read_only=True) as connection:
        return _contents(connection)
