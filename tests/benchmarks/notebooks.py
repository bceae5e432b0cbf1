"""The cost of fifty township bulletins: in the stage's own process, and a kernel each, in one run.

python -m tests.benchmarks.notebooks [--schools 300 --townships 50 --kernels 3] adds its section to docs/benchmarks.md.
The county is the one of the report's unit tests, with as many townships; everything runs on two cores.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from pipelines.report import in_process, stage
from pipelines.report.bulletin import title
from pipelines.report.gathering import gather
from pipelines.report.material import Material
from pipelines.report.notebook import execute
from pipelines.report.notebook_pages import page
from pipelines.report.opened import holding
from pipelines.report.townships import narrowed, townships
from pipelines.settings import Settings
from tests.benchmarks.report import machine, target, write_section
from tests.unit.report import county, county_home

LIMIT_SECONDS, CORES = 60, 2


@dataclass(frozen=True)
class Cost:
    """Seconds of all townships in this process, of each kernel, and of every output of the county."""

    own: float
    kernels: tuple[float, ...]
    outputs: float


def spread(material: Material, count: int) -> Material:
    """The county's schools dealt to that many townships, each with figures of the six that the county has."""
    names = [f"第{number + 1}镇" for number in range(count)]
    schools = {
        code: replace(school, township=names[index % count])
        for index, (code, school) in enumerate(material.schools.items())
    }
    models = [row for row in material.figures if (row.unit_level, row.unit_code) == ("township", county.TOWNSHIPS[0])]
    others = tuple(row for row in material.figures if row.unit_level != "township")
    made = tuple(replace(row, unit_code=name, unit_name=name) for name in names for row in models)
    return replace(material, schools=schools, figures=(*others, *made))


def seconds(act: Callable[[], object]) -> float:
    """Wall seconds of one call."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _page(settings: Settings, material: Material, township: str, engine: str | None) -> str:
    given = {"standard": settings.standard, "period": settings.period.label, "as_of": material.as_of.isoformat()}
    notebook = execute({"home": str(settings.home.root), **given, "township": township}, engine=engine)
    return page(notebook, title(narrowed(material, township)))


def cost(settings: Settings, kernel_count: int) -> Cost:
    """All townships in this process, the first few again in kernels, which must come to the same; then everything."""
    material = gather(settings)
    names = townships(material)
    own: dict[str, str] = {}

    def each() -> None:
        with holding(settings.home.root, material):
            own.update({name: _page(settings, material, name, in_process.NAME) for name in names})

    spent, kernels = seconds(each), []
    for name in names[:kernel_count]:
        started = time.perf_counter()
        if _page(settings, material, name, None) != own[name]:
            raise SystemExit(f"a kernel gives another bulletin of {name}")
        kernels.append(time.perf_counter() - started)
    return Cost(spent, tuple(kernels), seconds(lambda: stage.write_pages(settings)))


def section(school_count: int, township_count: int, kernel_count: int) -> str:
    """Run everything and return the section in Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        settings = county_home.write_home(Path(folder), spread(county.material(school_count), township_count))
        spent = cost(settings, kernel_count)
    own, kernel = spent.own / township_count, median(spent.kernels)
    return "\n".join(
        [
            "| way | a bulletin | all | target |",
            "| --- | ---: | ---: | --- |",
            f"| in the stage's process | {own:.2f} s | {spent.own:.1f} s |"
            f" {target(f'≤ {LIMIT_SECONDS} s', spent.own <= LIMIT_SECONDS)} |",
            f"| a kernel each | {kernel:.2f} s | {kernel * township_count:.0f} s (reckoned) |  |",
            "",
            f"- a kernel takes {kernel / own:.0f} × the time, and gives the same bytes",
            f"- every file of the county's report, these among them: {spent.outputs:.1f} s"
            f" ({target(f'≤ {LIMIT_SECONDS} s', spent.outputs <= LIMIT_SECONDS)})",
            f"- {school_count} schools in {township_count} townships; {kernel_count} kernels, median; {CORES} cores;"
            " imports are part of the first bulletin",
            "",
            machine(("papermill", "nbconvert", "ipykernel")),
        ]
    )


def main() -> None:
    """Write the section."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--schools", type=int, default=300)
    parser.add_argument("--townships", type=int, default=50)
    parser.add_argument("--kernels", type=int, default=3)
    parser.add_argument("--print", action="store_true", dest="is_printed_only", help="leave the page as it is")
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    text = section(given.schools, given.townships, given.kernels)
    print(text)
    if not given.is_printed_only:
        write_section("Notebooks", text)


if __name__ == "__main__":
    main()
