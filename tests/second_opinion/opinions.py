"""The form in which the opinion on a standard is written. Independent of pipelines/measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.second_opinion.figures import Number
from tests.second_opinion.school import Unit, Verdict

Judge = Callable[[Unit], Verdict]
Count = Callable[[Unit], Number]


@dataclass(frozen=True)
class Lives:
    """A school's cases of a duration: times of the cohort (duration, has ended), the on-time rate, the counters."""

    times: list[tuple[float, bool]] | None
    on_time: Verdict
    counters: Mapping[str, Number]


@dataclass(frozen=True)
class Opinions:
    """The opinion on every indicator of a standard, by the unit that it speaks of.

    `bodies` are the member bodies, each with every name under which it is written.
    """

    rules: Mapping[str, Judge] = field(default_factory=dict)
    ratios: Mapping[str, Judge] = field(default_factory=dict)
    numbers: Mapping[str, Count] = field(default_factory=dict)
    gaps: tuple[str, ...] = ()
    sensitive: Mapping[str, int] = field(default_factory=dict)
    durations: Mapping[str, tuple[str, Callable[[Unit], Lives]]] = field(default_factory=dict)
    bureau_rules: Mapping[str, Judge] = field(default_factory=dict)
    bureau_ratios: Mapping[str, Judge] = field(default_factory=dict)
    bureau_numbers: Mapping[str, Count] = field(default_factory=dict)
    township_rules: Mapping[str, Callable[[Unit, str], Verdict]] = field(default_factory=dict)
    township_numbers: Mapping[str, Callable[[Unit, str], Number]] = field(default_factory=dict)
    bodies: Mapping[str, frozenset[str]] = field(default_factory=dict)
    body_rules: Mapping[str, Judge] = field(default_factory=dict)
    body_ratios: Mapping[str, Judge] = field(default_factory=dict)
    tasks: Mapping[str, Callable[[Unit], list[tuple[str, str | None, Verdict]]]] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        """Every indicator that has an opinion."""
        asides = ("sensitive", "bodies")
        tables = [each for name, each in vars(self).items() if isinstance(each, Mapping) and name not in asides]
        return {name for table in tables for name in table}
