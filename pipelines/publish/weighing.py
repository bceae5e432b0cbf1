"""What differs between two sides and bears on one unit's part of a figure: files, register, rules, the cut-off day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from pipelines.errors import MetadataError
from pipelines.measure.scopes import read_provision
from pipelines.metadata.contracts import contracts
from pipelines.metadata.provisions import names_in
from pipelines.metadata.standards import Standard
from pipelines.publish.basis import Basis
from pipelines.publish.moved_inputs import MovedEntry, MovedFile, moved_entries, moved_files
from pipelines.publish.rule_changes import (
    RuleChange,
    find_provision,
    named_items,
    provision_changes,
    reading_changes,
    reads_table,
    shared_changes,
)
from pipelines.publish.shares import Share, Unit

CAUSES = (
    *("new_data", "corrected_data", "withdrawn_data", "correction", "register_change", "rule_change"),
    *("cutoff_change", "program_change", "unexplained"),
)
"""Every cause, in the order in which a combination names them.

new_data: a file counts where none did; corrected_data: another one counts; withdrawn_data: none counts any more;
correction: the bureau corrected a cell of the file that counts, or took a correction back; register_change: the
school's entry differs; rule_change: provision, parameter, item, calendar or contract differs; cutoff_change: the last
day that counts differs; program_change: nothing but the program differs; unexplained: none of these, or one side does
not hold what would tell.
"""

_GROUPING = frozenset({"ownership", "urban_rural", "township"})
"""What of an entry only sorts a school into groups, unless a provision names it."""
_SCHOOL = frozenset(one.name for one in contracts("school"))
_BUREAU = frozenset(one.name for one in contracts("bureau"))
_LEDGERS = frozenset(one.name for one in contracts() if one.holds == "ledger")


@dataclass(frozen=True)
class Weight:
    """What bears on a unit under a provision; `causes` is empty where nothing was found."""

    causes: tuple[str, ...] = ()
    files: tuple[MovedFile, ...] = ()
    entries: tuple[MovedEntry, ...] = ()
    rules: tuple[RuleChange, ...] = ()


@dataclass(frozen=True)
class Reads:
    """What a provision and its parts rest on, on either side.

    `gathers`: events of a window of months. `is_timed`: its window is more than a point in time. `rules` of it differ.
    """

    tables: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    gathers: bool = False
    is_timed: bool = False
    is_duration: bool = False
    rules: tuple[RuleChange, ...] = ()


@dataclass
class _Found:
    """What bears on a unit: what is seen to differ, and what only may."""

    certain: set[str] = field(default_factory=set)
    possible: set[str] = field(default_factory=set)
    files: dict[MovedFile, bool] = field(default_factory=dict)
    entries: list[MovedEntry] = field(default_factory=list)
    rules: list[RuleChange] = field(default_factory=list)

    @property
    def weight(self) -> Weight:
        """What is seen; failing that, what may be."""
        causes = self.certain or self.possible
        files = tuple(one for one, is_certain in self.files.items() if is_certain or not self.certain)
        ordered = tuple(sorted(causes, key=CAUSES.index))
        return Weight(ordered, files, tuple(self.entries), tuple(dict.fromkeys(self.rules)))


class Evidence:
    """Two sides and what differs between them, found once."""

    def __init__(self, old: Basis, new: Basis) -> None:
        self.old, self.new = old, new
        self._reads: dict[str, Reads] = {}
        self._weights: dict[tuple[Unit, str, bool], Weight] = {}

    @cached_property
    def files(self) -> tuple[MovedFile, ...]:
        """Files that differ, by month and sender."""
        return tuple(moved_files(self.old, self.new))

    @cached_property
    def entries(self) -> dict[str, MovedEntry]:
        """Entries of the register that differ, by code."""
        return {one.school_code: one for one in moved_entries(self.old, self.new)}

    @cached_property
    def shared(self) -> tuple[RuleChange, ...]:
        """What differs in the rules that all provisions share."""
        old, new = self.old, self.new
        return shared_changes(old.standard, new.standard, old.calendar, new.calendar)

    @cached_property
    def readings(self) -> tuple[RuleChange, ...]:
        """What differs in how cells are read."""
        return reading_changes(self.old.contracts, self.new.contracts)

    @cached_property
    def _files_of(self) -> dict[str, list[MovedFile]]:
        found: dict[str, list[MovedFile]] = {}
        for one in self.files:
            found.setdefault(one.sender, []).append(one)
        return found

    def is_small(self, indicator: str) -> bool:
        """Whether the indicator may count few people of a sensitive kind: then no school is named."""
        found = (find_provision(side.standard, indicator) for side in (self.old, self.new))
        return any(one is not None and one.suppress_below is not None for one in found)

    def pairs(self, indicator: str, group: Unit) -> Iterator[tuple[Unit, Share | None, Share | None]]:
        """Each unit of the group on either side, with its share there; None where it has none in that group."""
        before, after = self._members(group)
        old, new = self.old.shares.get(indicator, {}), self.new.shares.get(indicator, {})
        for unit in sorted(before | after):
            was = old.get(unit) if unit in before else None
            now = new.get(unit) if unit in after else None
            if was is not None or now is not None:
                yield unit, was, now

    def _members(self, group: Unit) -> tuple[frozenset[Unit], frozenset[Unit]]:
        return self.old.groups.get(group, frozenset()), self.new.groups.get(group, frozenset())

    def weigh(self, unit: Unit, indicator: str, group: Unit) -> Weight:
        """What bears on the unit's part of that indicator in that group."""
        before, after = self._members(group)
        key = (unit, indicator, (unit in before) != (unit in after))
        if key not in self._weights:
            found = self._look(*key)
            self._weights[key] = found.weight if found.certain or found.possible else self._failing(indicator)
        return self._weights[key]

    def _failing(self, indicator: str) -> Weight:
        """Where nothing of the unit itself differs: how cells are read, else the program."""
        reads = self.reads(indicator)
        readings = tuple(one for one in self.readings if reads_table(one, reads.tables, reads.names))
        if readings:
            return Weight(("rule_change",), rules=readings)
        return Weight(("program_change",) if self.old.program != self.new.program else ())

    def _look(self, unit: Unit, indicator: str, is_moved: bool) -> _Found:
        found, reads = _Found(), self.reads(indicator)
        shares = [side.shares.get(indicator, {}).get(unit) for side in (self.old, self.new)]
        for sender in self._senders(unit, reads):
            months = self._months(sender, reads, shares)
            for one in self._files_of.get(sender, ()):
                if months is None or one.month in months[1] or months[0] <= one.month:
                    self._look_at_file(found, one, unit, reads)
        self._look_at_register(found, unit, reads, is_moved=is_moved)
        bearing = {"calendar": reads.is_timed, "spot_checks": "checklist" in reads.tables}
        rules = [*reads.rules, *(one for one in self.shared if bearing.get(one.part))]
        if rules:
            found.certain.add("rule_change")
            found.rules += rules
        if self.old.cut_off != self.new.cut_off:
            is_open = reads.is_duration or any(share and share.status == "pending" for share in shares)
            (found.certain if is_open else found.possible).add("cutoff_change")
        return found

    def _senders(self, unit: Unit, reads: Reads) -> list[str]:
        """Whose files may bear on the unit: a school's own and what it reads of the bureau's, or all schools'."""
        level, code = unit
        if level == "school":
            return [code, *([""] if reads.tables & _BUREAU else [])]
        if not reads.tables & _SCHOOL:
            return [""]
        if level != "township":
            return sorted(self._files_of)
        before, after = self._members(unit)
        return sorted({"", *(school for kind, school in before | after if kind == "school")})

    def _months(self, sender: str, reads: Reads, shares: Iterable[Share | None]) -> tuple[str, frozenset[str]] | None:
        """From which month on, and which months before, the sender's files are looked at; None is all of them."""
        starts = [share.window_start for share in shares if share and share.window_start]
        if reads.is_duration or reads.tables & _LEDGERS or (reads.gathers and not starts):
            return None
        points = frozenset(
            month for side in (self.old, self.new) if (month := side.point_months.get(sender)) is not None
        )
        return (min(starts)[:7] if reads.gathers else "9999"), points

    def _look_at_file(self, found: _Found, one: MovedFile, unit: Unit, reads: Reads) -> None:
        cause, readings = self._file_cause(one), []
        tables = reads.tables & (_SCHOOL if one.sender else _BUREAU)
        is_other = any(one.differs_in(table) for table in tables)
        is_own = unit == ("school", one.sender)
        is_certain = is_other or (is_own and (one.old is None or one.new is None))
        if one.is_reread or cause == "corrected_data":
            readings = [each for each in self.readings if reads_table(each, tables, reads.names)]
        if one.is_reread and not is_other:
            return
        one = one.within(tables)
        if any(one.corrected):
            found.certain.add("correction")
            if one.is_reread:
                found.files[one] = True
                found.rules += readings
                found.certain.update(["rule_change"] if readings else [])
                return
        if is_own or tables or unit[0] != "school":
            found.files[one] = is_certain
            (found.certain if is_certain else found.possible).add(cause)
        if is_certain and readings:
            found.certain.add("rule_change")
            found.rules += readings

    def _file_cause(self, one: MovedFile) -> str:
        """A file that had come on both sides counts on one alone by the register or by how it is read."""
        old, new = one.old, one.new
        is_new = new is not None and new.sha256 not in self.old.received
        is_gone = old is not None and old.sha256 not in self.new.received
        if not (is_new or is_gone):
            if not one.is_reread and self._entry_behind(one.sender):
                return "register_change"
            if self.readings:
                return "rule_change"
            if one.is_reread:
                return "program_change"
        if old is None or new is None:
            return "new_data" if old is None else "withdrawn_data"
        return "corrected_data"

    def _entry_behind(self, code: str) -> list[MovedEntry]:
        """Entries that differ of the school, and of a code that it goes on from."""
        heirs = [one for one in self.entries.values() if any(code in pair[1:] for pair in one.differing)]
        return [*([self.entries[code]] if code in self.entries else []), *heirs]

    def _look_at_register(self, found: _Found, unit: Unit, reads: Reads, *, is_moved: bool) -> None:
        level, code = unit
        if level == "school":
            entries = self._entry_behind(code)
            passing = frozenset() if is_moved else _GROUPING - reads.names
            bearing = [one for one in entries if one.columns - passing]
        else:
            before, after = self._members(unit)
            bearing = [self.entries[school] for _, school in sorted(before ^ after) if school in self.entries]
        found.entries += bearing
        if bearing:
            found.certain.add("register_change")
        elif is_moved:
            excluded = [one for one in self.shared if one.part in ("excluded_school_types", "bodies")]
            found.rules += excluded
            found.certain.add("rule_change" if excluded else "cutoff_change")
            if not excluded and self.old.cut_off == self.new.cut_off:
                found.certain.discard("cutoff_change")
        elif level != "school" and self.entries and reads.tables & _SCHOOL:
            found.possible.add("register_change")
            found.entries += self.entries.values()

    def reads(self, indicator: str) -> Reads:
        """What the indicator's provision rests on, on either side."""
        if indicator not in self._reads:
            names = {one.id for side in (self.old, self.new) if (one := find_provision(side.standard, indicator))}
            found = Reads()
            for name in sorted(names):
                rules = provision_changes(self.old.standard, self.new.standard, name)
                for side in (self.old, self.new):
                    found = _joined(found, _reads(side.standard, name))
                found = replace(found, rules=(*found.rules, *rules))
            self._reads[indicator] = found
        return self._reads[indicator]


def _joined(one: Reads, other: Reads) -> Reads:
    return Reads(
        one.tables | other.tables,
        one.names | other.names,
        one.gathers or other.gathers,
        one.is_timed or other.is_timed,
        one.is_duration or other.is_duration,
        one.rules,
    )


def _reads(standard: Standard, name: str) -> Reads:
    """What one side's provision rests on; everything where its expressions are not of this program."""
    provision = find_provision(standard, name)
    if provision is None:
        return Reads()
    named = named_items(provision) | names_in(standard.population_expression(provision))
    is_timed = set(provision.windows.values()) != {"point"}
    try:
        reading = read_provision(standard, provision)
    except MetadataError:
        return Reads(_SCHOOL | _BUREAU, frozenset(named), gathers=True, is_timed=is_timed)
    tables = (
        reading.point_tables
        | reading.event_tables
        | reading.ledger_tables
        | reading.history_tables
        | reading.beside_tables
    )
    found = Reads(
        frozenset(tables),
        frozenset(named),
        bool(reading.event_tables),
        is_timed,
        provision.kind == "duration",
    )
    for part in provision.all_of:
        found = _joined(found, _reads(standard, part))
    return found
