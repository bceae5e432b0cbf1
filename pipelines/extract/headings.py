"""Find the heading row of a sheet and the contract that it belongs to. Pure; remembers rows already seen."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from pipelines.metadata.contracts import Contract, contracts
from pipelines.metadata.contracts import contract as contract_of
from pipelines.metadata.text import normal
from pipelines.metadata.values import value_rules, written_forms

SEARCHED_ROWS = 15
MIN_MATCHED = 2
MIN_SHARE = 0.5
_NAME_BONUS = 3.0
_MISSING_COST = 0.01
_LOOSE = 2
_BRACKETED = re.compile(r"\([^)]*\)")
_DECORATION = re.compile(r"^[\d.、*]+|[*:：]+$")


@dataclass(frozen=True)
class Layout:
    """How a sheet is laid out: its contract, its last heading row and the column of each field, zero-based.

    `doubled` names fields that two columns claim; `unknown` holds headings that no field claims; `scales` the
    unit that a heading adds to its bare numbers.
    """

    contract: Contract
    header_row: int
    columns: dict[str, int]
    doubled: dict[str, tuple[str, ...]]
    unknown: tuple[tuple[int, str], ...]
    scales: dict[str, str]
    columns_json: str


@cache
def _heading_index(contract: Contract) -> dict[str, tuple[str, int]]:
    """Normalised heading to (field, rank): rank 0 for the contract's own heading, 1 for a synonym."""
    index: dict[str, tuple[str, int]] = {}
    for rank in (0, 1):
        for field in contract.fields:
            for heading in field.headings[:1] if rank == 0 else field.headings[1:]:
                index.setdefault(normal(heading), (field.name, rank))
    return index


def _claim(contract: Contract, heading: str) -> tuple[str, int] | None:
    """The field that a normalised heading names, with its rank; a bracketed remark may be dropped (rank 2)."""
    index = _heading_index(contract)
    plain = _DECORATION.sub("", heading)
    return (
        index.get(heading)
        or index.get(plain)
        or ((found[0], _LOOSE) if (found := index.get(_BRACKETED.sub("", plain))) else None)
    )


@lru_cache(maxsize=4096)
def _sheet_contracts(name: str) -> frozenset[str]:
    """Contracts that a sheet's name points to."""
    full = normal(name)
    plain = re.sub(value_rules()["sheet_noise"], "", full)
    exact, loose = set(), set()
    for contract in contracts():
        for synonym in (contract.title, *contract.synonyms):
            if (wanted := normal(synonym)) in (full, plain):
                exact.add(contract.name)
            elif len(wanted) > 2 and wanted in full:
                loose.add(contract.name)
    return frozenset(exact or loose)


def names_contract(sheet_name: str) -> Contract | None:
    """The one contract that the sheet's name alone points to."""
    names = _sheet_contracts(sheet_name)
    return next((contract for contract in contracts() if names == {contract.name}), None)


@lru_cache(maxsize=8192)
def _match(contract: Contract, cells: tuple[str, ...]) -> dict[str, list[tuple[int, int]]]:
    """Field to its (column, rank) claims in one row of normalised cells."""
    claims: dict[str, list[tuple[int, int]]] = {}
    for column, cell in enumerate(cells):
        if cell and (claim := _claim(contract, cell)):
            claims.setdefault(claim[0], []).append((column, claim[1]))
    return claims


def _normalised(row: Sequence[Any]) -> tuple[str, ...]:
    return tuple(normal(cell) if cell.__class__ is str and cell else "" for cell in row)


@lru_cache(maxsize=8192)
def _score(sheet_name: str, cells: tuple[str, ...]) -> tuple[float, str]:
    """The best contract for one row as heading row, by matched headings; (0, '') below the floor."""
    filled = sum(1 for cell in cells if cell)
    best = (0.0, "")
    if filled < MIN_MATCHED:
        return best
    named = _sheet_contracts(sheet_name)
    for contract in contracts():
        matched = len(_match(contract, cells))
        enough = matched >= MIN_MATCHED and matched >= MIN_SHARE * filled
        if enough or (contract.name in named and matched >= min(MIN_MATCHED + 1, filled)):
            missing = len(contract.fields) - matched
            score = matched - _MISSING_COST * missing + (_NAME_BONUS if contract.name in named else 0.0)
            best = max(best, (score, contract.name))
    return best


