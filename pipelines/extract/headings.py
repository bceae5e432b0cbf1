"""Find the heading row of a sheet and the contract that it belongs to. Pure; remembers rows already seen."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from pipelines.extract.claims import claim, claims, is_heading, may_name, nearest, split_field
from pipelines.extract.heading_rows import Heading, continues, join_rows, may_be_upper, normalised
from pipelines.metadata.contracts import Contract, Field, contracts
from pipelines.metadata.contracts import contract as contract_of
from pipelines.metadata.text import normal
from pipelines.metadata.values import value_rules

SEARCHED_ROWS = 15
MIN_MATCHED = 2
MIN_SHARE = 0.5
_NAME_BONUS = 3.0
_MISSING_COST = 0.01


@dataclass(frozen=True)
class Layout:
    """How a sheet is laid out: its contract, its last heading row and the column of each field, zero-based.

    `splits` holds choices with a column for each answer: (column, answer). `doubled` names fields that two columns
    claim; `unknown` holds headings that no field claims, `near` the label of the field that such a heading is most
    like, by column; `untitled` the columns without a heading; `scales` the unit that a heading adds to bare numbers.
    """

    contract: Contract
    header_row: int
    columns: dict[str, int]
    splits: dict[str, tuple[tuple[int, str], ...]]
    doubled: dict[str, tuple[str, ...]]
    unknown: tuple[tuple[int, str], ...]
    near: dict[int, str]
    untitled: tuple[int, ...]
    scales: dict[str, str]
    columns_json: str

    @cached_property
    def read_columns(self) -> list[int]:
        """Every column that a field or a part of one stands in, in order."""
        parts = {column for choice in self.splits.values() for column, _ in choice}
        return sorted({*self.columns.values(), *parts})

    @cached_property
    def code_columns(self) -> set[int]:
        """The columns of codes."""
        return {self.columns[field.name] for field in self._placed("code")}

    @cached_property
    def bare_amounts(self) -> list[Field]:
        """The amounts to which the heading adds no unit."""
        return [field for field in self._placed("money") if field.name not in self.scales]

    def _placed(self, form: str) -> list[Field]:
        return [field for field in self.contract.fields if field.form == form and field.name in self.columns]


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
def _score(sheet_name: str, cells: tuple[str, ...], filled: int) -> tuple[float, str]:
    """The best contract for one row of so many texts as heading row, by matched headings; (0, '') below the floor."""
    best = (0.0, "")
    if sum(map(is_heading, cells)) < MIN_MATCHED:
        return best
    named = _sheet_contracts(sheet_name)
    for contract in contracts():
        matched = len(claims(contract, cells))
        enough = matched >= MIN_MATCHED and matched >= MIN_SHARE * filled
        if enough or (contract.name in named and matched >= min(MIN_MATCHED + 1, filled)):
            missing = len(contract.fields) - matched
            score = matched - _MISSING_COST * missing + (_NAME_BONUS if contract.name in named else 0.0)
            best = max(best, (score, contract.name))
    return best


@lru_cache(maxsize=8192)
def _row_score(sheet_name: str, row: tuple[Any, ...]) -> tuple[float, str]:
    texts = [cell for cell in row if cell.__class__ is str and cell]
    named = tuple(normal(text) for text in texts if may_name(text)) if len(texts) >= MIN_MATCHED else ()
    return _score(sheet_name, named, len(texts)) if len(named) >= MIN_MATCHED else (0.0, "")


def find_layout(sheet_name: str, rows: Sequence[Sequence[Any]]) -> Layout | None:
    """The layout of a sheet; None where no row of the first fifteen reads as a heading row."""
    best: tuple[float, str] = (0.0, "")
    best_row = -1
    for number, row in enumerate(rows[:SEARCHED_ROWS]):
        filled = len(row) - row.count("")
        score = _row_score(sheet_name, tuple(row)) if filled >= MIN_MATCHED else best
        if score[0] > best[0]:
            best, best_row = score, number
            if score[0] >= filled and number + 1 < len(rows):
                break
    if best_row < 0:
        return None
    above = rows[best_row - 1] if best_row else ()
    below = rows[best_row + 1] if best_row + 1 < len(rows) else ()
    named, head = contract_of(best[1]), tuple(rows[best_row])
    if continues(named, head, below):
        return _joined(named, best_row + 1, head, tuple(below))
    if may_be_upper(above) and continues(named, above, head):
        return _joined(named, best_row, tuple(above), head)
    over_blanks = (
        tuple("" if cell != "" else high for high, cell in zip(above, head, strict=False)) if "" in head else ()
    )
    return _layout(named, best_row, over_blanks, head)


@lru_cache(maxsize=8192)
def _joined(contract: Contract, header_row: int, upper: tuple[Any, ...], lower: tuple[Any, ...]) -> Layout:
    """The layout of a heading of two rows."""
    return _resolve(contract, header_row, join_rows(contract, upper, lower))


@lru_cache(maxsize=8192)
def _layout(contract: Contract, header_row: int, above: tuple[Any, ...], row: tuple[Any, ...]) -> Layout:
    """The layout of one heading row; where it is blank, a heading in the row above may speak."""
    cells = list(normalised(row))
    written = [str(cell).strip() for cell in row]
    for column, high in enumerate(normalised(above)[: len(cells)]):
        if not cells[column] and claim(contract, high):
            cells[column], written[column] = high, str(above[column]).strip()
    return _resolve(contract, header_row, _with_bare_split(contract, Heading(tuple(cells), tuple(written))))


def _with_bare_split(contract: Contract, heading: Heading) -> Heading:
    """The heading, with answers that stand side by side without a heading of their own taken for a split choice."""
    foreign = [column for column, cell in enumerate(heading.cells) if cell and not claim(contract, cell)]
    if len(foreign) < MIN_MATCHED:
        return heading
    choice = split_field(contract, (heading.cells[column] for column in foreign), None)
    if choice is None or choice.name in claims(contract, heading.cells):
        return heading
    cells = tuple("" if column in foreign else cell for column, cell in enumerate(heading.cells))
    return replace(heading, cells=cells, splits={choice.name: tuple((at, heading.cells[at]) for at in foreign)})


def _resolve(contract: Contract, header_row: int, heading: Heading) -> Layout:
    columns: dict[str, int] = {name: parts[0][0] for name, parts in heading.splits.items()}
    doubled: dict[str, tuple[str, ...]] = {}
    cells, claimed = heading.cells, claims(contract, heading.cells)
    taken = {column for parts in heading.splits.values() for column, _ in parts}
    for field, found in claimed.items():
        top = min(rank for _, rank in found)
        firsts = [column for column, rank in found if rank == top]
        if len(firsts) > 1 or field in columns:
            doubled[field] = tuple(heading.written[column] for column in firsts)
            columns.pop(field, None)
            taken |= {column for column, _ in found}
        else:
            columns[field] = firsts[0]
    taken |= set(columns.values())
    unknown = tuple((at, heading.written[at]) for at, cell in enumerate(cells) if cell and at not in taken)
    placed = frozenset((*columns, *doubled))
    units = value_rules()["heading_units"]
    return Layout(
        contract=contract,
        header_row=header_row,
        columns=columns,
        splits={name: parts for name, parts in heading.splits.items() if name in columns},
        doubled=doubled,
        unknown=unknown,
        near={at: label for at, words in unknown if (label := nearest(contract, words, placed))},
        untitled=tuple(at for at, cell in enumerate(cells) if not cell and at not in taken),
        scales={field: unit for field, column in columns.items() for unit in units if _carries(cells[column], unit)},
        columns_json=json.dumps(columns),
    )


def _carries(heading: str, unit: str) -> bool:
    """Whether the normalised heading says that its bare numbers are in the unit."""
    return f"({unit})" in heading or f":{unit})" in heading


def missing_headings(sheet_name: str, rows: Sequence[Sequence[Any]]) -> dict[str, str]:
    """What nearly names a field in the first rows of a sheet whose name is ours: as written, to the field's label."""
    contract = names_contract(sheet_name)
    if contract is None:
        return {}
    texts = [cell.strip() for row in rows[:SEARCHED_ROWS] for cell in row if cell.__class__ is str and cell.strip()]
    return {text: label for text in texts if (label := nearest(contract, text, frozenset()))}
