"""The year in a process of its own, over a copy of the checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]
CODE = ("pipelines", "notebooks", "data_contracts", "tests")
TOLD = "year.json"


def live_apart(folder: Path, schools: int) -> dict[str, Any]:
    """What the year came to, as `living` told it; CalledProcessError where a command or a file failed it."""
    copy = folder / "checkout"
    for name in CODE:
        shutil.copytree(CHECKOUT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in CHECKOUT.iterdir():
        if path.is_file():
            shutil.copy2(path, copy / path.name)
    command = [sys.executable, "-m", "tests.year.living", str(folder), str(schools)]
    subprocess.run(command, cwd=copy, env={**os.environ, "PYTHONPATH": str(copy)}, check=True)
    told: dict[str, Any] = json.loads((folder / TOLD).read_text(encoding="utf-8"))
    return told
