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


def flips(
    whole: Measured, hurt: Measured, level: str, without_sheet: frozenset[str] = frozenset()
) -> Iterator[tuple[Key, str]]:
    """Units whose status a damage changed to anything but unreported, with the sentence that says so.

    A whole sheet that is not there (`without_sheet`: senders) is the sender's own word, and no row kept out: what was
    met may then be pending, as it is not yet met in an open window, and what was not known may become so. A number is
    held against the damage of its own sender: one that the bureau gathers from many schools may lack a row of one.
    """
    before, after = _by(whole.assessments, UNIT), _by(hurt.assessments, UNIT)
    for key, row in before.items():
        now = after.get(key)
        if now is None:
            if key[3] is None:
                yield key, f"{row['status']} -> no row"
            continue
        if now["status"] == "unreported":
            if not now["reason"]:
                yield key, "unreported without a reason"
            continue
        is_own_word = row["status"] == "unreported" or (row["status"], now["status"]) == ("met", "pending")
        if key[2] in without_sheet and is_own_word:
            continue
        if now["status"] != row["status"]:
            yield key, f"{row['status']} ({row['reason']}) -> {now['status']}"
        elif row["status"] == "reported" and row["done"] != now["done"] and key[1] == level:
            yield key, f"number {row['done']} -> {now['done']}"


def drifts(whole: Measured, hurt: Measured) -> Iterator[tuple[Key, str]]:
    """Rates whose bounds do not hold what was true, whose parts grew, or whose units vanished."""
    before, after = _by(whole.figures, GROUP), _by(hurt.figures, GROUP)
    for key, row in before.items():
        now = after.get(key)
        if now is None:
            yield key, "no figure"
        elif row["met"] is not None and now["met"] is not None:
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
