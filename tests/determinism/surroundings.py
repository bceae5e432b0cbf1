"""What must change no byte: threads, cores, zone, locale, hash seed, where the program lies and where the home."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults import homes

ZONES = {"shanghai": "Asia/Shanghai", "new-york": "America/New_York"}
LOCALES = {"utf-8": "C.UTF-8", "turkish": "tr_TR.UTF-8", "gbk": "zh_CN.GBK", "ascii": "C"}
"""In Turkish i and I are no pair; a GBK console is what Chinese offices have; plain C knows no Chinese at all."""
CODE = ("pipelines", "notebooks", "data_contracts", "tests/faults")


@dataclass(frozen=True)
class Surroundings:
    """One way in which two machines may differ; `is_elsewhere`: the program lies under another path.

    A home elsewhere lies on a file system that lists folders in another order.
    """

    threads: int
    cores: int | None
    zone: str
    locale: str
    seed: int
    is_elsewhere: bool
    is_home_elsewhere: bool

    def __str__(self) -> str:
        places = ("code-elsewhere" * self.is_elsewhere, "home-elsewhere" * self.is_home_elsewhere)
        cores = f"{self.cores}core" if self.cores else ""
        return "-".join(filter(None, (f"{self.threads}threads", cores, self.zone, self.locale, *places)))

    def plan(self, locales: Path) -> dict[str, Any]:
        """What homes.command takes; `locales` is where make_locale put what the system lacks."""
        environment = {
            "TZ": ZONES[self.zone],
            "LC_ALL": LOCALES[self.locale],
            "LANG": LOCALES[self.locale],
            "LOCPATH": str(locales),
            "PYTHONUTF8": "0",
            "PYTHONCOERCECLOCALE": "0",
            "PYTHONHASHSEED": str(self.seed),
            "OMP_NUM_THREADS": str(self.threads),
        }
        cores = {"cores": self.cores} if self.cores else {}
        return {"environment": environment, "threads": self.threads, "listing": self.is_home_elsewhere, **cores}


MATRIX = (
    Surroundings(1, 1, "new-york", "utf-8", 7, False, True),
    Surroundings(1, 1, "shanghai", "turkish", 4711, True, True),
    Surroundings(1, 1, "new-york", "gbk", 0, True, False),
    Surroundings(1, None, "new-york", "ascii", 4711, True, True),
    Surroundings(2, None, "shanghai", "utf-8", 0, True, True),
    Surroundings(2, None, "shanghai", "turkish", 7, False, True),
    Surroundings(2, None, "shanghai", "gbk", 4711, False, True),
    Surroundings(2, 1, "new-york", "ascii", 0, False, False),
    Surroundings(4, None, "shanghai", "utf-8", 4711, False, False),
    Surroundings(4, None, "new-york", "turkish", 0, False, False),
    Surroundings(4, None, "new-york", "gbk", 7, True, True),
    Surroundings(4, 1, "shanghai", "ascii", 7, False, False),
)
"""Every pair of values of any two of them stands beside each other somewhere: what one setting hides, another shows."""


def make_locale(folder: Path, name: str) -> bool:
    """Whether processes that look in `folder` have that locale; made there where its sources are at hand."""
    if name.startswith("C") or (folder / name / "LC_CTYPE").exists():
        return True
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    form, _, encoding = name.partition(".")
    made = shutil.which("localedef") and subprocess.run(
        ["localedef", "--no-archive", "-i", form, "-f", encoding, str(folder / name)], capture_output=True, check=False
    )
    # It warns of characters that it does not know, and makes the locale all the same.
    return bool(made) and (folder / name / "LC_CTYPE").exists()


def copy_checkout(to: Path) -> Path:
    """The program somewhere else, as a clone has it."""
    for name in CODE:
        shutil.copytree(
            homes.CHECKOUT / name, to / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        )
    for path in homes.CHECKOUT.iterdir():
        if path.is_file():
            shutil.copy2(path, to / path.name)
    return to
