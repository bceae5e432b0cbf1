"""What draws a random county: its dice, its days, and workbooks with blanks, unreadable cells and lost rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import yaml

from tests.second_opinion.calendar import CONTRACTS, month_span
from tests.second_opinion.retold import EVENTS

VALUES = yaml.safe_load((CONTRACTS / "values.yaml").read_text(encoding="utf-8"))["vocabularies"]
ITEMS = yaml.safe_load((CONTRACTS / "items.yaml").read_text(encoding="utf-8"))["items"]
Fields = dict[str, Any]


def values_of(vocabulary: str) -> list[str]:
    """Canonical values of a vocabulary."""
    return [each["value"] for each in VALUES[vocabulary]]


@dataclass
class County:
    """The county while it is drawn: chances, days, and workbooks with their blanks and losses.

    `is_whole` leaves out what is unreadable or lost, not what is blank or absent. `echoes` are dice of their own for
    events that are told again, of those `told` before.
    """

    rng: Random
    months: Sequence[str]
    document: str
    asked: frozenset[str]
    is_whole: bool = False
    is_visited: bool = False
    echoes: Random = field(default_factory=lambda: Random("echoes"))
    told: dict[tuple[str | None, str], list[Fields]] = field(default_factory=dict)
    rows: dict[str, list[Fields]] = field(default_factory=dict)
    sheets: list[Fields] = field(default_factory=list)
    submissions: list[Fields] = field(default_factory=list)

    def chance(self, share: float) -> bool:
        """True in that share of cases."""
        return self.rng.random() < share

    def day_near(self, month: str) -> date:
        """A day of the month, its first or last often, a day beside it now and then."""
        start, end = month_span(month)
        edge = self.rng.random()
        if edge < 0.1:
            return self.rng.choice((start, end))
        if edge < 0.18:
            return self.rng.choice((start - timedelta(days=1), end + timedelta(days=1)))
        return start + timedelta(days=self.rng.randrange((end - start).days + 1))

    def send(self, origin: str, code: str | None, month: str, sheets: Mapping[str, Callable[[], list[Fields]]]) -> None:
        """A workbook of the month; now and then a rejected one, and a second one after the period."""
        for turn in range(2 if self.chance(0.15) else 1):
            number = len(self.submissions) + 1
            received = datetime.combine(month_span(month)[1], datetime.min.time())
            received += timedelta(days=self.rng.randrange(-6, 5) + 9 * turn, hours=self.rng.randrange(24))
            status = "rejected" if self.chance(0.05) else self.rng.choice(("accepted", "accepted_with_findings"))
            self.submissions.append(
                {"submission_no": number, "origin": origin, "school_code": code, "period": month}
                | {"sent_period": month, "received_at": received, "status": status, "version": turn + 1}
            )
            if status == "rejected":
                continue
            for name, draw in sheets.items():
                self._fill(number, name, draw, code)

    def _fill(self, number: int, name: str, draw: Callable[[], list[Fields]], code: str | None) -> None:
        must = name in ("profile", "register")
        state = self.rng.random()
        if state < 0.04 and not must:
            return
        is_nil = state < 0.12 and name in ("guards", "trainings", "drills", "hazards", "incidents", "buses")
        found = [] if (is_nil or state < 0.17) and not must else draw()
        lost = self.rng.randrange(1, 3) if self.chance(0.06) and not must and not self.is_whole else 0
        again = self._told_again(name, found, code)
        self.sheets.append(
            {"submission_no": number, "table_name": name, "sheet_name": name, "row_count": len(found) + len(again)}
            | {"lost_row_count": lost, "is_nil": is_nil and not found}
        )
        keys = ("school_code", "task_no", "hazard_no", "found_date", "item_id", "school_name")
        for row_no, row in enumerate([*found, *again], start=1):
            invalid = []
            rng, unread = (self.rng, 0.015) if row_no <= len(found) else (self.echoes, 0.04)
            for column in [each for each in row if each not in keys and (name, each) != ("campuses", "campus_name")]:
                fate = rng.random()
                if fate < 0.05 and not (must and name == "register"):
                    row[column] = None
                    invalid += [column] if fate < unread and not self.is_whole else []
            if row.get("status") == "closed" and row["closed_date"] is None and "closed_date" not in invalid:
                invalid.append("closed_date")  # the contract calls a closing without its date an error on the date
            row |= {"submission_no": number, "row_no": row_no, "invalid_fields": invalid}
            self.rows.setdefault(name, []).append(row)

    def _told_again(self, name: str, found: list[Fields], code: str | None) -> list[Fields]:
        """Now and then an event of this list or of an earlier one, told once more; never where a list is whole."""
        if not found or self.is_whole or self.is_visited or not (name in EVENTS or name == "perimeter"):
            return []
        known = self.told.setdefault((code, name), [])
        known += [dict(row) for row in found]
        return [dict(self.echoes.choice(known)) for _ in range(2) if self.echoes.random() < 0.25]
