"""The tables of one period as a clerk would lay them out: expected schools, current workbooks, their rows.

Written from architecture.md and domain.md ("What a workbook holds", "Status, denominators, time"). It must stay
independent of pipelines/measure and of the sample's truth: it reads the loaded core tables and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import duckdb
import pandas as pd

from tests.second_opinion.calendar import Calendar, Window, month_span
from tests.second_opinion.former import codes_in_force

Row = Mapping[str, Any]
TABLES = (
    *("profile", "campuses", "checklist", "counts", "guards", "trainings", "drills", "hazards", "incidents", "buses"),
    *("register", "tasks", "meetings", "inspections", "perimeter", "body_checklist", "body_counts"),
)
STANDING = frozenset({"register", "corrections"})
"""Sheets that may come alone, without taking the place of the month's workbook."""


@dataclass(frozen=True)
class Sheet:
    """What one workbook says under one heading: missing (no workbook), blank, nil or rows; and rows kept out."""

    state: str
    lost: int
    rows: tuple[Row, ...]

    @property
    def is_known(self) -> bool:
        """Rows or a nil return."""
        return self.state in ("rows", "nil")

    @property
    def is_told(self) -> bool:
        """The same; and a row that was kept out is something said."""
        return self.is_known or self.lost > 0


MISSING = Sheet("missing", 0, ())


def table_of(connection: duckdb.DuckDBPyConnection, name: str) -> pd.DataFrame:
    """A core table with Python values; NULL is None."""
    cursor = connection.execute(f"SELECT * FROM core_{name}")
    columns = [each[0] for each in cursor.description or ()]
    return pd.DataFrame(cursor.fetchall(), columns=columns, dtype=object)


def _first_day(row: Mapping[Any, Any], known: Sequence[Mapping[Any, Any]]) -> date | None:
    """The day on which the school began, across rows that follow each other from one day to the next."""
    day: date | None = row["valid_from_date"]
    while day is not None:
        ends = (day, day - timedelta(days=1))
        before = [one for one in known if one["school_code"] == row["school_code"] and one["valid_to_date"] in ends]
        if not before:
            return day
        day = before[0]["valid_from_date"]
    return None


