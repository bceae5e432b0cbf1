"""The cost of the intake: marginal CPU a workbook, receive to load, over a bare parse of the same files.

python -m tests.benchmarks.intake [--small 1000 --large 5000 --rounds 3] writes its section of docs/benchmarks.md. Every
figure is the CPU time (user and system, children included) of a process of its own; floor and intake take turns, and
the marginal cost is the slope between the small and the large county, so that start-up falls out.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.report import ROOT, machine, target, write_section

PERIOD = "2026-10"
STANDARD = "jinghong-2019"
PER_FILE_SAMPLE = 100


@dataclass(frozen=True)
class Cost:
    """CPU seconds and peak memory (MiB, largest single process) of one run."""

    cpu_seconds: float
    peak_mib: float


def _cpu_seconds() -> float:
    """CPU time of this process and of its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _measured(*words: str) -> Cost:
    """Run one task of this module in a process of its own and account for it and its children."""
    script = (
        "import json, resource, runpy, sys\n"
        "sys.argv = sys.argv[1:]\n"
        "runpy.run_module('tests.benchmarks.intake', run_name='__main__')\n"
        "own = resource.getrusage(resource.RUSAGE_SELF); kids = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(json.dumps([own.ru_utime + own.ru_stime + kids.ru_utime + kids.ru_stime,"
        " max(own.ru_maxrss, kids.ru_maxrss) / 1024]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "intake", "--task", *words], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return Cost(*json.loads(done.stdout.splitlines()[-1]))


def floor(folder: Path, count: int) -> None:
    """A bare parse of every sheet, nothing more."""
    from python_calamine import CalamineWorkbook

    for path in _workbooks(folder, count):
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def intake(folder: Path, count: int) -> None:
    """Receive, extract, validate and load, gates and children on, no receipts."""
    from pipelines.metadata.periods import parse_period
    from pipelines.receive.inbox import receive
    from pipelines.settings import Settings
    from pipelines.stages import run_stages
    from pipelines.store.home import Home

    with tempfile.TemporaryDirectory() as name:
        home = Home(Path(name) / "home")
        inbox = Path(name) / "inbox"
        inbox.mkdir()
        for path in _workbooks(folder, count):
            os.link(path, inbox / path.name)
        receive(home, inbox, PERIOD)
        run_stages(Settings(home, STANDARD, parse_period(PERIOD)), ("extract", "validate", "load"))


def pandas_gx(folder: Path, count: int) -> None:
    """What one would write first: pandas.read_excel and a Great Expectations validation for each file and sheet."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    import pandas as pd
    from great_expectations.data_context.types.base import ProgressBarsConfig

    from pipelines.metadata.contracts import contracts

    not_null = vars(gx.expectations)["ExpectColumnValuesToNotBeNull"]
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_pandas("files")
    titles = {contract.title: contract for contract in contracts("school")}
    for path in _workbooks(folder, count):
        for title, frame in pd.read_excel(path, sheet_name=None, dtype=str).items():
            contract = titles.get(title)
            known = [field for field in contract.fields if field.label in frame.columns] if contract else []
            if contract is None or not known or frame.empty:
                continue
            suite = gx.ExpectationSuite(
                name="file",
                expectations=[not_null(column=field.label) for field in known[:3]],
            )
            asset = source.add_dataframe_asset(name="sheet")
            batch = asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": frame})
            batch.validate(suite)
            source.delete_asset("sheet")


def frictionless(folder: Path, count: int) -> None:
    """frictionless validate, sheet by sheet."""
    from frictionless import Resource, formats
    from openpyxl import load_workbook

    for path in _workbooks(folder, count):
        for name in load_workbook(path, read_only=True).sheetnames:
            control = formats.ExcelControl(sheet=name)
            Resource(path=path.name, basepath=str(path.parent), control=control).validate()


def receipts(folder: Path, count: int) -> None:
    """The whole intake, then a receipt for every file that has something to mend."""
    from pipelines.metadata.periods import parse_period
    from pipelines.receive.inbox import receive
    from pipelines.report.receipts import write_receipts
    from pipelines.settings import Settings
    from pipelines.stages import run_stages
    from pipelines.store.home import Home

    with tempfile.TemporaryDirectory() as name:
        home = Home(Path(name))
        receive(home, folder / "xlsx", PERIOD)
        settings = Settings(home, STANDARD, parse_period(PERIOD))
        run_stages(settings, ("extract", "validate", "load", "measure"))
        started = _cpu_seconds()
        written = write_receipts(settings)
        spent = _cpu_seconds() - started
        print(json.dumps({"receipts": len(written), "cpu_seconds": spent}))


TASKS = {task.__name__: task for task in (floor, intake, pandas_gx, frictionless, receipts)}


def _workbooks(folder: Path, count: int) -> list[Path]:
    found = sorted((folder / "xlsx").iterdir())[:count]
    if len(found) < count:
        raise SystemExit(f"{len(found)} workbooks where {count} are wanted")
    return found


def _make(folder: Path, count: int) -> None:
    """A county whose schools send at least `count` workbooks that are .xlsx files, in all the ways they do."""
    from pipelines.sample.county import make_county

    county = make_county(folder / "county", 20261031, int(count * 1.35), [PERIOD], STANDARD)
    chosen = folder / "xlsx"
    chosen.mkdir()
    good = {arrival.file_name for arrival in county.arrivals if arrival.outcome == "accepted"}
    paths = [path for delivery in county.deliveries for path in delivery.files]
    for number, path in enumerate(path for path in paths if path.suffix == ".xlsx" and path.name in good):
        os.link(path, chosen / f"{number:05d}.xlsx")


def _slope(costs: dict[tuple[str, int], list[Cost]], name: str, small: int, large: int) -> tuple[float, float]:
    """(milliseconds a workbook, fixed seconds) from the medians of the two sizes."""
    low, high = (statistics.median(cost.cpu_seconds for cost in costs[name, size]) for size in (small, large))
    marginal = (high - low) / (large - small)
    return marginal * 1000, low - marginal * small


def _per_file(folder: Path, name: str) -> float:
    """Milliseconds a workbook of a way that works file by file, start-up taken off."""
    few, many = 5, PER_FILE_SAMPLE
    low, high = (_measured(name, str(folder), str(count)).cpu_seconds for count in (few, many))
    return (high - low) / (many - few) * 1000


def _receipt_cost(folder: Path, count: int) -> tuple[int, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.intake", "--task", "receipts", str(folder), str(count)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    result = json.loads(done.stdout.splitlines()[-1])
    return result["receipts"], result["cpu_seconds"] / max(1, result["receipts"]) * 1000


def measure(small: int, large: int, rounds: int) -> str:
    """Run everything and return the section in Markdown."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _make(folder, large)
        costs: dict[tuple[str, int], list[Cost]] = {}
        for _ in range(rounds):
            for size in (small, large):
                for task in ("floor", "intake"):
                    costs.setdefault((task, size), []).append(_measured(task, str(folder), str(size)))
        base, base_fixed = _slope(costs, "floor", small, large)
        own, own_fixed = _slope(costs, "intake", small, large)
        slow = {task: _per_file(folder, task) for task in ("pandas_gx", "frictionless")}
        written, receipt_ms = _receipt_cost(folder, small)
        peaks = {size: max(cost.peak_mib for cost in costs["intake", size]) for size in (small, large)}
    fixed = target("fixed ≤ 8 s", own_fixed <= 8)
    rows = [
        ("bare python-calamine parse (the floor)", base, base_fixed, ""),
        ("receive, extract, validate, load", own, own_fixed, f"{target('≤ 3 ×', own <= 3 * base)}; {fixed}"),
        ("pandas.read_excel and GX a file", slow["pandas_gx"], None, ""),
        ("frictionless validate", slow["frictionless"], None, ""),
    ]
    memory = ", ".join(f"{peak:.0f} MiB at {size} workbooks" for size, peak in peaks.items())
    gain = slow["pandas_gx"] / own
    flat = target("flat", peaks[large] < 1.1 * peaks[small])
    notes = [
        f"faster than pandas and GX a file: {gain:.0f} × ({target('≥ 20 ×', gain >= 20)})",
        f"peak memory of the largest process: {memory} ({flat})",
        f"receipts: {receipt_ms:.1f} ms of CPU each, {written} drawn ({target('≤ 20 ms', receipt_ms <= 20)})",
        f"{rounds} rounds, floor and intake in turn, medians; slope between {small} and {large} workbooks",
    ]
    return _report(rows, base, notes)


def _report(rows: Sequence[tuple[str, float, float | None, str]], base: float, notes: Sequence[str]) -> str:
    packages = ("python-calamine", "duckdb", "pyarrow", "pandas", "great-expectations", "frictionless", "xlsxwriter")
    head = "| way | CPU a workbook | × floor | fixed | target |"
    lines = [head, "| --- | ---: | ---: | ---: | --- |"]
    for name, cost, fixed, wanted in rows:
        start = "" if fixed is None else f"{fixed:.1f} s"
        lines.append(f"| {name} | {cost:.2f} ms | {cost / base:.2f} | {start} | {wanted} |")
    return "\n".join([*lines, "", *(f"- {note}" for note in notes), "", machine(packages)])


def main() -> None:
    """Entry point of `make bench` and of the tasks that it runs in processes of their own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--task", nargs=3)
    parser.add_argument("--small", type=int, default=1000)
    parser.add_argument("--large", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    if arguments.task:
        name, folder, count = arguments.task
        TASKS[name](Path(folder), int(count))
        return
    text = measure(arguments.small, arguments.large, arguments.rounds)
    print(text)
    write_section("Intake", text)


if __name__ == "__main__":
    main()
