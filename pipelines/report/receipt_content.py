"""What a receipt says, before it is drawn: the submission, what counts, and what was found in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from operator import attrgetter
from pathlib import PurePath

from pipelines.findings import ANSWERED, Finding
from pipelines.metadata.contracts import Field, contracts
from pipelines.metadata.crosschecks import cross_checks
from pipelines.metadata.persons import without_numbers
from pipelines.metadata.values import label, vocabulary
from pipelines.report.receipt_wording import wording

RANK = {"fatal": 0, "error": 1, "query": 2, "corrected": 3, ANSWERED: 4, "repair": 5, "notice": 6}
TO_MEND = ("fatal", "error", "query")
TOP_COUNT = 3
EXAMPLE_LINKS = 3
_EXAMPLE_TERMS = 4
_CHOICES = 12
_SAFE_CODE = re.compile(r"[0-9A-Za-z]{1,20}")
_UNSAFE = re.compile(r"[^\w-]+")
_LONGEST = 30
"""Characters of a school's name in the name of its receipt."""


def _file_safe(name: str) -> str:
    """Letters, digits and characters alone, of one form whatever system wrote them; some of them where it is long."""
    return _UNSAFE.sub("", unicodedata.normalize("NFKC", name)).strip("_-")[:_LONGEST]


@cache
def _compared_codes() -> frozenset[str]:
    """Codes of values that are well formed, and asked about only since others contradict them."""
    return frozenset(check.code for check in cross_checks() if not check.is_row_rule)


@cache
def _titles() -> dict[str | None, str]:
    return {one.name: one.title for one in contracts()}


@cache
def _losing_codes() -> frozenset[str]:
    """Codes of the rules that keep a row out."""
    return frozenset(rule.code for one in contracts() for rule in one.rules if rule.effect == "row")


@cache
def _key_fields() -> frozenset[tuple[str | None, str | None]]:
    """(table, field) without which a row says nothing."""
    return frozenset((one.name, field.name) for one in contracts() for field in one.fields if field.required)


@dataclass(frozen=True)
class Remark(Finding):
    """One finding, as the receipt shows it. `value` is masked already where the field is restricted."""

    @property
    def cost(self) -> tuple[int, int]:
        """What it costs the school, dearest first: the severity, then what of the sheet is lost by it.

        Of one severity: what concerns a whole file or sheet, then what keeps a row out, then a single cell.
        """
        if not self.address:
            return RANK[self.standing], 0
        return RANK[self.standing], 1 if self.code in _losing_codes() or self._is_row_key else 2

    @property
    def _is_row_key(self) -> bool:
        return self.severity == "error" and (self.table_name, self.field) in _key_fields()

    @property
    def reason(self) -> str:
        """The kind of explanation in words; empty where there is none."""
        return label("explanation_reason", self.answer_category)

    @property
    def place(self) -> str:
        """The sheet as written; one that is missing by the title that it should have."""
        return self.sheet or _titles().get(self.table_name, "")

    @property
    def address(self) -> str | None:
        """The cell, or the first cell of the row where only a row is named."""
        return self.cell or (f"A{self.row_no}" if self.row_no else None)

    @property
    def mending(self) -> str:
        """The hint, with an example of a right value unless it gives one or the value may well be right."""
        say = wording()
        if self.severity not in TO_MEND or self.code in _compared_codes():
            return self.hint
        if any(mark in self.hint for mark in say.example_marks):
            return self.hint + self._choices
        example = right_value(self.table_name, self.field)
        if example is None or example in self.hint:
            return self.hint
        stop = "" if not self.hint or self.hint.endswith(say.sentence_end) else say.sentence_end
        return self.hint + stop + say.example.format(example=example)

    @property
    def _choices(self) -> str:
        """All terms of a short list of which the hint names one; empty otherwise."""
        field = _field(self.table_name, self.field)
        if field is None or not field.vocabulary:
            return ""
        terms = [term.zh for term in vocabulary(field.vocabulary)]
        is_named = len(terms) <= _CHOICES and any(self.hint.endswith(term) for term in terms)
        return wording().choices.format(choices=wording().list_mark.join(terms)) if is_named else ""


@dataclass(frozen=True)
class SheetCount:
    """One sheet of the contract found in the submission: rows that count and rows kept out."""

    table_name: str
    sheet: str
    kept: int
    lost: int
    is_nil: bool


