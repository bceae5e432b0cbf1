"""Figures from verdicts: rates with their bounds, sums, medians by a Kaplan–Meier loop.

Written from architecture.md ("Status, denominators, time"); it must stay independent of pipelines/measure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.second_opinion.school import Verdict

REPORTED = ("met", "unmet", "pending")
Figure = dict[str, Any]


def rate(verdicts: Sequence[Verdict], *, is_ratio: bool) -> Figure:
    """One figure of a rate."""
    counted = {
        name: sum(each.status == name for each in verdicts)
        for name in ("met", "unmet", "pending", "exempt", "unreported")
    }
    due = [each for each in verdicts if each.status != "exempt"]
    numbers = _ratio_numbers(due) if is_ratio else _rule_numbers(due)
    if not due:
        status = "not_reached"
    elif numbers["value"] is None or (not is_ratio and counted["unreported"] == len(due)):
        status = "no_data"
    else:
        status = "open" if counted["pending"] else "final"
    if status in ("not_reached", "no_data"):
        numbers |= {"value": None, "lower": None, "upper": None, "reported_value": None}
    return numbers | counted | {"status": status}


def _share(part: Any, whole: Any) -> float | None:
    return None if not whole else float(part) / float(whole)


def _rule_numbers(due: Sequence[Verdict]) -> Figure:
    met = sum(each.status == "met" for each in due)
    unmet = sum(each.status == "unmet" for each in due)
    whole = len(due)
    return {
        "numerator": met,
        "denominator": whole,
        "value": _share(met, whole),
        "lower": _share(met, whole),
        "upper": _share(whole - unmet, whole),
        "reported_value": _share(met, met + unmet),
    }


def _ratio_numbers(due: Sequence[Verdict]) -> Figure:
    known = [each for each in due if each.due is not None]
    whole = sum(each.due for each in known)
    told = [each for each in known if each.done is not None]
    done = sum(min(each.done, each.due) for each in told)
    reporting = [each for each in known if each.status in REPORTED]
    most = sum(min(each.done, each.due) if each.status in ("met", "unmet") else each.due for each in known)
    has_bounds = all(each.due is not None and each.is_due_certain for each in due)
    reported = sum(min(each.done, each.due) for each in reporting)
    return {
        "numerator": done,
        "denominator": whole,
        "value": _share(done, whole) if told else None,
        "lower": _share(done, whole) if has_bounds else None,
        "upper": _share(most, whole) if has_bounds else None,
        "reported_value": _share(reported, sum(each.due for each in reporting)),
    }


@dataclass(frozen=True)
class Number:
    """What one unit adds to a count; None where it is not known. `is_exempt` outside the population.

    `is_whole` is False where a month is missing: what was told so far stays in the sum, and the unit is unreported.
    """

    value: Any
    is_exempt: bool = False
    is_whole: bool = True

    @property
    def is_reported(self) -> bool:
        """The whole number is known."""
        return self.value is not None and self.is_whole


def total(numbers: Iterable[Number]) -> Figure:
    """One figure of a count."""
    asked = [each for each in numbers if not each.is_exempt]
    known = [each.value for each in asked if each.value is not None]
    status = "final" if known else "no_data" if asked else "not_reached"
    value = float(sum(known)) if known else None
    unreported = sum(not each.is_reported for each in asked)
    return {"numerator": value, "value": value, "unreported": unreported, "status": status}


def survival_quantile(times: Sequence[tuple[float, bool]], share: float) -> float | None:
    """The time by which that share has ended, by Kaplan–Meier; times are (duration, has ended)."""
    alive = 1.0
    for moment in sorted({time for time, ended in times if ended}):
        at_risk = sum(time >= moment for time, _ in times)
        ended = sum(time == moment and is_end for time, is_end in times)
        alive *= 1 - ended / at_risk
        if alive <= 1 - share + 1e-12:
            return moment
    return None
