"""Every bad input in one folder with fifty good workbooks: the figures are those of the fifty, and each is named."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from pipelines.metadata.periods import parse_period
from pipelines.receive.inbox import receive
from pipelines.sample.county import make_county
from pipelines.settings import Settings
from pipelines.stages import run_stages
from pipelines.store.files import sha256_file
from pipelines.store.home import Home
from tests.threats.cases import INPUT_COUNT, every_case

STANDARD, MONTH = "jinghong-2019", "2026-10"
MOMENT = datetime(2026, 11, 5, 9, 0)
GOOD_COUNT = 50
FIGURES = ("figures.csv", "assessments.csv", "cases.csv")


@dataclass(frozen=True)
class Bureau:
    """A home that was run to its report, and the contents (sha256) of the bad files among what it received."""

    home: Home
    bad: frozenset[str] = frozenset()

    @property
    def report(self) -> Path:
        return self.home.reports / STANDARD / MONTH

    def submissions(self) -> list[dict[str, str]]:
        with (self.report / "submissions.csv").open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))


def _good_files(folder: Path) -> list[Path]:
    """The bureau's workbook and fifty workbooks without a fault."""
    county = make_county(folder, 8, int(GOOD_COUNT * 1.4), [MONTH], STANDARD)
    accepted = {arrival.file_name for arrival in county.arrivals if arrival.outcome == "accepted"}
    files = [path for delivery in county.deliveries for path in delivery.files]
    bureau = [path for path in files if path.name.startswith("00_")]
    schools = [path for path in files if path.name in accepted and path not in bureau]
    assert len(schools) >= GOOD_COUNT
    return [*bureau, *schools[:GOOD_COUNT]]


def _bad_files(inbox: Path) -> frozenset[str]:
    """Every crafted case in a folder of its own, and what is no file at all; the contents of the files."""
    for case in every_case():
        folder = inbox / f"{case.id}"
        folder.mkdir()
        case.make(folder)
    files = [path for path in inbox.rglob("*") if path.is_file()]
    for path in files:
        # A torn file that was written just now would be taken for one that is still being copied.
        os.utime(path, (MOMENT.timestamp(), MOMENT.timestamp()))
    contents = frozenset(map(sha256_file, files))
    (inbox / "link.xlsx").symlink_to("nowhere.xlsx")
    (inbox / "folder.xlsx").mkdir()
    os.mkfifo(inbox / "pipe.xlsx")
    return contents


def _run(home: Home, inbox: Path) -> None:
    receive(home, inbox, MONTH, lambda: MOMENT)
    settings = Settings(home, STANDARD, parse_period(MONTH), MOMENT)
    run_stages(settings, ("extract", "validate", "load", "measure", "report"))


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    folder = tmp_path_factory.mktemp("good")
    inbox = folder / "inbox"
    inbox.mkdir()
    for path in _good_files(folder / "county"):
        shutil.copyfile(path, inbox / path.name)
    _run(Home(folder / "home"), inbox)
    yield Bureau(Home(folder / "home"))


@pytest.fixture(scope="module")
def mixed(good: Bureau, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    folder = tmp_path_factory.mktemp("mixed")
    inbox = folder / "inbox"
    inbox.mkdir()
    bad = _bad_files(inbox)
    for path in (good.home.root.parent / "inbox").iterdir():
        shutil.copyfile(path, inbox / path.name)
    _run(Home(folder / "home"), inbox)
    yield Bureau(Home(folder / "home"), bad)


def test_every_input_of_section_a_has_a_case_or_a_test_of_its_own() -> None:
    here = Path(__file__).parent
    named = {case.number for case in every_case()}
    written = "".join(path.read_text(encoding="utf-8") for path in here.glob("test_*.py"))
    named |= {number for number in range(1, INPUT_COUNT + 1) if f"def test_a{number:02d}_" in written}
    assert sorted(set(range(1, INPUT_COUNT + 1)) - named) == []


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_byte_for_byte_those_of_the_good_workbooks_alone(name: str, good: Bureau, mixed: Bureau) -> None:
    assert (mixed.report / name).read_bytes() == (good.report / name).read_bytes()


def test_every_bad_file_is_named_and_none_counts(mixed: Bureau) -> None:
    rows = [row for row in mixed.submissions() if row["sha256"] in mixed.bad]
    assert {row["sha256"] for row in rows} == mixed.bad
    assert all(row["file"] for row in rows)
    assert {row["status"] for row in rows} <= {"rejected", "duplicate"}


def test_every_good_file_keeps_its_outcome(good: Bureau, mixed: Bureau) -> None:
    kept = [row for row in mixed.submissions() if row["sha256"] not in mixed.bad]
    assert kept == good.submissions()
    assert sum(row["version"] != "" for row in kept) >= GOOD_COUNT
