"""The ledger: what was acknowledged stays, in order; what was not does not count."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from pipelines.errors import IntegrityError
from pipelines.store.home import Home
from pipelines.store.ledger import LedgerEntry, append_entries, brought_files, first_receipts, read_ledger


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def entry(sequence: int, content: str = "a", period: str = "2026-10", name: str = "月报.xlsx") -> LedgerEntry:
    return LedgerEntry(sequence, content * 64, datetime(2026, 11, 2, 9, sequence), period, name.encode().hex(), 10)


def test_no_ledger_holds_nothing(home: Home) -> None:
    assert read_ledger(home) == []


def test_entries_come_back_as_written(home: Home) -> None:
    append_entries(home, [entry(1), entry(2, "b")])
    append_entries(home, [entry(3, "c", "2026-11")])
    assert read_ledger(home) == [entry(1), entry(2, "b"), entry(3, "c", "2026-11")]


def test_lines_are_plain_json_in_a_fixed_order_of_keys(home: Home) -> None:
    append_entries(home, [entry(1)])
    line = home.ledger.read_text(encoding="utf-8")
    assert line.endswith("\n") and line.count("\n") == 1
    assert list(json.loads(line)) == ["sequence", "sha256", "received_at", "period", "name_hex", "size"]
    assert json.loads(line)["received_at"] == "2026-11-02T09:01:00"


@pytest.mark.parametrize("torn", [b'{"sequence": 3, "sha', b"\xff\xfe\x00", b"\xe6\x9c", b"{}"])
def test_a_torn_last_line_was_never_acknowledged(home: Home, torn: bytes) -> None:
    append_entries(home, [entry(1), entry(2, "b")])
    with home.ledger.open("ab") as stream:
        stream.write(torn)
    assert read_ledger(home) == [entry(1), entry(2, "b")]
    append_entries(home, [entry(3, "c")])
    assert read_ledger(home) == [entry(1), entry(2, "b"), entry(3, "c")]


def changed(home: Home, change: str) -> None:
    first, second, third = home.ledger.read_bytes().splitlines(keepends=True)
    lines = {
        "line removed": [first, third],
        "lines swapped": [second, first, third],
        "line doubled": [first, second, second, third],
        "line blank": [first, b"\n", third],
        "line cut": [first, second[:40] + b"\n", third],
        "line no text": [first, b"\xff\xfe\n", third],
        "key renamed": [first, second.replace(b"sha256", b"sha512"), third],
        "moment broken": [first, second.replace(b"2026-11-02T", b"2026-13-02T"), third],
        "no object": [first, b"[2]\n", third],
    }
    home.ledger.write_bytes(b"".join(lines[change]))


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ("line removed", 2),
        ("lines swapped", 1),
        ("line doubled", 3),
        ("line blank", 2),
        ("line cut", 2),
        ("line no text", 2),
        ("key renamed", 2),
        ("moment broken", 2),
        ("no object", 2),
    ],
)
def test_a_changed_middle_is_refused_and_named(home: Home, change: str, line: int) -> None:
    append_entries(home, [entry(1), entry(2, "b"), entry(3, "c")])
    changed(home, change)
    with pytest.raises(IntegrityError, match=rf"ledger\.jsonl 第 {line} 行"):
        read_ledger(home)


def test_a_packed_file_names_its_archive_and_older_lines_name_none(home: Home) -> None:
    packed = LedgerEntry(2, "b" * 64, datetime(2026, 11, 2), "2026-10", "61", 1, "c" * 64)
    append_entries(home, [entry(1), packed])
    assert read_ledger(home) == [entry(1), packed]
    first, second = map(json.loads, home.ledger.read_text(encoding="utf-8").splitlines())
    assert "packed_in" not in first and second["packed_in"] == "c" * 64


@pytest.mark.parametrize("mark", ["\n", "\r", "\t", "\x1b", "\x85", "\u202e", "\u2066", "\u2028", "\ufeff"])
def test_a_mark_that_breaks_or_turns_a_line_is_shown_as_its_escape(mark: str) -> None:
    name = LedgerEntry(1, "a" * 64, datetime(2026, 11, 2), "2026-10", f"月{mark}报".encode().hex(), 1).file_name
    assert name == f"月{mark.encode('unicode_escape').decode()}报"


def test_a_family_of_emoji_stays_one() -> None:
    name = "👨\u200d👩\u200d👧.xlsx"
    assert LedgerEntry(1, "a" * 64, datetime(2026, 11, 2), "2026-10", name.encode().hex(), 1).file_name == name


@pytest.mark.parametrize(
    ("raw", "shown"),
    [("月报".encode(), "月报"), ("月报".encode("gb18030"), "月报"), (b"\xff", "\\xff"), (b"a\nb", "a\\nb")],
)
def test_names_are_shown_as_people_read_them(raw: bytes, shown: str) -> None:
    assert LedgerEntry(1, "a" * 64, datetime(2026, 11, 2), "2026-10", raw.hex(), 1).file_name == shown


def test_a_stated_day_stands_in_the_ledger_and_an_entry_without_one_is_as_before(home: Home) -> None:
    stated = replace(entry(2), received_on=date(2026, 10, 30))
    append_entries(home, [entry(1), stated])
    assert read_ledger(home) == [entry(1), stated]
    first, second = (json.loads(line) for line in home.ledger.read_text(encoding="utf-8").splitlines())
    assert "received_on" not in first and second["received_on"] == "2026-10-30"
    assert brought_files(read_ledger(home)) == [entry(1)]


def test_first_receipts_are_the_first_of_each_content_and_month() -> None:
    ledger = [entry(1), entry(2, "a", name="copy.xlsx"), entry(3, "b"), entry(4, "a", "2026-11"), entry(5, "b")]
    assert [receipt.sequence for receipt in first_receipts(ledger)] == [1, 3, 4]
