"""C9: the whole demo runs where there is no network at all, and nothing that we use may call home."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CUT_OFF = ("unshare", "--user", "--map-root-user", "--net")
CALLING_HOME = ("GX_ANALYTICS_ENABLED", "DVC_NO_ANALYTICS", "DO_NOT_TRACK")


def cut_off(checkout: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """The command in a network of its own that has no interface up, without our own settings against calling home."""
    environment = {name: value for name, value in os.environ.items() if name not in CALLING_HOME}
    command = [*CUT_OFF, *map(str, words)]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=checkout, timeout=300, check=False, env=environment
    )


@pytest.fixture(scope="module", autouse=True)
def offered(checkout: Path) -> None:
    """Skip where a network of one's own cannot be had."""
    if shutil.which("unshare") is None or cut_off(checkout, "true").returncode != 0:
        pytest.skip("no network namespaces without root on this machine")


def test_c09_there_is_no_network_in_there(checkout: Path) -> None:
    """The control: even this machine itself is out of reach."""
    tried = "import socket; socket.create_connection(('127.0.0.1', 9), 2)"
    assert "unreachable" in cut_off(checkout, sys.executable, "-c", tried).stderr


def test_c09_the_demo_runs_from_workbooks_to_reports(checkout: Path, tmp_path: Path) -> None:
    home = tmp_path / "demo"
    words = ("demo", "--home", home, "--standard", "jinghong-2019", "--schools", "3", "--months", "1")
    done = cut_off(checkout, sys.executable, "-m", "pipelines", *words)
    assert done.returncode == 0, done.stderr
    report = home / "reports" / "jinghong-2019" / "2026-09"
    assert {"index.html", "report.html", "report.docx", "tables.xlsx", "figures.csv"} <= {
        one.name for one in report.iterdir()
    }
    assert sum(1 for _ in (home / "returns").rglob("*.xlsx")) >= 1


def test_c09_nothing_calls_home(checkout: Path) -> None:
    """Our program itself turns the telemetry of its libraries off, for its children too, whatever the caller says."""
    asked = f"import os, pipelines.cli; print(*(os.environ[name] for name in {CALLING_HOME!r}))"
    said = cut_off(checkout, sys.executable, "-c", asked)
    assert said.stdout.split() == ["false", "true", "1"], said.stderr
