"""The fixed form that others build on: columns, order, encoding, neutralised text, every school accounted for."""

from __future__ import annotations

import csv
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from pipelines.report.csv_files import COLUMNS, neutral, written
from tests.unit.report import county
from tests.unit.report.conftest import Reported

ARCHITECTURE = {
    "figures": "standard, period, as_of, indicator, clause, unit_level, unit_code, unit_name, numerator, denominator, "
    "value, lower, upper, reported_value, met, unmet, pending, exempt, unreported, measure_unit, status",
    "assessments": "standard, period, indicator, unit_level, unit_code, campus, stage, status, reason, actual, "
    "required, done, due, window_start, window_end",
    "cases": "standard, period, indicator, school_code, case_no, start, end, observed_until, deadline, status",
    "submissions": "school_code, file, sha256, received_at, version, status, errors, queries, repairs",
    "findings": "code, severity, school_code, file, sheet, cell, field, value, message",
}


def read(reported: Reported, name: str) -> list[dict[str, str]]:
    with (reported.folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("name", sorted(ARCHITECTURE))
def test_columns_are_those_of_the_architecture(reported: Reported, name: str) -> None:
    content = (reported.folder / f"{name}.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    first = content.decode("utf-8-sig").split("\r\n", 1)[0]
    assert first == ARCHITECTURE[name].replace(", ", ",") == ",".join(COLUMNS[name])


def test_figures_carry_counts_and_exact_values(reported: Reported) -> None:
    rows = read(reported, "figures")
    assert len(rows) == len(reported.material.figures)
    guards = next(row for row in rows if row["indicator"] == "guards_staffing" and row["unit_level"] == "county")
    planted = reported.material.county["guards_staffing"]
    assert [guards[name] for name in ("numerator", "denominator", "met", "unreported")] == [
        str(planted.met),
        "60",
        str(planted.met),
        str(planted.unreported),
    ]
    assert planted.met is not None
    assert float(guards["value"]) == planted.met / 60
    assert guards["as_of"] == "2026-10-31T23:59:00"


def test_a_school_that_sent_nothing_has_a_row(reported: Reported) -> None:
    rows = read(reported, "submissions")
    missing = [row for row in rows if row["status"] == "missing"]
    silent = [code for index, code in enumerate(reported.material.schools) if index % 11 == 7 and index % 2]
    assert [row["school_code"] for row in missing] == silent
    assert {row["file"] + row["sha256"] + row["version"] for row in missing} == {""}
    assert len(rows) == len(reported.material.submissions) + len(silent)


def test_a_rejected_file_is_listed_and_its_school_is_not_called_silent(reported: Reported) -> None:
    rejected = [row for row in read(reported, "submissions") if row["status"] == "rejected"]
    assert len(rejected) == 2
    assert {row["version"] for row in rejected} == {""}


def test_file_names_that_a_spreadsheet_would_run_are_neutral(reported: Reported) -> None:
    names = [row["file"] for row in read(reported, "submissions")]
    assert f"'{county.FORMULA}" in names
    assert not [name for name in names if name.startswith(("=", "+", "-", "@"))]
    assert "'@x" in {row["value"] for row in read(reported, "findings")}


@pytest.mark.parametrize("lead", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_neutral_puts_an_apostrophe_before_what_runs(lead: str) -> None:
    assert neutral(f"{lead}1+1") == f"'{lead}1+1"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (-3, "-3"),
        (3.0, "3"),
        (0.5, "0.5"),
        (Decimal("2.50"), "2.5"),
        (Decimal("100"), "100"),
        (date(2026, 10, 1), "2026-10-01"),
        (datetime(2026, 10, 1, 9), "2026-10-01T09:00:00"),
        ("a,b", "a,b"),
    ],
)
def test_written_forms(value: Any, text: str) -> None:
    assert written(value) == text
