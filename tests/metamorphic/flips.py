"""What a damage must not do: statuses that flip, numbers that move, bounds that no longer hold the true value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from pipelines.measure.measuring import Measured

Row = dict[str, Any]
Key = tuple[Any, ...]
UNIT = ("indicator", "unit_level", "unit_code", "campus", "stage")
GROUP = ("indicator", "unit_level", "unit_code")
_SLACK = 1e-12


def flips(whole: Measured, hurt: Measured, level: str) -> Iterator[tuple[Key, str]]:
    """Units whose status a damage changed to anything but unreported, with the sentence that says so.

    A number is held against the damage of its own sender: one that the bureau gathers from many schools may lack a row
    of one.
    """
    for key, row, now in _pairs(whole, hurt):
        if now is None:
            if key[3] is None:
                yield key, f"{row['status']} -> no row"
        elif now["status"] == "unreported":
            if not now["reason"]:
                yield key, "unreported without a reason"
        elif now["status"] != row["status"]:
            yield key, f"{row['status']} ({row['reason']}) -> {now['status']}"
        elif row["status"] == "reported" and row["done"] != now["done"] and key[1] == level:
            yield key, f"number {row['done']} -> {now['done']}"


def failures(whole: Measured, hurt: Measured) -> Iterator[tuple[Key, str]]:
    """Units that fail only since a whole sheet is not there, with the sentence that says so.

    Such a sheet is no row kept out, it is the sender's own word: what it told is told no more, good or bad, and numbers
    are those of the other sheets. What was not known may become so.
    """
    for key, row, now in _pairs(whole, hurt):
        if now is None:
            continue
        if now["status"] == "unreported" and not now["reason"]:
            yield key, "unreported without a reason"
        elif now["status"] == "unmet" and row["status"] not in ("unmet", "unreported"):
            yield key, f"{row['status']} -> unmet"


def _pairs(whole: Measured, hurt: Measured) -> Iterator[tuple[Key, Row, Row | None]]:
    before, after = _by(whole.assessments, UNIT), _by(hurt.assessments, UNIT)
    for key, row in before.items():
        yield key, row, after.get(key)


def drifts(whole: Measured, hurt: Measured, compared: frozenset[str]) -> Iterator[tuple[Key, str]]:
    """Rates whose bounds do not hold what was true, whose parts grew, or whose units vanished.

    Not of `compared` provisions, which hold one list against another: a pair of which a side cannot be read is no pair.
    """
    before, after = _by(whole.figures, GROUP), _by(hurt.figures, GROUP)
    for key, row in before.items():
        now = after.get(key)
        if now is None:
            yield key, "no figure"
        elif row["met"] is not None and now["met"] is not None and key[0].partition(".")[0] not in compared:
            yield from ((key, sentence) for sentence in _drift(row, now))


def _drift(row: Row, now: Row) -> Iterator[str]:
    if now["exempt"] > row["exempt"]:
        yield f"exempt {row['exempt']} -> {now['exempt']}"
    for name in ("met", "unmet"):
        if now[name] > row[name]:
            yield f"{name} {row[name]} -> {now[name]}"
    if now["status"] == "suppressed" or row["value"] is None or now["lower"] is None:
        return
    if now["lower"] > row["value"] + _SLACK or now["upper"] < row["value"] - _SLACK:
        yield f"value {row['value']} outside {now['lower']}..{now['upper']}"


def _by(table: pa.Table, names: tuple[str, ...]) -> dict[Key, Row]:
    return {tuple(row[name] for name in names): row for row in table.to_pylist()}
