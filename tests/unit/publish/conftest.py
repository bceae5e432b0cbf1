"""A small home with a report, a database and a ledger: what publish freezes."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from pipelines.load.database import CORRECTED_CELLS
from pipelines.metadata.contracts import contracts
from pipelines.metadata.periods import parse_period
from pipelines.report.csv_files import COLUMNS
from pipelines.report.manifest import output_hashes
from pipelines.settings import Settings
from pipelines.store.database import connect
from pipelines.store.home import Home
from pipelines.store.ledger import LedgerEntry, append_entries
from tests.unit.publish.loaded import seal_database
from tests.unit.publish.signing import give_keys

AS_OF = datetime(2026, 11, 5, 18)
EARLIER = datetime(2026, 10, 6)
STANDARD = "jinghong-2019"

TABLES = """
CREATE TABLE core_submissions (
    submission_no BIGINT, origin VARCHAR, school_code VARCHAR, period VARCHAR, sent_period VARCHAR, file_name VARCHAR,
    sha256 VARCHAR, received_at TIMESTAMP, status VARCHAR, duplicate_of BIGINT, received_on DATE
);
CREATE TABLE core_sheets (submission_no BIGINT, table_name VARCHAR, sheet_name VARCHAR, row_count INTEGER,
    unknown_cell_count INTEGER);
INSERT INTO core_sheets VALUES (1, 'guards', '保安人员', 2, 0), (3, 'guards', '保安人员', 1, 0);
INSERT INTO core_guards (submission_no, row_no, guard_name, employment)
VALUES (1, 3, '王*', 'part_time'), (3, 2, '赵*', 'part_time'), (4, 2, '钱*', 'part_time'), (1, 2, '李*', 'full_time');
"""


def write_figures(path: Path, values: dict[str, tuple[int, int]], as_of: datetime = AS_OF) -> None:
    """figures.csv of the whole in its fixed form: indicator to (numerator, denominator)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS["figures"], restval="", lineterminator="\r\n")
        writer.writeheader()
        for indicator, (numerator, denominator) in values.items():
            writer.writerow(
                {
                    "standard": STANDARD,
                    "period": "2026-10",
                    "as_of": as_of.isoformat(timespec="seconds"),
                    "indicator": indicator,
                    "unit_level": "county",
                    "unit_code": "all",
                    "unit_name": "全市",
                    "numerator": numerator,
                    "denominator": denominator,
                    "value": numerator / denominator,
                    "status": "final",
                }
            )


def entry(number: int, name: str, received_at: datetime, period: str) -> LedgerEntry:
    """One received file; its content is named by its number."""
    return LedgerEntry(number, f"{number:064x}", received_at, period, name.encode().hex(), 10)


LEDGER = (
    entry(1, "a.xlsx", datetime(2026, 11, 2, 9), "2026-10"),
    entry(2, "b.xlsx", datetime(2026, 11, 2, 9), "2026-10"),
    entry(3, "november.xlsx", datetime(2026, 11, 5, 9), "2026-11"),
    entry(4, "late.xlsx", datetime(2026, 11, 5, 19), "2026-10"),
    entry(5, "c.xlsx", datetime(2026, 11, 5, 17), "2026-10"),
    entry(6, "unloaded.xlsx", datetime(2026, 11, 6, 9), "2026-10"),
)
"""Of October as of AS_OF: 1, 2 and 5."""


def write_manifest(report: Path, home: Home, as_of: datetime = AS_OF, numbers: tuple[int, ...] = (1, 2, 5)) -> None:
    """manifest.json of a report as it stands, resting on these files."""
    inputs = [
        {
            "origin": "school",
            "file": one.file_name,
            "sha256": one.sha256,
            "received_at": one.received_at.isoformat(timespec="seconds"),
            "sent_period": one.period,
            "status": "accepted",
        }
        for one in LEDGER
        if one.sequence in numbers
    ]
    standard, period = report.parts[-2:]
    content = {
        "parameters": {"standard": standard, "period": period, "as_of": as_of.isoformat(timespec="seconds")},
        "compared": {"period": "2026-09", "as_of": EARLIER.isoformat(timespec="seconds")},
        "inputs": inputs,
        "outputs": output_hashes(report, home.reports),
    }
    (report / "manifest.json").write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home as it stands after a run."""
    return make_home(tmp_path / "home")


def make_home(root: Path) -> Home:
    """A home as it stands after a run, with a key."""
    made = Home(root)
    append_entries(made, list(LEDGER))
    with connect(made.database) as connection:
        for contract in contracts():
            columns = ", ".join(f'"{name}" {kind}' for name, kind in contract.core_columns)
            connection.execute(f"CREATE TABLE {contract.table} ({columns})")
        connection.execute(CORRECTED_CELLS)
        connection.execute(TABLES)
        connection.executemany(
            "INSERT INTO core_submissions VALUES (?, 'school', ?, ?, ?, ?, ?, ?, 'accepted', NULL, NULL)",
            [
                (
                    one.sequence,
                    "2136001234",
                    one.period,
                    one.period,
                    one.file_name,
                    one.sha256,
                    one.received_at,
                )
                for one in reversed(LEDGER[:-1])
            ],
        )
    seal_database(made)
    report = made.reports / STANDARD / "2026-10"
    write_figures(report / "figures.csv", {"closed_campus": (9, 13), "guards_staffing": (7, 13)})
    (report / "index.html").write_text("<script defer src='../../assets/plotly-1.min.js'></script>", encoding="utf-8")
    (made.reports / "assets").mkdir()
    for name in ("plotly-1.min.js", "plotly-0.min.js"):
        (made.reports / "assets" / name).write_text("1", encoding="utf-8")
    write_manifest(report, made)
    give_keys(made)
    return made


@pytest.fixture
def settings(home: Home) -> Settings:
    """October of that home, as of the moment of its report."""
    return Settings(home, STANDARD, parse_period("2026-10"), AS_OF)


@pytest.fixture
def figures() -> Callable[..., None]:
    """Writes figures.csv."""
    return write_figures


@pytest.fixture
def remake() -> Callable[[Settings, dict[str, tuple[int, int]]], None]:
    """Makes the report of the settings anew with these figures, as a run does."""

    def write(settings: Settings, values: dict[str, tuple[int, int]]) -> None:
        report = settings.home.reports / settings.standard / settings.period.label
        assert settings.as_of is not None
        write_figures(report / "figures.csv", values, settings.as_of)
        write_manifest(report, settings.home, settings.as_of)

    return write
