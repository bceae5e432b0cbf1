"""A small home with a report, a database and a ledger: what publish freezes."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest

from pipelines.metadata.contracts import contracts
from pipelines.metadata.periods import parse_period
from pipelines.report.csv_files import COLUMNS
from pipelines.settings import Settings
from pipelines.store.database import connect
from pipelines.store.home import Home
from pipelines.store.ledger import LedgerEntry, append_entries
from pipelines.store.tables import write_table

AS_OF = datetime(2026, 11, 5, 18)
STANDARD = "jinghong-2019"

TABLES = """
CREATE TABLE core_submissions (submission_no BIGINT, school_code VARCHAR, file_name VARCHAR, status VARCHAR);
CREATE TABLE core_sheets (submission_no BIGINT, table_name VARCHAR, sheet_name VARCHAR, row_count INTEGER);
INSERT INTO core_submissions VALUES (2, '2136001235', 'b.xlsx', 'accepted'), (1, '2136001234', 'a.xlsx', 'accepted');
INSERT INTO core_sheets VALUES (1, 'guards', '保安人员', 2);
INSERT INTO core_guards (submission_no, row_no, guard_name, employment)
VALUES (1, 3, '王*', 'part_time'), (1, 2, '李*', 'full_time');
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


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home as it stands after a run."""
    made = Home(tmp_path / "home")
    received = datetime(2026, 11, 2, 9)
    entries = [
        LedgerEntry(number, f"{number:064x}", received, "2026-10", name.encode().hex(), 10)
        for number, name in enumerate(("a.xlsx", "b.xlsx", "late.xlsx"), 1)
    ]
    append_entries(made, entries)
    with connect(made.database) as connection:
        for contract in contracts():
            columns = ", ".join(f'"{name}" {kind}' for name, kind in contract.core_columns)
            connection.execute(f"CREATE TABLE {contract.table} ({columns})")
        connection.execute(TABLES)
    report = made.reports / STANDARD / "2026-10"
    write_figures(report / "figures.csv", {"closed_campus": (9, 13), "guards_staffing": (7, 13)})
    (report / "index.html").write_text("<script defer src='../../assets/plotly-1.min.js'></script>", encoding="utf-8")
    (report / "manifest.json").write_text("{}", encoding="utf-8")
    (made.reports / "assets").mkdir()
    for name in ("plotly-1.min.js", "plotly-0.min.js"):
        (made.reports / "assets" / name).write_text("1", encoding="utf-8")
    earlier = pa.table({"indicator": ["closed_campus"], "as_of": [datetime(2026, 10, 6)]})
    write_table(made.stage_dir("measure") / STANDARD / "2026-09" / "figures.parquet", earlier)
    return made


@pytest.fixture
def settings(home: Home) -> Settings:
    """October of that home, as of the moment of its report."""
    return Settings(home, STANDARD, parse_period("2026-10"), AS_OF)


@pytest.fixture
def figures() -> Callable[..., None]:
    """Writes figures.csv."""
    return write_figures
