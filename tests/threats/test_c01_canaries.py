"""C1, C3: what a school writes of persons leaves the bureau in no file, no message and no name of a file."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.cli import cli
from pipelines.load.database import open_database
from pipelines.metadata.contracts import contracts
from pipelines.report.page import plotly_name
from pipelines.store.home import Home
from pipelines.store.ledger import read_ledger
from tests.threats.canaries import Canaries, found_in, places, search, spaced
from tests.threats.canary_books import NAME, SCHOOL, STUDENTS, bureau_book, plain_book, school_book

STANDARD, MONTH = "jinghong-2019", "2026-10"
TRACED = ("drill_frequency", "guards_staffing", "hazard_closure")


@dataclass(frozen=True)
class County:
    """A county run, published, checked and traced: its home, what was planted, all that the commands said."""

    home: Home
    canaries: Canaries
    book: bytes
    in_book: set[str]
    said: str

    @property
    def skipped(self) -> frozenset[str]:
        """Files that are not made of anybody's data: plotly itself."""
        return frozenset({plotly_name()})


def _run(checkout: Path, *words: str | Path) -> str:
    """Both streams of a command in a process of its own, whatever writes to them."""
    command = [sys.executable, "-m", "pipelines", *map(str, words)]
    done = subprocess.run(command, capture_output=True, cwd=checkout, timeout=300, check=True)
    return (done.stdout + done.stderr).decode()


def _said(*words: str | Path) -> str:
    done = CliRunner().invoke(cli, [str(word) for word in words])
    assert done.exit_code in (0, 1) and "Traceback" not in done.output, done.output
    return done.output


@pytest.fixture(scope="module")
def county(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> County:
    home, canaries = Home(tmp_path_factory.mktemp("canaries")), Canaries()
    inbox = home.inbox / MONTH
    inbox.mkdir(parents=True)
    book = school_book(canaries)
    in_book = set(canaries.planted)
    name = f"望楹一小 {spaced(canaries.phone('file name'))}.xlsx"
    (inbox / name).write_bytes(book)
    (inbox / "00 bureau.xlsx").write_bytes(bureau_book(canaries))
    (inbox / "青棂小学.xlsx").write_bytes(plain_book())
    (inbox / f"坏{canaries.identity('name of a refused file')}.xlsx").write_bytes(b"%PDF-1.4")
    where = ("--home", home.root)
    choice = (*where, "--standard", STANDARD, "--period", MONTH)
    said = _run(checkout, "run", *choice)
    moment = read_ledger(home)[-1].received_at.isoformat()
    said += _said("keygen", *where)
    said += _said("publish", *choice, "--as-of", moment, "--reason", "first")
    said += _said("check", inbox / name, *where, "--receipt", home.root / "checked")
    for indicator in TRACED:
        for form in (("--format", "text"), ("--format", "csv"), ("--format", "json"), ("--open",)):
            said += _said("trace", indicator, *form, *where)
    return County(home, canaries, book, in_book, said + _said("status", *where))


def test_c01_the_search_finds_what_was_planted(county: County) -> None:
    """The control: every canary of the school's file is found in it, packed and encoded as it is."""
    assert len(county.in_book) > 100
    assert found_in(county.canaries, "", county.book) == county.in_book


def test_c01_reports_and_releases_hold_no_canary(county: County) -> None:
    for folder in (county.home.reports, county.home.releases):
        assert sum(path.is_file() for path in folder.rglob("*")) > 10
        assert places(county.canaries, search(county.canaries, folder, county.skipped)) == {}


def test_c01_a_trace_holds_no_canary_until_restricted_fields_are_asked_for(county: County) -> None:
    pages = list(county.home.traces.rglob("*.html"))
    assert len(pages) == len(TRACED)
    assert places(county.canaries, search(county.canaries, county.home.traces)) == {}
    asked = _said("trace", "guards_staffing", "--restricted", "--home", county.home.root)
    assert found_in(county.canaries, "", asked.encode()) & county.canaries.among("restricted")


def test_c01_no_command_says_a_canary(county: County) -> None:
    assert NAME in county.said
    assert places(county.canaries, {"said": found_in(county.canaries, "", county.said.encode())}) == {"said": []}


def test_c01_the_database_holds_no_canary(county: County) -> None:
    """Names are masked and refused cells unread before anything is loaded."""
    with open_database(county.home) as connection:
        tables = [row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        held = "".join(str(connection.execute(f"SELECT * FROM {table}").fetchall()) for table in tables)
    assert NAME in held
    assert places(county.canaries, {"database": found_in(county.canaries, "", held.encode())}) == {"database": []}


@pytest.mark.parametrize("folder", ["returns", "checked"])
def test_c01_a_receipt_holds_nothing_that_was_refused_and_no_number(county: County, folder: str) -> None:
    """The school gets its own words back, names of guards among them; a number or a student's name, never."""
    found = search(county.canaries, county.home.root / folder)
    assert found
    held = set().union(*found.values())
    allowed = county.canaries.among("restricted|foreign column|form line|^cover$|unknown sheet")
    assert places(county.canaries, {"receipts": held - allowed}) == {"receipts": []}
    assert not [canary for canary in held if canary.isascii()]


def test_c01_what_was_refused_is_named_and_the_rest_counts(county: County) -> None:
    with open_database(county.home) as connection:
        found = connection.execute(
            "SELECT sheet, cell, message FROM core_findings WHERE code = 'E-PERSONAL-DATA' ORDER BY finding_no"
        ).fetchall()
        (version,) = connection.execute(
            "SELECT version FROM core_submissions WHERE school_code = $code", {"code": SCHOOL}
        ).fetchall()[0]
    assert version == 1
    assert (STUDENTS, "") in {(sheet, cell) for sheet, cell, _ in found}
    assert len(found) == 1 + len(contracts("school"))
    assert all("个人信息，不得报送，没有读取" in message for _, _, message in found)


def test_c03_a_finding_on_a_restricted_cell_shows_its_address_and_not_its_value(county: County) -> None:
    restricted = {(one.name, entry.name) for one in contracts() for entry in one.fields if entry.mask}
    with open_database(county.home) as connection:
        rows = connection.execute("SELECT table_name, field, cell, value, message FROM core_findings").fetchall()
    shown = [row for row in rows if (row[0], row[1]) in restricted]
    assert all(cell and len(value) <= 2 for _, _, cell, value, _ in shown)
