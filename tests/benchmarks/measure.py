"""The cost of measure alone: one standard over twelve loaded months, and how it grows with the schools.

python -m tests.benchmarks.measure [--small 1000 --large 10000 --rounds 3] adds its section to docs/benchmarks.md. The
core tables are made by SQL, as load would leave them; each run is a process of its own on two cores.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from pipelines.metadata.standards import load_standard, standard_ids
from tests.benchmarks.report import ROOT, machine, target, write_section
from tests.spec.world import World

STANDARD = "jinghong-2019"
PERIOD = "2025-2026"
MONTHS = 12
LIMIT_SECONDS, LIMIT_MIB, CORES = 20, 2048, 2
_SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True)
class Cost:
    """Wall seconds of measure, CPU seconds and peak memory (MiB) of its whole process, rows that it read."""

    seconds: float
    cpu_seconds: float
    peak_mib: float
    row_count: int


def make_database(path: Path, school_count: int, standard_id: str) -> None:
    """Twelve months of every sheet from that many schools and the bureau, as load would have left them."""
    standard = load_standard(standard_id)
    connection = duckdb.connect(str(path))
    World(connection)
    connection.execute("CREATE TEMP TABLE asked (item_id VARCHAR)")
    connection.executemany("INSERT INTO asked VALUES (?)", [[item] for item in standard.asked_items])
    for script in sorted(_SQL.glob("*.sql")):
        for statement in script.read_text(encoding="utf-8").split(";\n"):
            named = {"school_count": school_count, "month_count": MONTHS}
            used = {name: value for name, value in named.items() if f"${name}" in statement}
            if statement.strip():
                connection.execute(statement, used)
    connection.close()


def run(path: Path, standard_id: str) -> None:
    """Measure once and print what it cost; the figures go where the stage would write them."""
    import resource

    from pipelines.measure.measuring import measure
    from pipelines.metadata.periods import parse_period
    from pipelines.store.database import connect

    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    with connect(path, read_only=True) as connection:
        started = time.perf_counter()
        measured = measure(connection, load_standard(standard_id), parse_period(PERIOD), datetime(2026, 12, 31))
        seconds = time.perf_counter() - started
        row = connection.execute("SELECT sum(estimated_size) FROM duckdb_tables() WHERE NOT temporary").fetchone()
    if not any(row["status"] == "final" for row in measured.figures.to_pylist()):
        raise SystemExit("nothing was measured")
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps([seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, int(row[0]) if row else 0]))


def cost(path: Path, standard_id: str) -> Cost:
    """One run in a process of its own."""
    words = [sys.executable, "-m", "tests.benchmarks.measure", "--task", str(path), standard_id]
    done = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True)
    return Cost(*json.loads(done.stdout.splitlines()[-1]))


def costs(sizes: tuple[int, int], standard_id: str, rounds: int) -> list[Cost]:
    """The median run of each size."""
    found = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "schools.duckdb"
            make_database(path, size, standard_id)
            runs = sorted((cost(path, standard_id) for _ in range(rounds)), key=lambda one: one.seconds)
            found.append(runs[len(runs) // 2])
    return found


def section(small: int, large: int, rounds: int) -> str:
    """Run everything and return the section in Markdown."""
    few, many = costs((small, large), STANDARD, rounds)
    others = {name: costs((small,) * 2, name, 1)[0] for name in standard_ids() if name != STANDARD}
    lines = ["| standard | schools | months | rows loaded | wall | CPU | peak memory |"]
    lines.append("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    runs = [(STANDARD, small, few), (STANDARD, large, many), *((name, small, one) for name, one in others.items())]
    for name, size, one in runs:
        spent = f"{one.seconds:.1f} s | {one.cpu_seconds:.1f} s | {one.peak_mib:.0f} MiB"
        lines.append(f"| {name} | {size} | {MONTHS} | {one.row_count} | {spent} |")
    slowest = max([few, *others.values()], key=lambda one: one.seconds)
    largest = max(one.peak_mib for one in (few, *others.values()))
    growth = many.seconds / few.seconds
    within = slowest.seconds <= LIMIT_SECONDS and largest <= LIMIT_MIB
    lines += [
        "",
        f"- {target(f'every standard of {small} schools within {LIMIT_SECONDS} s and {LIMIT_MIB} MiB', within)}",
        f"- from {small} to {large} schools: {growth:.1f} × the time, {many.peak_mib / few.peak_mib:.1f} × the memory"
        f" ({target('no more than in proportion', growth <= large / small)})",
        f"- {rounds} rounds, medians; {CORES} cores; period {PERIOD}, a whole school year; wall without start-up",
    ]
    return "\n".join([*lines, "", machine(("duckdb", "pyarrow", "scipy"))])


def main() -> None:
    """Entry point of `make bench` and of the runs in processes of their own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--task", nargs=2)
    parser.add_argument("--small", type=int, default=1000)
    parser.add_argument("--large", type=int, default=10000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--print", action="store_true", dest="is_printed_only", help="leave the page as it is")
    arguments = parser.parse_args()
    if arguments.task:
        run(Path(arguments.task[0]), arguments.task[1])
        return
    text = section(arguments.small, arguments.large, arguments.rounds)
    print(text)
    if not arguments.is_printed_only:
        write_section("Measure", text)


if __name__ == "__main__":
    main()
