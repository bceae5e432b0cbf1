"""The cost of proving a release of many schools: verify of the whole, and trace of one figure.

python -m tests.benchmarks.releases [--schools 1000 --rounds 3] adds its section to docs/benchmarks.md. The county
is the sample's, one month from workbooks to a signed release; each run is the command itself, start-up included.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.report import ROOT, machine, target, write_section

STANDARD, PERIOD, INDICATOR = "jinghong-2019", "2026-10", "closed_campus"
VERIFY_SECONDS, TRACE_SECONDS = 20, 2


@dataclass(frozen=True)
class Cost:
    """Wall and CPU seconds of one command."""

    seconds: float
    cpu_seconds: float


def make_release(home_folder: Path, school_count: int) -> Path:
    """A county's month received, run and published."""
    from pipelines.metadata.periods import parse_period
    from pipelines.publish.keys import PASSPHRASE, keygen
    from pipelines.publish.release import publish
    from pipelines.receive.inbox import receive
    from pipelines.sample.county import make_county
    from pipelines.settings import Settings
    from pipelines.stages import run_stages
    from pipelines.store.home import Home

    county = make_county(home_folder / "county", 20261031, school_count, [PERIOD], STANDARD)
    home = Home(home_folder / "home")
    for delivery in county.deliveries:
        receive(home, delivery.folder, delivery.period, lambda at=delivery.received_at: at)  # type: ignore[misc]
    last = max(delivery.received_at for delivery in county.deliveries)
    settings = Settings(home, STANDARD, parse_period(PERIOD), last)
    os.environ.setdefault(PASSPHRASE, "benchmark of releases")
    keygen(home, os.environ[PASSPHRASE])
    run_stages(settings)
    return publish(settings, "benchmark")


def cost(*words: str | Path) -> Cost:
    """One command in a process of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "pipelines", *map(str, words)], cwd=ROOT, check=True, capture_output=True)
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def section(school_count: int, rounds: int) -> str:
    """Run everything and return the section in Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        release = make_release(Path(folder), school_count)
        size = sum(path.stat().st_size for path in release.rglob("*") if path.is_file())
        home = ("--standard", STANDARD, "--period", PERIOD, "--home", Path(folder) / "home")
        verified = _median(rounds, "verify", release)
        traced = _median(rounds, "trace", INDICATOR, *home)
    lines = ["| command | wall | CPU | target |", "| --- | ---: | ---: | --- |"]
    for name, one, limit in (("verify", verified, VERIFY_SECONDS), ("trace", traced, TRACE_SECONDS)):
        met = target(f"≤ {limit} s", one.seconds <= limit)
        lines.append(f"| {name} | {one.seconds:.1f} s | {one.cpu_seconds:.1f} s | {met} |")
    lines += [
        "",
        f"- {school_count} schools, one month, {size / 2**20:.0f} MiB; {rounds} rounds, medians; with start-up",
    ]
    return "\n".join([*lines, "", machine(("duckdb", "pyarrow", "cryptography"))])


def _median(rounds: int, *words: str | Path) -> Cost:
    runs = sorted((cost(*words) for _ in range(rounds)), key=lambda one: one.seconds)
    return runs[len(runs) // 2]


def main() -> None:
    """Entry point of `make bench`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--schools", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--print", action="store_true", dest="is_printed_only", help="leave the page as it is")
    arguments = parser.parse_args()
    text = section(arguments.schools, arguments.rounds)
    print(text)
    if not arguments.is_printed_only:
        write_section("Releases", text)


if __name__ == "__main__":
    main()
