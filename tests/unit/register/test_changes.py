"""Changes of a register's entries: what stands afterwards, and why one cannot be made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from pipelines.errors import UsageError
from pipelines.register.changes import Change, changed
from pipelines.register.entries import Entry, Register, Stamp, counting, entry_on
from pipelines.register.history import moved, touched, undone_by, without
from pipelines.register.recording import plan_change, plan_undo

BEGUN, DAY, EVE = date(2019, 9, 1), date(2026, 11, 1), date(2026, 10, 31)
FIRST, SECOND, THIRD = "2153990101", "2153990102", "2153990103"
ENDED, NEW = "2153990104", "2153990105"


def entry(code: str, township: str = "East", **more: Any) -> Entry:
    return Entry(code, f"school {code[-1]}", "primary", "public", None, township, **{"valid_from_date": BEGUN, **more})


ENTRIES = (
    entry(FIRST),
    entry(SECOND, "West"),
    entry(THIRD),
    entry(ENDED, valid_to_date=date(2025, 8, 31), change_reason="closed"),
)


def change(kind: str, *codes: str, day: date = DAY, **more: Any) -> Change:
    return Change(kind, codes, day, "by decree", **more)


def terms(entries: Sequence[Entry], code: str) -> list[tuple[Any, ...]]:
    """From, to, township, type and successor of a school's rows."""
    fields = ("valid_from_date", "valid_to_date", "township", "school_type", "successor_code")
    return [tuple(getattr(one, name) for name in fields) for one in entries if one.school_code == code]


def test_a_closed_school_ends_on_the_day_before() -> None:
    after = changed(change("close", FIRST), ENTRIES)
    assert terms(after, FIRST) == [(BEGUN, EVE, "East", "primary", None)]
    assert [one for one in after if one.school_code != FIRST] == list(ENTRIES[1:])
    assert after[0].change_reason == "停办：by decree"


def test_merged_schools_end_for_their_successor() -> None:
    after = changed(change("merge", FIRST, THIRD, heir=SECOND), ENTRIES)
    for code in (FIRST, THIRD):
        assert terms(after, code) == [(BEGUN, EVE, "East", "primary", SECOND)]
    assert terms(after, SECOND) == terms(ENTRIES, SECOND)


def test_a_move_and_a_change_of_type_end_one_row_and_begin_the_next() -> None:
    after = changed(change("move", FIRST, values={"township": "West"}), ENTRIES)
    assert terms(after, FIRST) == [(BEGUN, EVE, "East", "primary", None), (DAY, None, "West", "primary", None)]
    again = changed(change("retype", FIRST, day=date(2026, 12, 1), values={"school_type": "nine_year"}), after)
    assert terms(again, FIRST)[1:] == [
        (DAY, date(2026, 11, 30), "West", "primary", None),
        (date(2026, 12, 1), None, "West", "nine_year", None),
    ]


def test_a_change_on_the_first_day_of_a_row_takes_its_place() -> None:
    after = changed(change("rename", FIRST, day=BEGUN, values={"school_name": "other"}), ENTRIES)
    assert [(one.school_name, one.valid_from_date) for one in after if one.school_code == FIRST] == [("other", BEGUN)]


def test_a_new_code_follows_the_old_one_with_all_that_the_school_is() -> None:
    after = changed(change("recode", SECOND, heir=NEW), ENTRIES)
    assert terms(after, SECOND) == [(BEGUN, EVE, "West", "primary", NEW)]
    assert terms(after, NEW) == [(DAY, None, "West", "primary", None)]


def test_a_school_opens_with_what_is_given() -> None:
    values = {"school_name": "new", "school_type": "primary", "township": "West"}
    after = changed(change("open", NEW, values=values), ENTRIES)
    assert terms(after, NEW) == [(DAY, None, "West", "primary", None)]
    assert after[:-1] == ENTRIES


