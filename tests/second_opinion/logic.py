"""Yes, no and not known; counts between what is certain and what may be. No part of the pipeline is used here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Truth = bool | None


def both(*parts: Truth) -> Truth:
    """No as soon as one is no; not known as soon as one of the others is not."""
    if any(part is False for part in parts):
        return False
    return None if any(part is None for part in parts) else True


def either(*parts: Truth) -> Truth:
    """Yes as soon as one is yes."""
    if any(part is True for part in parts):
        return True
    return None if any(part is None for part in parts) else False


def opposite(part: Truth) -> Truth:
    """Not known stays not known."""
    return None if part is None else not part


def compared(left: Any, right: Any, test: Callable[[Any, Any], bool]) -> Truth:
    """The test, or not known where a side is."""
    return None if left is None or right is None else test(left, right)


def at_least(left: Any, right: Any) -> Truth:
    """left >= right."""
    return compared(left, right, lambda one, other: one >= other)


def at_most(left: Any, right: Any) -> Truth:
    """left <= right."""
    return compared(left, right, lambda one, other: one <= other)


def within(value: Any, start: Any, end: Any) -> Truth:
    """start <= value <= end."""
    return both(at_least(value, start), at_most(value, end))


@dataclass(frozen=True)
class Tally:
    """How many rows fit for certain, and at most with those that are wanting or not readable; the same if complete."""

    low: int
    most: int

    @property
    def is_complete(self) -> bool:
        """Nothing is wanting."""
        return self.low == self.most

    @classmethod
    def of(cls, fits: Iterable[Truth], lost: int) -> Tally:
        """Rows that fit; one not known, or lost, could."""
        found = list(fits)
        low = sum(each is True for each in found)
        return cls(low, low + lost + sum(each is None for each in found))

    @classmethod
    def told(cls, low: int, *, is_complete: bool) -> Tally:
        """So many, or any number more."""
        return cls(low, low if is_complete else low + 10**6)
