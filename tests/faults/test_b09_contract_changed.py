"""B9: a contract changed mid-year: everything is judged again under the present one; a release names what differs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.store.batches import batch_folders
from pipelines.store.home import Home
from tests.faults import homes

_CONTRACT = Path("data_contracts") / "school" / "drills.odcs.yaml"


def other_program(folder: Path) -> Path:
    """The program with one contract worded otherwise, as a new version of it would be."""
    for name in ("pipelines", "data_contracts", "notebooks"):
        shutil.copytree(homes.CHECKOUT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    contract = folder / _CONTRACT
    contract.write_text(contract.read_text(encoding="utf-8") + "# a later year\n", encoding="utf-8")
    return folder


def ended(program: Path, *arguments: str | Path) -> homes.Ended:
    done = subprocess.run(
        [sys.executable, "-m", "pipelines", *map(str, arguments)],
        cwd=program,
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": str(program)},
        capture_output=True,
        encoding="utf-8",
        timeout=homes.LONGEST,
        check=False,
    )
    return homes.Ended(done.returncode, done.stdout + done.stderr)


@pytest.mark.faults
def test_b09_another_contract_judges_everything_again_and_is_named(published: Path, tmp_path: Path) -> None:
    root = homes.copy_of(published, tmp_path / "home")
    release = root / homes.RELEASE / "r1"
    frozen = homes.contents(release)
    seals = {folder / "version.txt" for folder in batch_folders(Home(root).stage_dir("validate"))}
    before = {seal.read_text(encoding="utf-8") for seal in seals}
    program = other_program(tmp_path / "program")

    told = ended(program, "run", "--home", root, "--as-of", homes.AS_OF)
    assert told.code == 0, told
    after = {seal.read_text(encoding="utf-8") for seal in seals}
    assert len(before) == len(after) == 1 and before != after
    assert homes.contents(release) == frozen
    assert (release / _CONTRACT).read_bytes() == (homes.CHECKOUT / _CONTRACT).read_bytes()

    told = ended(program, "reproduce", release, "--home", root)
    assert _CONTRACT.as_posix() in told.said
