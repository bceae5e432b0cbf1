"""How a number is written, once for every output.

A rate rounds down, so that 100% is shown only when the numerator equals the denominator; an empty value stays empty.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

RATE_DIGITS = 1
"""Decimals of a percentage, in every output."""

Number = int | float | Decimal

_PERMILLE = 10 ** (RATE_DIGITS + 2)


def permille(numerator: Number | None, denominator: Number | None) -> int | None:
    """The rate in tenths of a percent, rounded down; None where there is no rate."""
    if numerator is None or not denominator:
        return None
    return int(Decimal(str(numerator)) * _PERMILLE // Decimal(str(denominator)))


def rate(numerator: Number | None, denominator: Number | None) -> str:
    """`86.6%`, rounded down; empty where there is no rate."""
    tenths = permille(numerator, denominator)
    return "" if tenths is None else _percent(tenths)


def share(value: Number | None) -> str:
    """A rate given as 0–1, rounded down; empty for none."""
    if value is None:
        return ""
    return _percent(int((Decimal(str(value)) * _PERMILLE).to_integral_value(ROUND_FLOOR)))


def _percent(tenths: int) -> str:
    if tenths == _PERMILLE:
        return "100%"
    return f"{Decimal(tenths) / (_PERMILLE // 100):.{RATE_DIGITS}f}%"


def points(now: int, before: int) -> str:
    """Absolute difference of two rates in tenths of a percent, in percentage points: what a reader would subtract."""
    return f"{Decimal(abs(now - before)) / (_PERMILLE // 100):.{RATE_DIGITS}f}"


def number(value: Number | None) -> str:
    """Whole numbers without decimals, others with one; empty for none."""
    if value is None:
        return ""
    exact = Decimal(str(value))
    whole = exact.to_integral_value()
    return f"{whole:f}" if exact == whole else f"{exact.quantize(Decimal('0.1'), ROUND_HALF_EVEN):f}"


def fraction(numerator: Number | None, denominator: Number | None) -> str:
    """`45/60`; empty unless both are known."""
    return "" if numerator is None or denominator is None else f"{number(numerator)}/{number(denominator)}"


def moment(value: datetime | date | None) -> str:
    """ISO form to the second, or the day alone; empty for none."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return value.isoformat() if value else ""
