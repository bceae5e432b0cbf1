"""The chain of monthly hazard lists: carried over, new, closed, backlog, and where it breaks."""

from __future__ import annotations

from tests.spec.world import World, expect

_HEAD = "hazard_no | found_date | status | closed_date | invalid"


def ledger(*rows: str) -> str:
    """A hazard sheet."""
    return "\n".join([_HEAD, *rows])


def one_school() -> World:
    """A county of one school."""
    return World().register("school_code | school_type | township\nA | primary | E")


def chain(world: World, period: str = "2026-11") -> list[tuple[object, ...]]:
    """Month, carried over, new, closed, backlog and whether the chain is broken, of every month."""
    world.measure("wujin-2020", period, only="hazard_backlog")
    return world.connection.execute(
        "SELECT strftime(month_date, '%Y-%m'), carried_over_count, new_count, closed_count, backlog_count,"
        " is_chain_broken FROM fact_ledger_month ORDER BY school_code, month_date"
    ).fetchall()


def test_a_chain_that_holds() -> None:
    """Two found in September, one closed in October and one new, on the first and the last day of the month."""
    world = one_school()
    world.report("A", "2026-09", hazards=ledger("1 | 2026-09-01 | open | |", "2 | 2026-09-30 | open | |"))
    world.report(
        "A",
        "2026-10",
        hazards=ledger(
            "1 | 2026-09-01 | closed | 2026-10-01 |", "2 | 2026-09-30 | open | |", "3 | 2026-10-31 | open | |"
        ),
    )
    world.report("A", "2026-11", hazards=ledger("2 | 2026-09-30 | closed | 2026-11-30 |", "3 | 2026-10-31 | open | |"))
    assert chain(world) == [
        ("2026-09", 0, 2, 0, 2, None),
        ("2026-10", 2, 1, 1, 2, False),
        ("2026-11", 2, 0, 1, 1, False),
    ]
    measured = world.measure("wujin-2020", "2026-11", only="hazard_backlog")
    for name, value in (("carried_over", 2), ("new", 0), ("closed", 1), ("backlog", 1), ("broken", 0)):
        expect(measured.figures, f"hazard_backlog.{name}", f"value\n{value}", level="county")


def test_a_hazard_that_leaves_the_list_breaks_the_chain() -> None:
    """So does one of an earlier month that was never listed."""
    world = one_school()
    world.report("A", "2026-09", hazards=ledger("1 | 2026-09-01 | open | |"))
    world.report("A", "2026-10", hazards="nil")
    world.report("A", "2026-11", hazards=ledger("2 | 2026-10-05 | open | |"))
    assert chain(world) == [
        ("2026-09", 0, 1, 0, 1, None),
        ("2026-10", 0, 0, 0, 0, True),
        ("2026-11", 1, 0, 0, 1, True),
    ]


def test_without_the_month_before_nobody_can_say() -> None:
    """A month not sent, an empty sheet, lost rows and a row in doubt leave it unknown; one in doubt counts nowhere."""
    world = one_school()
    world.report("A", "2026-07", hazards=ledger("1 | 2026-07-01 | open | |"))
    world.report("A", "2026-08", hazards="")
    world.report("A", "2026-09", hazards=ledger("1 | 2026-07-01 | open | |"))
    world.report("A", "2026-10", hazards=ledger("1 | 2026-07-01 | open | |"), lost={"hazards": 1})
    world.report("A", "2026-11", hazards=ledger("1 | 2026-07-01 | closed | | closed_date", "2 | 2026-11-02 | open | |"))
    assert chain(world) == [
        ("2026-07", 0, 1, 0, 1, None),
        ("2026-09", 1, 0, 0, 1, None),
        ("2026-10", 1, 0, 0, 1, None),
        ("2026-11", 0, 1, 0, 1, None),
    ]


def test_a_running_month_counts_to_the_cut_off() -> None:
    """What is closed after that day is open on it; what is found after it is not there yet."""
    world = one_school()
    rows = ledger("1 | 2026-10-02 | closed | 2026-10-21 |", "2 | 2026-10-21 | open | |", "3 | 2026-09-02 | open | |")
    world.report("A", "2026-10", hazards=rows, received_at="2026-10-20")
    world.measure("wujin-2020", "2026-10", "2026-10-20T12:00", only="hazard_backlog")
    found = world.connection.execute("SELECT carried_over_count, new_count, closed_count FROM fact_ledger_month")
    assert found.fetchall() == [(1, 1, 0)]


def test_new_and_closed_hazards_of_the_month() -> None:
    """By the first and the last day of the cut-off's month; one in doubt is not closed."""
    world = one_school()
    world.report(
        "A",
        "2028-02",
        hazards=ledger(
            "1 | 2028-01-31 | closed | 2028-02-01 |",
            "2 | 2028-02-01 | open | |",
            "3 | 2028-02-29 | closed | 2028-02-29 |",
            "4 | 2028-02-03 | closed | | closed_date",
            "5 | 2028-01-05 | closed | 2028-01-31 |",
        ),
    )
    measured = world.measure("jinghong-2019", "2028-02", only="hazard_closure")
    assert measured.cases.num_rows == 5
    found = world.connection.execute("SELECT case_no, is_new_in_month, is_closed_in_month FROM fact_hazard")
    assert found.fetchall() == [
        ("1", False, True),
        ("2", True, False),
        ("3", True, True),
        ("4", True, False),
        ("5", False, False),
    ]
    expect(
        measured.cases, "hazard_closure", "case_no | status\n1 | closed\n2 | open\n3 | closed\n4 | in_doubt\n5 | closed"
    )
