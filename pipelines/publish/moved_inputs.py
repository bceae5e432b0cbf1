"""Files, entries of the register and shared rules that differ between two sides."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from pipelines.publish.basis import REGISTER_COLUMNS, Basis, CorrectedCell, CountedFile


@dataclass(frozen=True)
class MovedFile:
    """A sender's month of which another file counts, or the same one read otherwise.

    `sender` is '' for the bureau; a side is None where none counts.
    """

    sender: str
    name: str
    month: str
    old: CountedFile | None
    new: CountedFile | None

    @property
    def is_reread(self) -> bool:
        """Whether it is the same file, of which other rows were read."""
        return self.old is not None and self.new is not None and self.old.sha256 == self.new.sha256

    @property
    def corrected(self) -> tuple[tuple[CorrectedCell, ...], tuple[CorrectedCell, ...]]:
        """Corrections by which it counts on the old side alone, and on the new."""
        old, new = (side.corrections if side else () for side in (self.old, self.new))
        return tuple(one for one in old if one not in new), tuple(one for one in new if one not in old)

    def within(self, sheets: Collection[str]) -> MovedFile:
        """The same, with the corrections of these sheets alone."""
        old, new = (
            side and replace(side, corrections=tuple(one for one in side.corrections if one.table in sheets))
            for side in (self.old, self.new)
        )
        return replace(self, old=old, new=new)

    def differs_in(self, sheet: str) -> bool:
        """Whether other rows were read from that sheet."""
        old, new = (side.sheets.get(sheet) if side else None for side in (self.old, self.new))
        return old != new


@dataclass(frozen=True)
class MovedEntry:
    """A school whose entries in the register differ: (column, old, new) of what does; '' where it had no entry.

    Several entries of one school stand side by side, with a bar between them.
    """

    school_code: str
    name: str
    differing: tuple[tuple[str, str, str], ...]

    @property
    def columns(self) -> frozenset[str]:
        """The columns that differ."""
        return frozenset(column for column, _, _ in self.differing)


def moved_files(old: Basis, new: Basis) -> Iterator[MovedFile]:
    """Sender's months of which another file counts or the same one was read otherwise, by month and sender."""
    for sender, month in sorted(old.files.keys() | new.files.keys(), key=lambda key: (key[1], key[0])):
        was, now = old.files.get((sender, month)), new.files.get((sender, month))
        if was is None or now is None or (was.sha256, was.sheets) != (now.sha256, now.sheets):
            yield MovedFile(sender, _name(old, new, sender), month, was, now)


def moved_entries(old: Basis, new: Basis) -> Iterator[MovedEntry]:
    """Schools whose entries in the register differ, by code; another name alone moves no figure."""
    for code in sorted(old.register.keys() | new.register.keys()):
        was, now = old.register.get(code, ()), new.register.get(code, ())
        if was != now:
            yield MovedEntry(code, _name(old, new, code), tuple(_differing(was, now)))


def _name(old: Basis, new: Basis, code: str) -> str:
    return new.names.get(code) or old.names.get(code, "")


def _differing(old: tuple[tuple[str, ...], ...], new: tuple[tuple[str, ...], ...]) -> Iterator[tuple[str, str, str]]:
    for place, column in enumerate(REGISTER_COLUMNS):
        was, now = (" | ".join(entry[place] for entry in entries) for entries in (old, new))
        if was != now or not old or not new:
            yield column, was, now