@lru_cache(maxsize=8192)
def _row_score(sheet_name: str, row: tuple[Any, ...]) -> tuple[float, str]:
    return _score(sheet_name, _normalised(row))


def find_layout(sheet_name: str, rows: Sequence[Sequence[Any]]) -> Layout | None:
    """The layout of a sheet; None where no row of the first fifteen reads as a heading row."""
    best: tuple[float, str] = (0.0, "")
    best_row = -1
    for number, row in enumerate(rows[:SEARCHED_ROWS]):
        score = _row_score(sheet_name, tuple(row))
        if score[0] > best[0]:
            best, best_row = score, number
            if score[0] >= len(row) - row.count("") and number + 1 < len(rows):
                break
    if best_row < 0:
        return None
    above = tuple(rows[best_row - 1]) if best_row else ()
    below = rows[best_row + 1] if best_row + 1 < len(rows) else ()
    named = contract_of(best[1])
    if _continues(named, below):
        return _layout(named, best_row + 1, tuple(rows[best_row]), tuple(below))
    layout = _layout(named, best_row, above, tuple(rows[best_row]))
    return _without_split(layout, below)


def _without_split(layout: Layout, below: Sequence[Any]) -> Layout:
    """The layout, less a choice that is split into a column for each answer: which one a tick means is not known.

    Such a heading goes on in the next row with the answers themselves and nothing else.
    """
    answers = {column: normal(cell) for column, cell in enumerate(below) if cell.__class__ is str and cell}
    if len(answers) != MIN_MATCHED or len(answers) != len(below) - below.count(""):
        return layout
    for field in layout.contract.fields:
        column = layout.columns.get(field.name)
        if column is None or field.vocabulary is None or column not in answers:
            continue
        if set(answers.values()) <= written_forms(field.vocabulary).keys():
            columns = {name: at for name, at in layout.columns.items() if name != field.name}
            doubled = {**layout.doubled, field.name: tuple(answers.values())}
            return replace(
                layout,
                header_row=layout.header_row + 1,
                columns=columns,
                doubled=doubled,
                columns_json=json.dumps(columns),
            )
    return layout


@lru_cache(maxsize=8192)
def _layout(contract: Contract, header_row: int, above: tuple[Any, ...], row: tuple[Any, ...]) -> Layout:
    """The layout of a heading row; where it is blank or means nothing, the row above may speak."""
    cells = list(_normalised(row))
    for column, high in enumerate(_normalised(above)[: len(cells)]):
        if not cells[column] and _claim(contract, high):
            cells[column] = high
    return _resolve(contract, header_row, tuple(cells), row)


def _continues(contract: Contract, below: Sequence[Any]) -> bool:
    """Whether the next row is the second half of a two-row heading: all it says are headings."""
    filled = [cell for cell in below if cell != ""]
    if len(filled) < MIN_MATCHED:
        return False
    return all(
        cell.__class__ is str and (claim := _claim(contract, normal(cell))) is not None and claim[1] < _LOOSE
        for cell in filled
    )


def _resolve(contract: Contract, header_row: int, cells: tuple[str, ...], written: tuple[Any, ...]) -> Layout:
    columns: dict[str, int] = {}
    doubled: dict[str, tuple[str, ...]] = {}
    for field, claims in _match(contract, cells).items():
        top = min(rank for _, rank in claims)
        firsts = [column for column, rank in claims if rank == top]
        if len(firsts) > 1:
            doubled[field] = tuple(cells[column] for column in firsts)
        else:
            columns[field] = firsts[0]
    taken = set(columns.values())
    taken |= {column for field in doubled for column, _ in _match(contract, cells)[field]}
    unknown = tuple(
        (column, str(written[column] or cell).strip())
        for column, cell in enumerate(cells)
        if cell and column not in taken
    )
    units = value_rules()["heading_units"]
    scales = {field: unit for field, column in columns.items() for unit in units if f"({unit})" in cells[column]}
    return Layout(contract, header_row, columns, doubled, unknown, scales, json.dumps(columns))
