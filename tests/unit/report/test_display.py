"""Numbers are written once for every output, and never flatter."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.report import display


@pytest.mark.parametrize(
    ("numerator", "denominator", "shown"),
    [
        (60, 60, "100%"),
        (9999, 10000, "99.9%"),
        (999_999_999, 1_000_000_000, "99.9%"),
        (29, 100, "29.0%"),
        (2, 3, "66.6%"),
        (0, 7, "0.0%"),
        (1, 100_000, "0.0%"),
        (Decimal("1.5"), 2, "75.0%"),
        (3, 0, ""),
        (None, 5, ""),
        (5, None, ""),
    ],
)
def test_rate_rounds_down_and_an_absent_one_stays_empty(
    numerator: display.Number | None, denominator: display.Number | None, shown: str
) -> None:
    assert display.rate(numerator, denominator) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(1, "100%"), (0.9999999, "99.9%"), (0.29, "29.0%"), (0, "0.0%"), (None, "")]
)
def test_share_rounds_down(value: display.Number | None, shown: str) -> None:
    assert display.share(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(25.0, "25"), (25.25, "25.2"), (Decimal("3.50"), "3.5"), (0, "0"), (None, ""), (1e6, "1000000")],
)
def test_number_shows_whole_values_without_decimals(value: display.Number | None, shown: str) -> None:
    assert display.number(value) == shown


def test_points_are_what_a_reader_subtracts() -> None:
    now, before = display.permille(48, 60), display.permille(44, 60)
    assert (now, before) == (800, 733)
    assert now is not None
    assert before is not None
    assert display.points(now, before) == "6.7"


def test_fraction_needs_both() -> None:
    assert display.fraction(45, 60) == "45/60"
    assert display.fraction(None, 60) == ""