FUTURE = (*ENTRIES[:3], entry(NEW, valid_from_date=date(2027, 1, 1)))
ENDING = (replace(ENTRIES[0], valid_to_date=date(2026, 12, 31)), *ENTRIES[1:])
REFUSED = {
    "unknown": (change("close", "2153990109"), ENTRIES, "没有学校标识码 2153990109；是否指 21539901"),
    "ended": (change("close", ENDED), ENTRIES, f"{ENDED} school 4 已于 2025-08-31 失效（closed）"),
    "ends": (change("close", FIRST), ENDING, "已登记到 2026-12-31 为止"),
    "not begun": (change("close", NEW), FUTURE, "自 2027-01-01 起才生效"),
    "on its first day": (change("close", FIRST, day=BEGUN), ENTRIES, "当天才生效"),
    "changed later": (
        change("close", FIRST, day=date(2026, 10, 1)),
        changed(change("move", FIRST, values={"township": "West"}), ENTRIES),
        "自 2026-11-01 起已另有变更",
    ),
    "twice": (change("close", FIRST), (*ENTRIES, entry(FIRST, "West")), "两行有效期重叠"),
    "exists": (change("open", FIRST, values={"school_name": "x"}), ENTRIES, "已在名册中"),
    "existed": (change("open", ENDED, values={"school_name": "x"}), ENTRIES, "标识码不能再用"),
    "malformed": (change("open", "0123", values={"school_name": "x"}), ENTRIES, "应是 10 位数字"),
    "into unknown": (change("merge", FIRST, heir="2153990109"), ENTRIES, "没有学校标识码 2153990109"),
    "into ended": (change("merge", FIRST, heir=ENDED), ENTRIES, "已于 2025-08-31 失效"),
    "into itself": (change("merge", FIRST, heir=FIRST), ENTRIES, "不能并入自己"),
    "taken": (change("recode", FIRST, heir=SECOND), ENTRIES, "已是 school 2 的"),
    "malformed new code": (change("recode", FIRST, heir="12"), ENTRIES, "应是 10 位数字"),
    "same": (change("move", FIRST, values={"township": "East"}), ENTRIES, "已是如此"),
    "township": (change("move", FIRST, values={"township": "Eas"}), ENTRIES, "没有乡镇（街道）“Eas”，是否指“East”"),
}


