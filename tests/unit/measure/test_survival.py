"""Kaplan–Meier quantiles against estimates made by hand."""

from __future__ import annotations

import pytest

from pipelines.measure.engines.survival import quantile

# Days from found to closed, and whether closed, of the hazards of a county month whose median is known to be 25.
_DAYS = (
    *(8, 21, 0, 15, 6, 12, 84, 51, 14, 25, 42, 18, 3, 198, 16, 32, 7, 5, 172, 66, 4, 31, 8, 9, 41, 25, 23, 3, 41, 17),
    *(142, 16, 14, 6, 7, 22, 12),
)
_CLOSED = (
    *(1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 1, 0, 0, 1, 1, 1, 0, 0),
)


def test_median_of_a_county_month() -> None:
    """The smallest time at which no more than half are left."""
    assert quantile(_DAYS, [bool(each) for each in _CLOSED], 0.5) == 25


@pytest.mark.parametrize(
    ("days", "closed", "share", "expected"),
    [
        ([1, 2, 3, 4], [True] * 4, 0.5, 2),  # exactly half left at 2
        ([1, 2, 3, 4], [True] * 4, 0.9, 4),
        (list(range(1, 11)), [True] * 10, 0.9, 9),  # a tenth left, whatever the rounding of the product
        ([5, 5, 5], [True, False, False], 0.5, None),  # two of three are left
        ([5, 5], [True, False], 0.5, 5),  # one censored at the event's own time is still at risk
        ([3, 1], [True, False], 0.5, 3),
        ([0, 0], [True, True], 0.5, 0),
        ([10, 20], [False, False], 0.5, None),
        ([], [], 0.5, None),
    ],
)
def test_quantiles(days: list[int], closed: list[bool], share: float, expected: float | None) -> None:
    """None where the estimate never gets there."""
    assert quantile(days, closed, share) == expected
