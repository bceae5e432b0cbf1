"""From an inbox folder to read-only originals and ledger entries."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from pipelines.errors import PipelineError, UsageError
from pipelines.metadata.periods import parse_period
from pipelines.receive.looking import Found, Passed, look
from pipelines.receive.unpacking import Archive, open_archive
from pipelines.store.files import naming, remove_file, replace_file, sha256_file, sync_files
from pipelines.store.home import Home
from pipelines.store.ledger import LedgerEntry, append_entries, read_ledger
from pipelines.store.names import name_encoding, shown_name
from pipelines.wording import text

_IN_MEMORY = 64 << 20


@dataclass(frozen=True)
class Received:
    """What one look into the inbox brought: new ledger entries, and what was passed over.

    `stated_count` of the entries only state on which day a file came that had been received before.
    """

    entries: tuple[LedgerEntry, ...]
    passed: tuple[Passed, ...]
    seen_before_count: int
    stated_count: int = 0


@dataclass(frozen=True)
class Stated:
    """What the bureau says of files of an inbox: the day on which they came. `paths` are files and folders in it.

    Empty for all that is new: a day is stated afterwards only for files that are named.
    """

    day: date
    paths: tuple[Path, ...] = ()

    def names(self, path: Path) -> bool:
        """Whether it speaks of that file."""
        return not self.paths or any(path.resolve().is_relative_to(one.resolve()) for one in self.paths)


@dataclass(frozen=True)
class _File:
    """A file's bytes by their hash; `content` is None where it is too big to hold, and `path` has it."""

    sha256: str
    size: int
    content: bytes | None
    path: Path


@dataclass
class _Book:
    """The entries of one look, until they are written to the ledger in one go.

    `entered` and `days` are by content: when it was first entered for the period, and the last day stated for it.
    """

    home: Home
    period: str
    moment: datetime
    next_sequence: int
    stated: Stated | None
    known: set[tuple[str, str]] = field(default_factory=set)
    entered: dict[str, date] = field(default_factory=dict)
    days: dict[str, date] = field(default_factory=dict)
    entries: list[LedgerEntry] = field(default_factory=list)
    kept: list[Path] = field(default_factory=list)
    seen_before_count: int = 0
    stated_count: int = 0

    def note(self, entry: LedgerEntry) -> None:
        """Know of an entry for the period."""
        self.known.add((entry.sha256, entry.name_hex))
        self.entered.setdefault(entry.sha256, entry.received_at.date())
        if entry.received_on is not None:
            self.days[entry.sha256] = entry.received_on

    def enter(self, file: _File, name: bytes, packed_in: str | None = None) -> None:
        """Keep the file and enter it, unless it was received for the period under that name.

        One that was is entered again where it is named to state the day on which it came, and that is not stated yet.
        """
        day = self.stated.day if self.stated else None
        is_known = (file.sha256, name.hex()) in self.known
        if is_known and not (self.stated and self.stated.paths and self.days.get(file.sha256) != day):
            self.seen_before_count += 1
            return
        if day is not None:
            _check_day(day, self.period, self.entered.get(file.sha256, self.moment.date()), shown_name(name))
        self.keep(file)
        sequence = self.next_sequence + len(self.entries)
        entry = LedgerEntry(sequence, file.sha256, self.moment, self.period, name.hex(), file.size, packed_in, day)
        self.note(entry)
        self.entries.append(entry)
        self.stated_count += is_known

    def keep(self, file: _File) -> None:
        """Make sure that the file lies among the originals."""
        target = self.home.original(file.sha256)
        if not (target.exists() and sha256_file(target) == file.sha256):
            _copy(file, target)
            self.kept.append(target)

    def write(self) -> None:
        """Make originals durable, then the entries that rest on them."""
        if self.entries:
            sync_files(self.kept, self.home.originals)
            append_entries(self.home, self.entries)


