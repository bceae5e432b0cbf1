"""The report's counts made again from its own files: what a sentence says of schools, files, findings and hazards."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from pipelines.metadata import METADATA_ROOT
from pipelines.metadata.calendars import load_calendar
from pipelines.metadata.risk import risk
from pipelines.metadata.standards import load_standard
from pipelines.report import display, wording
from pipelines.report.material import Material
from pipelines.report.summary import SUBMISSION_RATE
from pipelines.report.tiles import closure
from pipelines.report.timeliness import repeated_from
from tests.unit.report.finished import book_rows, read_book

Row = dict[str, str]
LOST = ("rows_lost", "cell_error")


def read_csv(path: Path) -> list[Row]:
    """Rows of a CSV file of the report by column."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _sheet(name: str) -> str:
    return str(wording.entry(f"workbook.sheets.{name}.name"))


class Recount:
    """Counts by name, of the whole or of one township's schools.

    The standard, the register and the cut-off day are the report's frame and come from its material; every number
    comes from its files.
    """

    def __init__(self, folder: Path, material: Material, township: str = "") -> None:
        self.folder = folder
        every = material.schools.values()
        self.codes = {school.school_code for school in every if not township or school.township == township}
        self.expected = {school.school_code for school in every if school.is_expected} & self.codes
        self.material, self.township = material, township
        self.figures = read_csv(folder / "figures.csv")
        self.assessments = self._own(read_csv(folder / "assessments.csv"), "unit_code")
        self.cases = self._own(read_csv(folder / "cases.csv"), "school_code")
        self.submissions = self._own(read_csv(folder / "submissions.csv"), "school_code")
        self.findings = self._own(read_csv(folder / "findings.csv"), "school_code")
        book, code = read_book(folder / "tables.xlsx"), wording.column("school_code")
        self.sheets: dict[str, list[dict[str, Any]]] = {
            name: [row for row in book_rows(book, _sheet(name)) if not township or row[code] in self.codes]
            for name in ("findings", "crosschecks", "losses", "cases", "visits")
        }

    def _own(self, rows: list[Row], column: str) -> list[Row]:
        return [row for row in rows if not self.township or row[column] in self.codes]

    def shown(self, name: str) -> str:
        """The count of that name as it must be shown; KeyError for a name that nothing can be counted by."""
        group, *rest = name.split("|")
        maker: Callable[..., str | int] = getattr(self, f"_{group}")
        found = maker(*rest)
        return found if isinstance(found, str) else display.number(found)

    def _schools(self, kind: str = "") -> int:
        return len(self.expected if kind == "expected" else self.codes)

    def _expected(self) -> int:
        return len(self.expected)

    def _submitted(self) -> int:
        return len(self.expected) - self._silent()

    def _failing(self, township: str, kind: str = "") -> int | str:
        """Of a township, failures and decisions that were due under the headline rates over schools."""
        standard = load_standard(self.material.standard.id)
        rated = {name for name in standard.headline if standard.provision(name).counts_schools(name)} - {
            SUBMISSION_RATE
        }
        own = [row for row in self.figures if (row["unit_level"], row["unit_code"]) == ("township", township)]
        rows = [row for row in own if row["indicator"] in rated]
        unmet = sum(int(row["unmet"]) for row in rows)
        due = sum(int(row[status]) for row in rows for status in ("met", "unmet", "pending", "unreported"))
        return display.rate(unmet, due) if not kind else {"unmet": unmet, "due": due}[kind]

    def _submission_share(self) -> str:
        return display.rate(self._submitted(), self._expected())

    def _periods(self) -> int:
        """Months from the first that was measured to the report's own."""
        measured = self.folder.parents[2] / "data" / "measure" / self.folder.parent.name
        first = min(path.name for path in measured.iterdir())
        (year, month), (first_year, first_month) = (
            (int(part) for part in label.split("-")) for label in (self.folder.name, first)
        )
        return (year - first_year) * 12 + month - first_month + 1

    def _cohort(self, kind: str = "") -> int:
        """Cases of the estimate of survival, which stand in no file of the report but its chart."""
        indicator = closure(self.material.standard)
        rows = [row for row in self.material.cohort if row.indicator == indicator and row.school_code in self.codes]
        return sum(row.is_observed for row in rows) if kind == "closed" else len(rows)

    def _files(self, status: str = "") -> int:
        held = [row for row in self.submissions if row["status"] != "missing"]
        return sum(not status or row["status"] == status for row in held)

    def _silent(self, kind: str = "") -> int:
        usable = {row["school_code"] for row in self.submissions if row["status"].startswith("accepted")}
        whole = len(self.expected - usable)
        missing = sum(row["status"] == "missing" for row in self.submissions)
        return {"": whole, "no_file": missing, "rejected": whole - missing}[kind]

    def _timely(self, kind: str) -> int | str:
        """Schools by their first usable file against the month's deadline; the deadline is part of the frame."""
        calendar = load_calendar(self.material.standard.calendar)
        deadline = calendar.deadline(self.material.period.last_month).isoformat()
        first: dict[str, str] = {}
        for row in self.submissions:
            if row["status"].startswith("accepted") and row["school_code"] in self.expected:
                first[row["school_code"]] = min(row["received_at"], first.get(row["school_code"], row["received_at"]))
        on_time = sum(received[:10] <= deadline for received in first.values())
        silent = len(self.expected) - len(first)
        is_over = self.material.as_of.date().isoformat() > deadline
        found = {"expected": len(self.expected), "on_time": on_time, "late": len(first) - on_time}
        found |= {"missing": silent * is_over, "awaited": silent * (not is_over), "repeated_from": repeated_from()}
        return display.rate(on_time, len(self.expected)) if kind == "share" else found[kind]

    def _scored(self, kind: str = "") -> int:
        wanted = {entry.judged for entry in self.material.standard.provisions if entry.scored == "yes"}
        level = "township" if self.township else "county"
        unit = self.township or "county"
        rows = [
            row
            for row in self.figures
            if (row["unit_level"], row["unit_code"]) == (level, unit)
            and row["measure_unit"] == "rate"
            and row["indicator"] in wanted
        ]
        if kind == "full":
            return sum(row["numerator"] == row["denominator"] not in ("", "0") for row in rows)
        return sum(row["pending"] not in ("", "0") for row in rows) if kind == "pending" else len(rows)

    def _rule(self, file: str, name: str, reason: str = "") -> int:
        """A threshold as its file in data_contracts gives it."""
        document = yaml.safe_load((METADATA_ROOT / f"{file}.yaml").read_text(encoding="utf-8"))
        found = next(one for one in document["reasons"] if one["id"] == reason) if reason else document[name]
        return int(found[name] if reason else found["value"])

    def _visits(self) -> int:
        return min(len(self.sheets["visits"]), risk().listed)

    def _lost(self, kind: str) -> int:
        if kind == "schools":
            read = (wording.column("lost_rows"), wording.column("unread_cells"))
            rows = [row for row in self.sheets["losses"] if row[wording.column("school_code")]]
            return sum(any(row[name] for name in read) for row in rows)
        column = wording.column({"rows": "lost_rows", "cells": "unread_cells"}[kind])
        return sum(int(row[column]) for row in self.sheets["losses"])

    def _undecided(self, kind: str) -> int:
        rows = [
            row["unit_code"]
            for row in self.assessments
            if row["status"] == "unreported" and row["reason"] in LOST and not row["campus"] and not row["stage"]
        ]
        return len(rows) if kind == "statuses" else len(set(rows))

    def _unmet(self, indicator: str) -> int:
        rows = [row for row in self.assessments if row["indicator"] == indicator and row["status"] == "unmet"]
        return len({row["unit_code"] for row in rows} & self.codes)

    def _red(self) -> int:
        listed = set(self.material.standard.red_list) - {"submission_rate"}
        rows = [row for row in self.assessments if row["indicator"] in listed and row["status"] == "unmet"]
        return len({row["unit_code"] for row in rows} & self.codes)

    def _hazards(self, kind: str) -> int:
        held = [
            row
            for row in self.cases
            if row["indicator"] == closure(self.material.standard) and row["status"] in ("open", "overdue")
        ]
        held = [row for row in held if row["start"] and not row["end"]]
        day = self.material.cut_off
        late = [row for row in held if row["deadline"] and date.fromisoformat(row["deadline"][:10]) < day]
        if kind in ("open", "overdue"):
            return len(held if kind == "open" else late)
        if kind == "overdue_schools":
            return len({row["school_code"] for row in late})
        names = {name: wording.column(name) for name in ("school_code", "case_no", "level", "listed")}
        told = {(row[names["school_code"]], row[names["case_no"]]): row for row in self.sheets["cases"]}
        rows = [told[row["school_code"], row["case_no"]] for row in held]
        major = [row for row in rows if row[names["level"]] == "重大"]
        listed = sum(row[names["listed"]] == wording.text("page.listed_yes") for row in major)
        schools = len({row[names["school_code"]] for row in major})
        counts: dict[str, int] = {"major": len(major), "major_listed": listed, "major_unlisted": len(major) - listed}
        counts["major_schools"] = schools
        return counts[kind]

    def _asked(self) -> list[dict[str, Any]]:
        query = (wording.label("severities", "query"), wording.text("page.listed_yes"))
        names = (wording.column("severity"), wording.column("counted"))
        return [row for row in self.sheets["findings"] if tuple(row[name] for name in names) == query]

    def _queries(self, kind: str) -> int | str:
        asked = self._asked()
        still = [row for row in asked if not row[wording.column("answer")]]
        counts = Counter(raised=len(asked), open=len(still), answered=len(asked) - len(still))
        if kind == "share":
            return display.rate(counts["answered"], counts["raised"])
        return len({row[wording.column("school_code")] for row in still}) if kind == "schools" else counts[kind]

    def _quality(self, kind: str) -> int:
        wrong = [row["school_code"] for row in self.findings if row["severity"] == "error" and row["school_code"]]
        if kind == "errors":
            return len(wrong)
        still = [row for row in self._asked() if not row[wording.column("answer")]]
        return len({*wrong, *(row[wording.column("school_code")] for row in still)} & self.codes)

    def _doubts(self, kind: str) -> int:
        rows = self.sheets["crosschecks"]
        if kind == "schools":
            return len({row[wording.column("school_code")] for row in rows})
        column = wording.column({"rows": "count", "answered": "answered"}[kind])
        return sum(int(row[column]) for row in rows)
