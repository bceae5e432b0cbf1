"""The differences between the pipeline's result and the second opinion, one sentence each.

Independent of pipelines/measure: it holds the tables of a result against opinions and computes none itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from tests.second_opinion.desk import Desk
from tests.second_opinion.figures import Figure, Number, rate, survival_quantile, total
from tests.second_opinion.opinions import Lives, Opinions
from tests.second_opinion.school import Unit, Verdict

LEVELS = (
    ("township", "township"),
    ("stage", "school_type"),
    ("urban_rural", "urban_rural"),
    ("ownership", "ownership"),
)
RATE_COLUMNS: tuple[str, ...] = (
    "numerator",
    "denominator",
    "value",
    "lower",
    "upper",
    "reported_value",
    "met",
    "unmet",
    "pending",
)
RATE_COLUMNS += ("exempt", "unreported", "status")
Groups = dict[tuple[str, str], list[Any]]


def differences(desk: Desk, opinions: Opinions, figures: pd.DataFrame, assessments: pd.DataFrame) -> list[str]:
    """Every difference, with the indicator, the unit and both values."""
    book = _Book(desk, opinions, figures, assessments)
    book.schools()
    book.bureau()
    book.bodies()
    book.composed()
    return book.found


class _Book:
    """Collects differences while it goes through the opinions."""

    def __init__(self, desk: Desk, opinions: Opinions, figures: pd.DataFrame, assessments: pd.DataFrame) -> None:
        self.desk, self.opinions, self.found = desk, opinions, list[str]()
        self.figures = {
            (row["indicator"], row["unit_level"], row["unit_code"]): row for row in figures.to_dict("records")
        }
        self.rows: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        for row in assessments.to_dict("records"):
            self.rows[row["indicator"], row["unit_code"]].append({str(key): value for key, value in row.items()})
        records = desk.schools.to_dict("records")
        self.units = [
            (Unit(desk, row["school_code"], row["school_type"] or "", row["ownership"]), row) for row in records
        ]
        self.office = Unit(desk, None)
        self.seen: set[str] = set()

    def schools(self) -> None:
        """Rules, ratios, numbers and durations over schools."""
        for is_ratio, judges in ((False, self.opinions.rules), (True, self.opinions.ratios)):
            for name, judge in judges.items():
                verdicts = [(row, judge(unit)) for unit, row in self.units]
                self._rate(name, verdicts, is_ratio=is_ratio)
                if name in self.opinions.gaps:
                    self._numbers(f"{name}.gap", [(row, gap) for row, verdict in verdicts for gap in _gaps(verdict)])
        for name, count in self.opinions.numbers.items():
            self._numbers(name, [(row, count(unit)) for unit, row in self.units], is_told=True)
        for name, (measure_unit, judge_lives) in self.opinions.durations.items():
            self._lives(name, measure_unit, [(row, judge_lives(unit)) for unit, row in self.units])

    def bureau(self) -> None:
        """What is asked of the bureau, of townships and of bodies."""
        for is_ratio, judges in ((False, self.opinions.bureau_rules), (True, self.opinions.bureau_ratios)):
            for name, judge in judges.items():
                verdict = judge(self.office)
                self._assessed(name, "bureau", verdict)
                self._figure(name, "county", "county", rate([verdict], is_ratio=is_ratio))
        for name, count in self.opinions.bureau_numbers.items():
            self._figure(name, "county", "county", total([count(self.office)]))
        townships = sorted({row["township"] for _, row in self.units if row["township"]})
        for name, judge_township in self.opinions.township_rules.items():
            verdicts = [(township, judge_township(self.office, township)) for township in townships]
            for township, verdict in verdicts:
                self._assessed(name, township, verdict)
                self._figure(name, "township", township, rate([verdict], is_ratio=False))
            self._figure(name, "county", "county", rate([verdict for _, verdict in verdicts], is_ratio=False))
        for name, count_township in self.opinions.township_numbers.items():
            numbers = [(township, count_township(self.office, township)) for township in townships]
            for township, number in numbers:
                self._figure(name, "township", township, total([number]))
            self._figure(name, "county", "county", total([number for _, number in numbers]))

    def bodies(self) -> None:
        """What is asked of each member body: one verdict for every one of them, whoever sent rows."""
        units = {body: Unit(self.desk, None, names=names) for body, names in self.opinions.bodies.items()}
        for is_ratio, judges in ((False, self.opinions.body_rules), (True, self.opinions.body_ratios)):
            for name, judge in judges.items():
                verdicts = {body: judge(unit) for body, unit in units.items()}
                for body, verdict in verdicts.items():
                    self._assessed(name, body, verdict)
                    self._figure(name, "body", body, rate([verdict], is_ratio=is_ratio))
                self._figure(name, "county", "county", rate(list(verdicts.values()), is_ratio=is_ratio))

    def composed(self) -> None:
        """Tasks by number, by lead body and for the county."""
        for name, list_tasks in self.opinions.tasks.items():
            tasks = list_tasks(self.office)
            groups: dict[tuple[str, str], list[Verdict]] = defaultdict(list)
            for number, body, verdict in tasks:
                self._assessed(name, number, verdict)
                groups["county", "county"].append(verdict)
                if body:
                    groups["body", body].append(verdict)
            for (level, code), verdicts in groups.items():
                self._figure(name, level, code, rate(verdicts, is_ratio=False))

    def _rate(self, name: str, verdicts: Sequence[tuple[dict[Any, Any], Verdict]], *, is_ratio: bool) -> None:
        for row, verdict in verdicts:
            self._assessed(name, row["school_code"], verdict)
        for (level, code), members in _grouped(verdicts).items():
            self._figure(name, level, code, rate(members, is_ratio=is_ratio))

    def _numbers(self, name: str, numbers: Sequence[tuple[dict[Any, Any], Number]], *, is_told: bool = False) -> None:
        for row, number in numbers if is_told else ():
            status = "exempt" if number.is_exempt else "reported" if number.is_reported else "unreported"
            self._assessed(name, row["school_code"], Verdict(status, done=number.value))
        figures = {key: total(members) for key, members in _grouped(numbers).items()}
        limit = self.opinions.sensitive.get(name.split(".", maxsplit=1)[0], 0)
        small = {level for (level, _), figure in figures.items() if 0 < (figure["value"] or 0) < limit} - {"county"}
        small |= _subtracted(
            figures, _grouped((row, row["school_code"]) for row, one in numbers if not one.is_exempt), limit
        )
        for (level, code), figure in figures.items():
            hidden = {"numerator": None, "value": None, "status": "suppressed"} if level in small else {}
            self._figure(name, level, code, figure | hidden)

    def _lives(self, name: str, measure_unit: str, lives: Sequence[tuple[dict[Any, Any], Lives]]) -> None:
        self._rate(f"{name}.on_time_rate", [(row, each.on_time) for row, each in lives], is_ratio=True)
        for counter in lives[0][1].counters if lives else ():
            self._numbers(f"{name}.{counter}", [(row, each.counters[counter]) for row, each in lives])
        for (level, code), members in _grouped(lives).items():
            times = [time for each in members for time in each.times or ()]
            is_known = any(each.times is not None for each in members)
            for suffix, share in (("median", 0.5), ("p90", 0.9)):
                value = survival_quantile(times, share)
                status = "final" if value is not None else "not_reached" if is_known else "no_data"
                figure: Figure = {"value": value, "status": status}
                if is_known:
                    figure |= {"numerator": sum(ended for _, ended in times), "denominator": len(times)}
                self._figure(f"{name}.{suffix}_{measure_unit}", level, code, figure)

    def _assessed(self, name: str, code: str, verdict: Verdict) -> None:
        rows = [row for row in self.rows[name, code] if not _text(row["campus"]) and not _text(row["stage"])]
        if not rows:
            self.found.append(f"{name} of {code}: {len(rows)} rows, second opinion {verdict.status}")
            return
        wanted = {"status": verdict.status}
        if verdict.status not in ("exempt", "unreported"):
            wanted |= {key: getattr(verdict, key) for key in ("actual", "required", "done", "due")}
        self._compare(f"{name} of {code}", rows[0], {key: value for key, value in wanted.items() if value is not None})

    def _figure(self, name: str, level: str, code: str, wanted: Figure) -> None:
        self.seen.add(name)
        row = self.figures.get((name, level, code))
        if row is None and name.endswith(".gap") and wanted["status"] == "not_reached":
            return  # nobody needs a guard: no gap is drawn
        if row is None:
            self.found.append(f"{name} of {level} {code}: no figure, second opinion {wanted}")
            return
        if wanted["status"] in ("no_data", "not_reached"):
            wanted = {key: value for key, value in wanted.items() if key not in ("numerator", "denominator")}
        self._compare(f"{name} of {level} {code}", {str(key): value for key, value in row.items()}, wanted)

    def _compare(self, what: str, row: dict[str, Any], wanted: dict[str, Any]) -> None:
        wrong = [
            f"{key} {_text(row[key])!r} but {value!r}" for key, value in wanted.items() if not _same(row[key], value)
        ]
        if wrong:
            reason = row.get("reason")
            told = f" (reason {reason})" if _text(reason) else ""
            self.found.append(f"{what}: pipeline {'; '.join(wrong)} by second opinion{told}")


def _text(value: Any) -> Any:
    return None if value is None or value is pd.NaT or value != value else value


def _same(left: Any, right: Any) -> bool:
    left = _text(left)
    if left is None or right is None:
        return left is None and right is None
    if isinstance(left, str) or isinstance(right, str):
        return bool(left == right)
    return abs(float(left) - float(right)) < 1e-9


def _gaps(verdict: Verdict) -> list[Number]:
    """Guards missing, campus by campus where the rule asks each campus."""
    if verdict.parts:
        return [number for _, part in verdict.parts for number in _gaps(part)]
    if verdict.status in ("exempt", "unreported"):
        return [Number(None, is_exempt=verdict.status == "exempt")]
    return [Number(0 if verdict.status == "met" else max(verdict.required - verdict.actual, 0))]


def _grouped(members: Iterable[tuple[dict[Any, Any], Any]]) -> Groups:
    groups: Groups = defaultdict(list)
    for row, member in members:
        groups["county", "county"].append(member)
        for level, column in LEVELS:
            if row[column]:
                groups[level, row[column]].append(member)
    return groups


def _subtracted(figures: dict[tuple[str, str], Figure], schools: Groups, limit: int) -> set[str]:
    """Levels whose groups, taken from a group of another level that holds all their schools, leave a small number."""
    levels = set()
    for (level, code), outer in schools.items():
        for finer in {one for one, _ in schools} - {level, "county"}:
            inner = [key for key, codes in schools.items() if key[0] == finer and set(codes) <= set(outer)]
            taken = [figures[key]["value"] for key in inner if figures[key]["value"] is not None]
            whole = figures[level, code]["value"]
            if taken and whole is not None and 0 < whole - sum(taken) < limit:
                levels.add(finer)
    return levels