@dataclass
class Desk:
    """One period of one county at one moment. `month` is the month whose workbook states the point facts."""

    connection: duckdb.DuckDBPyConnection
    calendar: Calendar
    excluded_types: Sequence[str]
    month: str
    as_of: datetime
    do_visits_count: bool = False
    """Whether an item of the checklist is as the month's last visit saw it, whatever the school says."""
    current: dict[tuple[str | None, str], int] = field(init=False)
    schools: pd.DataFrame = field(init=False)

    def __post_init__(self) -> None:
        """Current workbooks, the register, the expected schools."""
        self.start, self.end = month_span(self.month)
        self.cut_off: date = min(self.end, self.as_of.date())
        sent = table_of(self.connection, "submissions")
        sent = sent[sent["status"].isin(["accepted", "accepted_with_findings"]) & (sent["received_at"] <= self.as_of)]
        sent = sent.sort_values(["received_at", "submission_no"])
        self.received: dict[int, datetime] = dict(zip(sent["submission_no"], sent["received_at"], strict=True))
        self.sheets: dict[tuple[int, str], dict[Any, Any]] = {
            (row["submission_no"], row["table_name"]): row
            for row in table_of(self.connection, "sheets").to_dict("records")
        }
        held: dict[int, set[str]] = {}
        for number, name in self.sheets:
            held.setdefault(number, set()).add(name)
        owner = sent["school_code"].where(sent["origin"] == "school", None)
        self.current = {
            (None if pd.isna(code) else code, month): number
            for code, month, number in zip(owner, sent["period"], sent["submission_no"], strict=True)
            if not pd.isna(code) or not held.get(number) or held[number] - STANDING
        }
        bureau = sent[sent["origin"] == "bureau"]
        self.of_bureau = list(zip(bureau["period"], bureau["submission_no"], strict=True))
        self.rows_of: dict[str, dict[int, list[Row]]] = {}
        for name in TABLES:
            frame = table_of(self.connection, name)
            grouped: dict[int, list[Row]] = {}
            for row in frame.to_dict("records"):
                row["invalid"] = frozenset(row.pop("invalid_fields") or ())
                grouped.setdefault(row["submission_no"], []).append({str(key): value for key, value in row.items()})
            self.rows_of[name] = grouped
        self.register = self._latest_register()
        # What came under a code that the school no longer bears is its own.
        self.renamed = codes_in_force(self.register.to_dict("records"), self.cut_off)
        for (code, month), number in list(self.current.items()):
            if code in self.renamed:
                key = (self.renamed[code], month)
                self.current[key] = max(number, self.current.get(key, number))
        self.schools = self._expected(self.cut_off)
        self.expected_in: dict[str, set[str]] = {}

    def _latest_register(self) -> pd.DataFrame:
        """The register of the latest month's bureau workbook that holds one, whatever the month measured."""
        registers = [(month, number) for month, number in self.of_bureau if self.rows_of["register"].get(number)]
        if not registers:
            return pd.DataFrame(columns=["school_code", "school_type", "valid_from_date", "valid_to_date"])
        return pd.DataFrame(self.rows_of["register"][max(registers)[1]], dtype=object)

    def _expected(self, day: date) -> pd.DataFrame:
        """Rows of the register that are valid on the day, of types that count."""
        rows = self.register
        begun = rows["valid_from_date"].map(lambda value: value is None or value <= day)
        not_over = rows["valid_to_date"].map(lambda value: value is None or value >= day)
        counted = ~rows["school_type"].isin(list(self.excluded_types))
        found = rows[(begun & not_over & counted).astype(bool)]
        found = found.sort_values("school_code").drop_duplicates("school_code", keep="last")
        known = rows[counted.astype(bool)].to_dict("records") if len(rows) else []
        first_days: list[Any] = [_first_day(row, known) for row in found.to_dict("records")]
        return found.assign(valid_from_date=first_days)

    @cached_property
    def first_month(self) -> str:
        """The first month of which any school sent a workbook that counts; the one measured before there is any."""
        return min((month for code, month in self.current if code is not None), default=self.month)

    def is_expected(self, school: str, month: str) -> bool:
        """Whether the register expects the school at the end of that month."""
        if month not in self.expected_in:
            codes = self._expected(min(month_span(month)[1], self.cut_off))["school_code"]
            self.expected_in[month] = {self.renamed.get(code, code) for code in codes}
        return school in self.expected_in[month]

    def sheet(self, school: str | None, month: str, table: str) -> Sheet:
        """A sheet of the current workbook of the school (the bureau's is None) for the month."""
        number = self.current.get((school, month))
        if number is None:
            return MISSING
        rows = tuple(self.rows_of[table].get(number, ()))
        told = self.sheets.get((number, table), {})
        lost = int(told.get("lost_row_count") or 0)
        state = "rows" if rows else "nil" if told.get("is_nil") else "blank"
        return Sheet(state, lost, rows)

    @cached_property
    def visits(self) -> dict[tuple[str, str], tuple[str, date]]:
        """School and item to what the last visit of the month measured saw, and its day; none where two contradict.

        A later workbook that tells of the same visit again tells it better; within one the first row counts.
        """
        told: dict[tuple[Any, ...], Row] = {}
        names = ("held_date", "school_code", "level", "inspection_kind", "item_id", "item_name")
        for sheet in self.history(None, "inspections").values():
            rows = sorted(sheet.rows, key=lambda row: -row["row_no"])
            # One that cannot be read in one of these cells speaks for no other one.
            told |= {
                (
                    *(row[name] for name in names),
                    row["invalid"] & set(names) and (row["submission_no"], row["row_no"]),
                ): row
                for row in rows
            }
        found: dict[tuple[str, str], dict[date, set[str]]] = {}
        for row in told.values():
            day = row["held_date"]
            is_answer = row["result"] in ("yes", "no") and row["item_id"] is not None
            if is_answer and day is not None and self.start <= day <= self.cut_off:
                found.setdefault((row["school_code"], row["item_id"]), {}).setdefault(day, set()).add(row["result"])
        last = {key: (days[max(days)], max(days)) for key, days in found.items()}
        return {key: (seen.pop(), day) for key, (seen, day) in last.items() if len(seen) == 1}

    def history(self, school: str | None, table: str) -> dict[str, Sheet]:
        """The sheet of every month up to the one measured, oldest first, where a workbook came."""
        months = sorted(month for code, month in self.current if code == school and month <= self.month)
        return {month: self.sheet(school, month, table) for month in months}

    def point_month(self, stage: str) -> str:
        """The month whose workbook states the point facts of schools of that stage."""
        del stage
        return self.month

    @property
    def bureau_month(self) -> str:
        """The month whose bureau workbook states the point facts of the bureau and its bodies."""
        return self.month

    def window(self, kind: str, stage: str) -> Window:
        """The window of that kind in which the cut-off lies."""
        return self.calendar.window(kind, self.cut_off, stage)

    def end_of(self, month: str) -> date:
        """Last day that the month's workbook covers, at most the cut-off."""
        return min(month_span(month)[1], self.cut_off)

    @property
    def next_day(self) -> datetime:
        """Midnight after the cut-off."""
        return datetime.combine(self.cut_off + timedelta(days=1), datetime.min.time())
