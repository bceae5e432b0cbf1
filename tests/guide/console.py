"""The commands that docs/audit.md and docs/audit.zh-CN.md show, each with its output, run and compared.

`python -m tests.guide.console` runs them where a `demo/` lies and writes what they print into both pages.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = (DOCS / "audit.md", DOCS / "audit.zh-CN.md")
_BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
_CHANCE = re.compile(r"\b[0-9a-f]{4}(?: [0-9a-f]{4})+\b|[0-9a-f]{8,}")
"""Fingerprints and hashes: the demo makes a key of its own each time."""


@dataclass(frozen=True)
class Step:
    """A command of a page and what it prints there."""

    command: str
    output: str

    @property
    def masked(self) -> str:
        """The output without what chance makes."""
        return _CHANCE.sub("#", self.output)


def steps(page: Path) -> list[Step]:
    """Every command of the page's console blocks, in order."""
    return [step for block in _BLOCK.findall(page.read_text(encoding="utf-8")) for step in _steps(block)]


def _steps(block: str) -> Iterator[Step]:
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        lines = part.splitlines(keepends=True)
        end = next(number for number, line in enumerate(lines, 1) if not line.endswith("\\\n"))
        yield Step("".join(lines[:end]), "".join(lines[end:]))


def run(step: Step, folder: Path) -> Step:
    """The same command with what it prints when run in the folder, as an auditor types it."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", step.command],
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return Step(step.command, done.stdout.decode().replace("\r\n", "\n"))


def _write(folder: Path) -> None:
    told = {step.command: run(step, folder).output for step in steps(PAGES[0])}
    for page in PAGES:
        blocks = _BLOCK.sub(
            lambda block: "".join(f"$ {step.command}{told[step.command]}" for step in _steps(block.group())),
            page.read_text(encoding="utf-8"),
        )
        page.write_text(blocks, encoding="utf-8")


if __name__ == "__main__":
    _write(Path.cwd())