@pytest.mark.parametrize(("asked", "entries", "words"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_done_says_why_in_one_sentence(asked: Change, entries: tuple[Entry, ...], words: str) -> None:
    with pytest.raises(UsageError, match=words) as refused:
        changed(asked, entries)
    assert "\n" not in str(refused.value)


def test_a_township_that_is_new_may_be_entered_as_such() -> None:
    after = changed(change("move", FIRST, values={"township": "North"}, is_new_township=True), ENTRIES)
    assert entry_on([one for one in after if one.school_code == FIRST], DAY).township == "North"


def register(number: int, month: str, entries: Sequence[Entry], stamp: Stamp | None = None) -> Register:
    name = f"{number}.xlsx"
    return Register(number, month, datetime(2026, 11, 2, 12, number), name, name, stamp, tuple(entries))


def made(registers: list[Register], asked: Change | None, month: str = "", number: int | None = None) -> list[Register]:
    """The registers and those that the change (or, without one, undo) writes, as they will be received."""
    plan = plan_change(registers, asked, month, ["x"]) if asked else plan_undo(registers, number, "x")
    change_no = next_no = registers[-1].number + 1
    written = []
    for one, entries in reversed(plan.months):
        written.append(register(next_no, one, entries, Stamp(plan.kind, change_no, plan.undone_no)))
        next_no += 1
    return [*registers, *written]


def said(registers: Sequence[Register], month: str) -> list[str]:
    """The register that counts for the month, whatever the order of its rows."""
    one = counting(registers, month)
    assert one is not None
    return sorted(map(repr, one.entries))


BOOKS = [register(1, "2026-10", ENTRIES), register(7, "2026-12", ENTRIES)]
CHANGES = [
    change("close", FIRST),
    change("merge", FIRST, THIRD, heir=SECOND),
    change("move", FIRST, values={"township": "West"}),
    change("retype", FIRST, values={"school_type": "nine_year", "ownership": "private"}),
    change("rename", FIRST, values={"school_name": "other"}),
    change("recode", FIRST, heir=NEW),
    change("open", NEW, values={"school_name": "new", "school_type": "primary", "township": "West"}),
]


@pytest.mark.parametrize("asked", CHANGES, ids=lambda one: one.kind)
def test_what_is_undone_was_never_there(asked: Change) -> None:
    """In the month of the change and in later ones that have a register of their own; months before see nothing."""
    after = made(BOOKS, asked, "2026-11")
    for month in ("2026-11", "2026-12"):
        assert said(after, month) != said(BOOKS, month)
    assert said(after, "2026-10") == said(BOOKS, "2026-10")
    undone = made(after, None)
    for month in ("2026-10", "2026-11", "2026-12"):
        assert said(undone, month) == said(BOOKS, month)


def test_changes_are_taken_back_one_by_one_and_then_there_is_nothing_left() -> None:
    books = made(made(BOOKS, CHANGES[0], "2026-11"), change("close", SECOND), "2026-11")
    books = made(made(books, None), None)
    assert said(books, "2026-12") == said(BOOKS, "2026-12")
    with pytest.raises(UsageError, match="没有可以撤回的"):
        plan_undo(books, None, "x")


def test_a_first_register_that_was_imported_is_no_change() -> None:
    imported = [register(1, "2026-10", ENTRIES, Stamp("import", 1))]
    with pytest.raises(UsageError, match="没有可以撤回的"):
        plan_undo(imported, None, "x")


def test_what_a_workbook_of_the_bureau_changed_is_taken_back_by_its_number() -> None:
    books = [BOOKS[0], register(7, "2026-12", changed(CHANGES[0], ENTRIES))]
    assert said(made(books, None, number=7), "2026-12") == said(BOOKS, "2026-12")


def test_an_earlier_change_is_taken_back_alone() -> None:
    books = made(BOOKS, CHANGES[0], "2026-11")
    number = books[-1].number
    books = made(made(books, change("close", SECOND), "2026-11"), None, number=number)
    assert said(books, "2026-12") == sorted(map(repr, changed(change("close", SECOND), ENTRIES)))


def test_a_change_under_a_later_one_is_not_taken_back() -> None:
    books = made(BOOKS, CHANGES[2], "2026-11")
    number = books[-1].number
    books = made(books, change("close", FIRST, day=date(2026, 12, 1)), "2026-11")
    with pytest.raises(UsageError, match=rf"{FIRST} school 1 此后又有变更（第 10 号）"):
        plan_undo(books, number, "x")


@pytest.mark.parametrize(("number", "words"), [(99, "没有第 99 号"), (1, "第 1 号是首份名册")])
def test_what_the_log_does_not_hold_is_not_taken_back(number: int, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        plan_undo(BOOKS, number, "x")


def test_what_is_taken_back_is_not_taken_back_again() -> None:
    books = made(made(BOOKS, CHANGES[0], "2026-11"), None)
    with pytest.raises(UsageError, match="第 8 号变更已经撤回"):
        plan_undo(books, 8, "x")


def test_a_later_register_that_cannot_take_the_change_is_named() -> None:
    books = [BOOKS[0], register(7, "2026-12", changed(change("close", FIRST), ENTRIES))]
    plan = plan_change(books, CHANGES[2], "2026-11", ["x"])
    assert [month for month, _ in plan.months] == ["2026-11"]
    ((month, why),) = plan.left_alone
    assert (month, "已于 2026-10-31 失效" in why) == ("2026-12", True)


def test_without_a_register_for_the_month_nothing_can_be_changed() -> None:
    with pytest.raises(UsageError, match="2026-09 还没有学校名册"):
        plan_change(BOOKS, CHANGES[0], "2026-09", ["x"])


def test_the_log_tells_a_move_as_a_field_from_a_day_on() -> None:
    after = register(8, "2026-11", changed(CHANGES[2], ENTRIES))
    told = [(one.field, one.day, one.old, one.new) for one in moved(BOOKS[0], after)]
    assert ("乡镇(街道)", DAY, "East", "West") in told
    assert touched(BOOKS[0], after) == [FIRST]
    back = [(one.field, one.old, one.new) for one in moved(after, BOOKS[0])]
    assert ("乡镇(街道)", "West", "East") in back


def test_the_log_tells_who_came_and_who_went() -> None:
    after = register(8, "2026-11", changed(CHANGES[-1], ENTRIES))
    ((came,), (went,)) = (list(moved(*pair)) for pair in ((BOOKS[0], after), (after, BOOKS[0])))
    assert (came.field, came.day, came.old, came.new) == ("", DAY, "", "new（West）")
    assert (went.field, went.old, went.new) == ("", "new（West）", "")


def test_undoing_leaves_other_schools_alone() -> None:
    first = register(8, "2026-11", changed(CHANGES[0], ENTRIES), Stamp("close", 8))
    now = register(9, "2026-11", changed(change("close", SECOND), first.entries), Stamp("close", 9))
    assert sorted(map(repr, without([BOOKS[0], first, now], first, now))) == sorted(
        map(repr, changed(change("close", SECOND), ENTRIES))
    )


def test_a_change_whose_undoing_was_undone_holds_and_can_be_undone_again() -> None:
    """One register a change: BOOKS[0] is that of October, and no later month has its own."""
    books = made(made(BOOKS[:1], CHANGES[0], "2026-10"), None)
    assert undone_by(books) == {2: 3}
    again = made(books, None, number=3)
    assert said(again, "2026-10") == said(books[:2], "2026-10")
    assert undone_by(again) == {3: 4}
    last = made(again, None)
    assert undone_by(last) == {2: 5, 3: 4}
    assert said(last, "2026-10") == said(BOOKS[:1], "2026-10")
