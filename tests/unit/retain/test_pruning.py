"""Which originals a pruning may take, by which term; what a killed one left goes the next time."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from pathlib import Path

import pytest

from pipelines.errors import UsageError
from pipelines.retain.pruning import term_of
from pipelines.store.home import Home
from pipelines.store.ledger import LedgerEntry, append_entries
from pipelines.store.pruned import Pruned, append_pruned, finish_pruning, gone_originals, pruned_lines, read_pruned

_TODAY = date(2026, 11, 22)
_AT = datetime(2026, 11, 22, 10, 0)


def digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def entry(number: int, content: str, period: str, packed_in: str | None = None) -> LedgerEntry:
    archive = digest(packed_in) if packed_in else None
    return LedgerEntry(number, digest(content), datetime(2021, 1, number), period, b"x.xlsx".hex(), 1, archive)


def gone(entry: LedgerEntry) -> Pruned:
    return Pruned(entry.sequence, entry.sha256, entry.period, _AT, "2021-11", 5)


@pytest.fixture
def ledger(tmp_path: Path) -> list[LedgerEntry]:
    """A home under `tmp_path` whose third file has the content of the first, and two of which came in archives."""
    home = Home(tmp_path)
    entries = [
        entry(1, "one", "2020-10"),
        entry(2, "two", "2020-10"),
        entry(3, "one", "2026-10"),
        entry(4, "four", "2020-10", "old archive"),
        entry(5, "five", "2020-11", "mixed archive"),
        entry(6, "six", "2026-10", "mixed archive"),
    ]
    append_entries(home, entries)
    for content in ("one", "two", "four", "five", "six", "old archive", "mixed archive"):
        path = home.original(digest(content))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        path.chmod(0o444)
    return entries


def test_default_term_and_the_one_that_is_named() -> None:
    assert (term_of(None, None, _TODAY).before, term_of(None, None, _TODAY).years) == ("2021-11", 5)
    assert (term_of(None, 2, _TODAY).before, term_of(None, 2, _TODAY).years) == ("2024-11", 2)
    assert (term_of("2023-09", None, _TODAY).before, term_of("2023-09", None, _TODAY).years) == ("2023-09", None)


@pytest.mark.parametrize(
    ("before", "years", "said"),
    [
        ("2023-09", 3, "只能给一个"),
        ("2023Q3", None, "应是已经开始的一个月"),
        ("2026-12", None, "应是已经开始的一个月"),
        (None, 1, "至少 2 年"),
        (None, 0, "至少 2 年"),
        (None, -3, "至少 2 年"),
    ],
)
def test_term_that_is_none_is_refused_in_one_sentence(before: str | None, years: int | None, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        term_of(before, years, _TODAY)


def test_what_another_month_or_an_archive_still_needs_stays(ledger: list[LedgerEntry]) -> None:
    assert gone_originals(ledger=ledger, pruned=[1, 2, 4, 5], home=Home(Path())) == {
        digest(content) for content in ("two", "four", "five", "old archive")
    }


def test_what_a_killed_pruning_left_goes_the_next_time(ledger: list[LedgerEntry], tmp_path: Path) -> None:
    home = Home(tmp_path)
    finish_pruning(home)
    assert home.original(digest("two")).exists()
    for folder in (home.returns / "2020-10", home.inbox / "2020-10" / "sub", home.inbox / "2026-10"):
        folder.mkdir(parents=True)
    receipts = [home.returns / "2020-10" / f"5301_2020-10-00000{number}.xlsx" for number in (2, 7)]
    copies = [home.inbox / "2020-10" / "sub" / "copy.xlsx", home.inbox / "2020-10" / "other.xlsx"]
    for path, content in zip((*receipts, *copies), ("r", "r", "two", "not received"), strict=True):
        path.write_text(content, encoding="utf-8")
    append_pruned(home, [gone(ledger[number]) for number in (0, 1, 3)])
    with home.pruned.open("ab") as stream:
        stream.write(b'{"sequence": 5, "torn')
    assert sorted(read_pruned(home)) == [1, 2, 4]
    for _ in range(2):
        finish_pruning(home)
        left = {path.read_text(encoding="utf-8") for path in home.originals.rglob("*") if path.is_file()}
        assert left == {"one", "five", "six", "mixed archive"}
        assert [path.exists() for path in (*receipts, *copies)] == [False, True, False, True]
    append_pruned(home, [gone(ledger[4])])
    assert sorted(read_pruned(home)) == [1, 2, 4, 5]


def test_sentence_tells_months_count_moment_and_term(ledger: list[LedgerEntry]) -> None:
    (line,) = pruned_lines(gone(one) for one in (ledger[0], ledger[1], ledger[4]))
    assert line.startswith(
        "2020-10、2020-11 的 3 份原件已于 2026-11-22 10:00:00 按保存期限清除（满 5 年，即 2021-11 之前）"
    )
