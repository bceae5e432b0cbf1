"""Why each figure moved: its change split over schools and causes, in parts that add up exactly to the change.

A cause is what can be seen to differ and to bear on a unit's part: another file that counts, an entry of the register,
a rule, the cut-off day. Where several differ at once they are named together, since one cannot be told from the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipelines.errors import PipelineError
from pipelines.metadata.standards import Standard
from pipelines.publish.basis import Basis, folder_basis
from pipelines.publish.difference import Figures, Key, MovedFigure, compare, figures_path, read_figures
from pipelines.publish.moved_inputs import MovedEntry, MovedFile
from pipelines.publish.rule_changes import RuleChange
from pipelines.publish.shares import COUNTS, Case, Share, Unit
from pipelines.publish.weighing import CAUSES, Evidence, Weight
from pipelines.publish.wording import say

UNEXPLAINED = "unexplained"
_NOTHING = Share((0,) * len(COUNTS), "", ())


@dataclass(frozen=True)
class Part:
    """One unit's part of the change of a figure.

    `changes` are those of COUNTS. `unit` is ('', '') for what no unit is named for: small sensitive numbers, and what
    does not follow from the two sides. `cases` are those that differ, old and new, of a median or a count of cases.
    """

    unit: Unit
    name: str
    causes: tuple[str, ...]
    changes: tuple[int, ...]
    old_status: str = ""
    new_status: str = ""
    files: tuple[MovedFile, ...] = ()
    entries: tuple[MovedEntry, ...] = ()
    rules: tuple[RuleChange, ...] = ()
    cases: tuple[tuple[Case | None, Case | None], ...] = ()

    @property
    def cause(self) -> str:
        """The cause, or several joined by +: they cannot be told apart."""
        return "+".join(self.causes)

    def change(self, column: str) -> int:
        """What it adds to the change of that column."""
        return self.changes[COUNTS.index(column)]


@dataclass(frozen=True)
class MovedIndicator:
    """One figure with at least one column that moved, and the parts behind it by unit.

    Of each column of COUNTS that moved the parts' changes add up to new less old, a blank being nothing.
    """

    key: Key
    unit_name: str
    moved: tuple[MovedFigure, ...]
    parts: tuple[Part, ...]
    old: Mapping[str, str] | None
    new: Mapping[str, str] | None

    def by_cause(self, column: str | None = None) -> dict[str, tuple[Part, ...]]:
        """Parts by cause: of a count those that change it; of a value, or where no column is named, all."""
        found: dict[str, list[Part]] = {}
        for part in self.parts:
            if column not in COUNTS or part.change(column):
                found.setdefault(part.cause, []).append(part)
        return {cause: tuple(found[cause]) for cause in sorted(found)}


@dataclass(frozen=True)
class Causes:
    """Every figure that moved, with what moved it; files, entries of the register and rules that differ at all.

    `note` says why there are no parts, where one side does not hold what is needed; else it is empty. `standards` are
    those of the newer and the older side, as far as they are known.
    """

    figures: tuple[MovedIndicator, ...]
    files: tuple[MovedFile, ...] = ()
    entries: tuple[MovedEntry, ...] = ()
    rules: tuple[RuleChange, ...] = ()
    standards: tuple[Standard, ...] = ()
    note: str = ""


def folder_causes(before: Path, after: Path) -> Causes:
    """Why the figures of one release or report are not those of another; both are only read."""
    try:
        old, new = folder_basis(before), folder_basis(after)
    except PipelineError as error:
        was, now = (read_figures(figures_path(folder)) for folder in (before, after))
        return without_causes(was, now, str(error))
    return split(old, new)


def split(old: Basis, new: Basis) -> Causes:
    """The change from one side to the other. Two standards are compared by indicator, under the name of the new one."""
    if old.period != new.period:
        return without_causes(old.figures, new.figures, say("causes.other_period"))
    before = {(new.standard.id, *key[1:]): row for key, row in old.figures.items()}
    evidence = Evidence(old, new)
    figures = tuple(
        MovedIndicator(key, moved[0].unit_name, moved, tuple(_parts(evidence, key, sides, moved)), sides[0], sides[1])
        for key, sides, moved in _by_key(before, new.figures)
    )
    behind = (rule for one in figures for part in one.parts for rule in part.rules)
    rules = dict.fromkeys((*evidence.shared, *evidence.readings, *behind))
    entries = tuple(evidence.entries.values())
    return Causes(figures, evidence.files, entries, tuple(rules), (new.standard, old.standard))


def without_causes(before: Figures, after: Figures, note: str) -> Causes:
    """The figures that moved where their change cannot be split."""
    figures = tuple(
        MovedIndicator(key, moved[0].unit_name, moved, (_rest(_published(moved)),), sides[0], sides[1])
        for key, sides, moved in _by_key(before, after)
    )
    return Causes(figures, note=note)


_Sides = tuple[Mapping[str, str] | None, Mapping[str, str] | None]


def _by_key(before: Figures, after: Figures) -> Iterator[tuple[Key, _Sides, tuple[MovedFigure, ...]]]:
    found: dict[Key, list[MovedFigure]] = {}
    for one in compare(before, after):
        found.setdefault(one.key, []).append(one)
    return ((key, (before.get(key), after.get(key)), tuple(moved)) for key, moved in found.items())


def _published(moved: Iterable[MovedFigure]) -> tuple[int, ...]:
    """New less old of each of COUNTS, 0 where it did not move; a blank is nothing."""
    changes = {one.column: int(one.new or 0) - int(one.old or 0) for one in moved if one.column in COUNTS}
    return tuple(changes.get(column, 0) for column in COUNTS)


def _rest(changes: tuple[int, ...]) -> Part:
    return Part(("", ""), "", (UNEXPLAINED,), changes)


def _parts(evidence: Evidence, key: Key, sides: _Sides, moved: Sequence[MovedFigure]) -> Iterator[Part]:
    """The parts of one figure by unit, then what they leave over."""
    published = _published(moved)
    if evidence.is_small(key[2]):
        yield _unnamed(evidence, key, sides, published)
        return
    parts = list(_unit_parts(evidence, key, sides))
    yield from parts
    rest = tuple(total - sum(part.changes[place] for part in parts) for place, total in enumerate(published))
    if any(rest) or not parts:
        yield _rest(rest)


def _unnamed(evidence: Evidence, key: Key, sides: _Sides, published: tuple[int, ...]) -> Part:
    """The change of a small sensitive number as one part: what is behind it, and no unit.

    A group may be hidden, or no longer be, for what moved in another one: then the causes are those of the whole.
    """
    for group in (key, (*key[:3], "county", "county")):
        parts = list(_unit_parts(evidence, group, sides))
        causes = {cause for part in parts for cause in part.causes} - {UNEXPLAINED}
        if causes:
            rules = tuple(dict.fromkeys(rule for part in parts for rule in part.rules))
            return Part(("", ""), "", tuple(sorted(causes, key=CAUSES.index)), published, rules=rules)
    return _rest(published)


def _unit_parts(evidence: Evidence, key: Key, sides: _Sides) -> Iterator[Part]:
    """Parts of the units of which something differs.

    Where nothing that their rows tell does, of all on which something bears: a bound rests on more than the rows.
    """
    _, _, indicator, level, code = key
    stated = [tuple(bool(side and side[name]) for side in sides) for name in COUNTS]
    pairs = [(unit, old or _NOTHING, new or _NOTHING) for unit, old, new in evidence.pairs(indicator, (level, code))]
    listed = [
        (unit, old, new, changes)
        for unit, old, new in pairs
        if any(changes := _changes(old, new, stated)) or old.told != new.told
    ]
    if not listed:
        listed = [(*pair, (0,) * len(COUNTS)) for pair in pairs]
        listed = [one for one in listed if evidence.weigh(one[0], indicator, (level, code)).causes]
    parts = [
        (
            _part(evidence, evidence.weigh(unit, indicator, (level, code)), unit, (old, new), changes),
            old.told == new.told,
        )
        for unit, old, new, changes in listed
    ]
    known = {cause for part, _ in parts for cause in part.causes} - {UNEXPLAINED}
    for part, is_same in parts:
        # A figure that was blank states what others told all along: that is for what made it known.
        is_shown = is_same and known and part.causes == (UNEXPLAINED,)
        yield replace(part, causes=tuple(sorted(known, key=CAUSES.index))) if is_shown else part


def _changes(old: Share, new: Share, stated: Sequence[tuple[bool, ...]]) -> tuple[int, ...]:
    """What the unit adds to the change; to a column that a figure leaves blank it adds nothing."""
    return tuple(
        now * is_now - was * is_then for was, now, (is_then, is_now) in zip(old.counts, new.counts, stated, strict=True)
    )


def _part(
    evidence: Evidence, weight: Weight, unit: Unit, shares: tuple[Share, Share], changes: tuple[int, ...]
) -> Part:
    old, new = shares
    return Part(
        unit=unit,
        name=evidence.new.name(unit) or evidence.old.name(unit),
        causes=weight.causes or (UNEXPLAINED,),
        changes=changes,
        old_status=old.status,
        new_status=new.status,
        files=weight.files,
        entries=weight.entries,
        rules=weight.rules,
        cases=tuple(_moved_cases(old.cases, new.cases)),
    )


def _moved_cases(old: Sequence[Case], new: Sequence[Case]) -> Iterator[tuple[Case | None, Case | None]]:
    before, after = ({one.case_no: one for one in cases} for cases in (old, new))
    for number in sorted(before.keys() | after.keys()):
        if before.get(number) != after.get(number):
            yield before.get(number), after.get(number)
