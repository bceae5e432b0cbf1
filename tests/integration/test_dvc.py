"""`dvc repro` in a clean copy of the checkout gives the figures that `school-safety run` gives."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.metadata.periods import parse_period
from pipelines.receive.inbox import receive
from pipelines.sample.county import make_county
from pipelines.settings import Settings, write_params
from pipelines.store.home import Home

STANDARD, MONTH = "jinghong-2019", "2026-10"
SAME_BYTES = ("figures.csv", "assessments.csv", "cases.csv", "submissions.csv", "findings.csv")


def program(folder: Path, *command: str) -> str:
    """Output of a command run in the folder with this environment's programs first."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def clean_copy(checkout: Path, target: Path) -> None:
    """Only what git tracks, in a repository of its own."""
    names = program(checkout, "git", "ls-files", "-z").split("\0")
    for name in filter(None, names):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(checkout / name, target / name)
    program(target, "git", "init", "--quiet")


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A small county's month, received and no further."""
    home = Home(tmp_path_factory.mktemp("received"))
    county = make_county(home.root / "county", 7, 6, (MONTH,), STANDARD)
    for delivery in county.deliveries:
        receive(home, delivery.folder, delivery.period, lambda moment=delivery.received_at: moment)  # type: ignore[misc]
    write_params(Settings(home, STANDARD, parse_period(MONTH)))
    return home


@pytest.mark.thorough
def test_dvc_repro_in_a_clean_checkout_gives_the_figures_of_run(checkout: Path, received: Home, tmp_path: Path) -> None:
    copy, home = tmp_path / "checkout", tmp_path / "home"
    clean_copy(checkout, copy)
    for target in (copy, home):
        shutil.copytree(received.data, target / "data")
        shutil.copyfile(received.params, target / "params.yaml")

    program(home, sys.executable, "-m", "pipelines", "run", "--home", str(home))
    program(copy, "dvc", "repro")

    by_run, by_dvc = (folder / "reports" / STANDARD / MONTH for folder in (home, copy))
    for name in SAME_BYTES:
        assert (by_dvc / name).read_bytes() == (by_run / name).read_bytes(), name
    assert "didn't change" in program(copy, "dvc", "repro")
    (copy / "keys" / "trust.json").write_text("{}", encoding="utf-8")
    assert "keys" in program(copy, "dvc", "status"), "the bulletin prints what is trusted: another report"
    assert Home(copy).ledger.read_bytes() == received.ledger.read_bytes()
    assert all(received.original(path.name).exists() for path in Home(copy).originals.glob("*/*"))
    assert not list(copy.glob(".dvc/cache/files/**/*")), "nothing of the data goes into a cache"
