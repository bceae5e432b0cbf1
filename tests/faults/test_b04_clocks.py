"""B4: clocks that go backwards: order is the ledger's. Other zones and locales: tests/determinism."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from pipelines.load.database import open_database
from pipelines.metadata.periods import parse_period
from pipelines.receive.inbox import receive
from pipelines.settings import Settings
from pipelines.stages import run_stages
from pipelines.store.home import Home
from pipelines.store.ledger import read_ledger
from tests.faults import homes


def test_b04_the_ledger_orders_what_a_clock_puts_backwards(inbox: Path, tmp_path: Path) -> None:
    """A school sends again after somebody set the clock back by years; its second report counts."""
    home = Home(tmp_path / "home")
    receive(home, inbox, homes.MONTH, lambda: homes.CLOCK)
    first = next(entry for entry in read_ledger(home) if entry.file_name.startswith("1153000002"))
    again = tmp_path / "again"
    again.mkdir()
    homes.saved_again(home.original(first.sha256), again / "again.xlsx")
    receive(home, again, homes.MONTH, lambda: datetime(2001, 1, 1))
    settings = Settings(home, homes.STANDARD, parse_period(homes.MONTH)).resolved()
    run_stages(settings, ("extract", "validate", "load"))
    statement = "SELECT submission_no, version FROM core_submissions WHERE school_code = '1153000002' ORDER BY 1"
    with open_database(home, settings.as_of) as connection:
        assert connection.execute(statement).fetchall() == [(first.sequence, 1), (len(read_ledger(home)), 2)]
    assert settings.as_of == homes.CLOCK


def test_b04_an_hour_that_comes_twice_changes_no_order(tmp_path: Path) -> None:
    """Clocks go back at the end of summer time: what came at 02:50 came before what came at 02:10."""
    home = Home(tmp_path / "home")
    for number, minute in enumerate((50, 10)):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / f"{number}.xlsx").write_bytes(b"x" * (number + 1))
        os.utime(folder / f"{number}.xlsx", (1e9, 1e9))
        receive(home, folder, homes.MONTH, lambda at=minute: datetime(2026, 10, 25, 2, at, fold=1))  # type: ignore[misc]
    assert [(entry.sequence, entry.file_name) for entry in read_ledger(home)] == [(1, "0.xlsx"), (2, "1.xlsx")]
