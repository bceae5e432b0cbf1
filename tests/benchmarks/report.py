"""docs/benchmarks.md: one section a benchmark, each replaced by the run that measures it."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REPORT = ROOT / "docs" / "benchmarks.md"
_HEAD = "# Benchmarks\n\nWritten by `make bench`.\n\n"


def target(words: str, is_met: bool) -> str:
    """The target and whether it was met."""
    return f"target {words}: {'met' if is_met else 'missed'}"


def machine(packages: Sequence[str]) -> str:
    """Versions and the machine, as the last line of a section."""
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    where = f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}"
    return f"Python {platform.python_version()}, {versions}; {where}."


def write_section(title: str, body: str) -> None:
    """Put the section in the place of the last of that title, else at the end; others stay as they are."""
    text = REPORT.read_text(encoding="utf-8") if REPORT.exists() else _HEAD
    parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    section = f"## {title}\n\n{body.strip()}\n"
    places = [number for number, part in enumerate(parts) if part.startswith(f"## {title}\n")]
    parts = [part.rstrip() + "\n" for part in parts]
    if places:
        parts[places[0]] = section
    else:
        parts.append(section)
    REPORT.write_text("\n".join(parts), encoding="utf-8")