@dataclass(frozen=True)
class Receipt:
    """Everything about one submission that its school is told.

    `sequence` is the ledger's, 0 for a file that was only checked; `period` is the month for which it was sent;
    `status` is that of core_submissions; `version` is None unless accepted. `undecided` names the provisions that stay
    unreported for this school since rows were kept out or cells cannot be read. `received_on` is the day of receipt
    that the bureau stated; None where it stated none. `needless` names tables of what the school's profile says it has
    not: a blank one asks for nothing.
    """

    sequence: int
    origin: str
    period: str
    status: str
    school_code: str | None
    school_name: str | None
    file_name: str
    received_at: datetime
    sha256: str
    version: int | None
    sheets: tuple[SheetCount, ...] = ()
    remarks: tuple[Remark, ...] = ()
    undecided: tuple[str, ...] = ()
    received_on: date | None = None
    needless: frozenset[str] = frozenset()

    @property
    def is_check(self) -> bool:
        """Whether the file was only checked before it is sent: ledger numbers start at 1."""
        return self.sequence == 0

    @property
    def number(self) -> str:
        """Period and sequence: 2026-10-000123."""
        return f"{self.period}-{self.sequence:06d}"

    @property
    def file_stem(self) -> str:
        """Name of the receipt's file: the school's name and code, of one that is not known the name of what it sent.

        Safe on every system whatever the school wrote, and unique by its number, which stands last.
        """
        say = wording()
        if self.origin == "bureau":
            owner = [say.bureau]
        else:
            name = _file_safe(self.school_name or "")
            owner = [name] if name else [say.unknown, _file_safe(PurePath(without_numbers(self.file_name)).stem)]
            owner += [self.school_code] if _SAFE_CODE.fullmatch(self.school_code or "") and self.school_code else []
        return "_".join([say.sheet, *filter(None, owner), self.number])

    @property
    def to_mend(self) -> list[Remark]:
        """Findings that ask for something: by kind, the dearest kind first, each in the order of the workbook."""
        return [one for fix in self.fixes for one in fix.remarks]

    @cached_property
    def fixes(self) -> list[Fix]:
        """The kinds of problem that ask for something, the one to mend first first."""
        return fixes_of([remark for remark in self.remarks if remark.standing in TO_MEND])

    @property
    def answered(self) -> list[Remark]:
        """Queries that the school explained, in the order of the workbook."""
        return [remark for remark in self.remarks if remark.standing == ANSWERED]

    @property
    def corrected(self) -> list[Remark]:
        """Cells that the bureau corrected, and what was found wrong that this mended, in the order of the workbook."""
        found = [remark for remark in self.remarks if remark.standing == "corrected"]
        return sorted(found, key=lambda one: (one.sheet, one.row_no or 0, one.cell, one.severity != "notice"))

    @property
    def repaired(self) -> list[Remark]:
        """What was cleaned on the way in, in the order of the workbook."""
        return [remark for remark in self.remarks if remark.severity == "repair"]

    @property
    def noticed(self) -> list[Remark]:
        """What the school should only know, in the order of the workbook."""
        return [remark for remark in self.remarks if remark.standing == "notice"]

    @property
    def is_drawable(self) -> bool:
        """Whether the file was read once already without harm, so that its sheets can be drawn again."""
        fatal = {remark.code for remark in self.remarks if remark.severity == "fatal"}
        return fatal <= set(wording().readable_rejections) and (self.status != "rejected" or bool(fatal))

    @property
    def status_key(self) -> str:
        """Which wording of receipt.yaml applies."""
        if self.status == "rejected":
            return "checked_rejected" if self.is_check else self.status
        standings = {remark.standing for remark in self.remarks}
        stem = "checked" if self.is_check else "accepted"
        asked = next((one for one in ("error", "query", "corrected", ANSWERED) if one in standings), None)
        return f"{stem}_{asked}" if asked else stem


@dataclass(frozen=True)
class Fix:
    """One kind of problem: the same code however often. `first` is its dearest finding."""

    first: Remark
    remarks: tuple[Remark, ...]

    @property
    def count(self) -> int:
        """Places to mend."""
        return len(self.remarks)

    @property
    def sheets(self) -> tuple[str, ...]:
        """Sheets on which it is, each once."""
        return tuple(dict.fromkeys(one.place for one in self.remarks if one.place))

    @property
    def examples(self) -> tuple[Remark, ...]:
        """A few of its places."""
        return tuple(one for one in self.remarks if one.sheet)[:EXAMPLE_LINKS]


def fixes_of(remarks: Iterable[Remark]) -> list[Fix]:
    """The kinds of problem: what costs the school most first, then the most frequent, then as in the workbook."""
    groups: dict[str, list[Remark]] = {}
    for remark in remarks:
        groups.setdefault(remark.code, []).append(remark)
    ordered = [sorted(group, key=attrgetter("cost")) for group in groups.values()]
    fixes = [Fix(group[0], tuple(group)) for group in ordered]
    return sorted(fixes, key=lambda fix: (fix.first.cost, -fix.count))


@cache
def _field(table_name: str | None, field_name: str | None) -> Field | None:
    tables = [one for one in contracts() if one.name == table_name]
    return next((one for table in tables for one in table.fields if one.name == field_name), None)


@cache
def right_value(table_name: str | None, field_name: str | None) -> str | None:
    """An example of a right value of that field, or the first terms of its vocabulary; None where there is none."""
    found = _field(table_name, field_name)
    if found is None:
        return None
    if found.vocabulary:
        return wording().example_join.join(term.zh for term in vocabulary(found.vocabulary)[:_EXAMPLE_TERMS])
    return found.example