def _copy(file: _File, target: Path) -> None:
    """Put the file in its place, by way of one folder for all: to make files in hundreds takes far longer."""
    temporary = target.parent.with_name(f"{target.name}.part")
    with naming(target):
        with _fresh(temporary) as stream:
            if file.content is not None:
                stream.write(file.content)
        if file.content is None and sha256_file(Path(shutil.copyfile(file.path, temporary))) != file.sha256:
            temporary.unlink()
            raise UsageError(text("errors.changed_while_read", name=shown_name(os.fsencode(file.path.name))))
        temporary.chmod(0o444)
        if not target.parent.exists():
            target.parent.mkdir(exist_ok=True)
        replace_file(temporary, target)


def _fresh(path: Path) -> BinaryIO:
    """A new file: its folder is made where there is none, and what a crash left in its place goes."""
    try:
        return path.open("xb")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        remove_file(path)
    return path.open("xb")


def _read(found: Found) -> _File | str:
    """The file, or the reason for passing it over."""
    try:
        content = found.path.read_bytes() if found.size <= _IN_MEMORY else None
        sha256 = hashlib.sha256(content).hexdigest() if content is not None else sha256_file(found.path)
    except OSError:
        return "unreadable"
    return _File(sha256, found.size, content, found.path) if found.is_as_found() else "growing"


def _member_name(archive: bytes, member: str) -> bytes:
    """archive.zip/member.xlsx in one encoding: that of the archive's name."""
    return archive + b"/" + member.encode(name_encoding(archive) or "utf-8", "backslashreplace")


def _enter_members(book: _Book, packed: _File, name: bytes, archive: Archive) -> list[Passed]:
    """Enter each workbook of the archive; what is none stays in the archive, which is kept too, and is named."""
    book.keep(packed)
    for member, content in archive.members():
        file = _File(hashlib.sha256(content).hexdigest(), len(content), content, packed.path)
        book.enter(file, _member_name(name, member), packed.sha256)
    return [Passed(shown_name(_member_name(name, other)), "no_workbook") for other in archive.others]


def _check_day(day: date, period: str, entered: date, name: str) -> None:
    """UsageError where a file of the month, entered on that day, cannot have come on the stated one."""
    if day > entered:
        raise UsageError(text("errors.received_after_entry", day=day, name=name, entered=entered))
    if day < parse_period(period).start:
        raise UsageError(text("errors.received_before_month", day=day, period=period))


def receive(
    home: Home,
    inbox: Path,
    period: str,
    now: Callable[[], datetime] = datetime.now,
    stated: Stated | None = None,
) -> Received:
    """Keep every file of the inbox (and of its subfolders) and enter it in the ledger.

    The files stay in the inbox. A file of the same name and content, already received for the period, is
    seen and not entered again; the same content under another name is entered, and counts as a duplicate. Of an
    archive of several workbooks each is entered by itself. With `stated` only the files of which it speaks are taken,
    each entered with the day on which it came. Raises UsageError where the inbox is no folder or a file cannot have
    come on that day, PipelineError where the inbox goes away meanwhile: nothing of it is entered then.
    """
    if not inbox.is_dir():
        raise UsageError(text("errors.no_inbox", inbox=inbox))
    ledger = read_ledger(home)
    book = _Book(home, period, now().replace(microsecond=0, tzinfo=None), len(ledger) + 1, stated)
    for entry in ledger:
        if entry.period == period:
            book.note(entry)
    whole, passed = look(inbox)
    for found in whole:
        if stated is not None and not stated.names(found.path):
            continue
        file = _read(found)
        if isinstance(file, str):
            passed.append(found.passed(file))
            continue
        archive = open_archive(file.content) if file.content is not None else None
        if archive is None:
            book.enter(file, found.name)
        else:
            passed += _enter_members(book, file, found.name, archive)
    if not inbox.is_dir():
        raise PipelineError(text("errors.inbox_gone", inbox=inbox))
    book.write()
    return Received(tuple(book.entries), tuple(passed), book.seen_before_count, book.stated_count)
