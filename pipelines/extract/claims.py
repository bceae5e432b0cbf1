"""Which field of a contract a heading names, and which it nearly names. Pure; remembers headings already seen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache, lru_cache

from pipelines.metadata.contracts import Contract, Field, contracts
from pipelines.metadata.text import normal, traditional
from pipelines.metadata.values import value_rules, written_forms

LOOSE = 2
_NEAR = 0.7
_BRACKETS = frozenset("(\uff08")
_FIRST_IDEOGRAPH, _LAST_IDEOGRAPH = "\u4e00", "\u9fff"
_BRACKETED = re.compile(r"\([^)]*\)")
_DECORATION = re.compile(r"^[\d.、*]+|[*:：]+$")


@cache
def _heading_index(contract: Contract) -> dict[str, tuple[str, int]]:
    """Normalised heading to (field, rank): rank 0 for the contract's own heading, 1 for a synonym."""
    index: dict[str, tuple[str, int]] = {}
    for rank in (0, 1):
        for field in contract.fields:
            for heading in field.headings[:1] if rank == 0 else field.headings[1:]:
                index.setdefault(normal(heading), (field.name, rank))
    return index


def claim(contract: Contract, heading: str) -> tuple[str, int] | None:
    """The field that a normalised heading names, with its rank; a bracketed remark may be dropped (LOOSE).

    A remark that makes the heading name something else, such as a part of the whole, is none.
    """
    index = _heading_index(contract)
    plain = _DECORATION.sub("", heading)
    if found := index.get(heading) or index.get(plain):
        return found
    found = index.get(_BRACKETED.sub("", plain))
    return (found[0], LOOSE) if found and not _narrowing().search(plain) else None


@cache
def _narrowing() -> re.Pattern[str]:
    return re.compile(rf"\([^)]*(?:{value_rules()['narrowing_remarks']})[^)]*\)")


@lru_cache(maxsize=65536)
def is_heading(heading: str) -> bool:
    """Whether a normalised heading names a field of any contract."""
    return heading != "" and any(claim(contract, heading) for contract in contracts())


@cache
def _alphabet() -> frozenset[str]:
    """The Chinese characters of every contract's headings, in both scripts."""
    texts = [normal(heading) for contract in contracts() for field in contract.fields for heading in field.headings]
    return frozenset("".join(texts + [traditional(text) for text in texts]))


@lru_cache(maxsize=65536)
def names_field(contract: Contract, text: str) -> bool:
    """Whether a text as written names a field of the contract."""
    return may_name(text) and claim(contract, normal(text)) is not None


def may_name(text: str) -> bool:
    """False where a character shows that the text names no field, which is told without normalising it."""
    strange = set(text) - _alphabet()
    return bool(strange & _BRACKETS) or not any(
        _FIRST_IDEOGRAPH <= character <= _LAST_IDEOGRAPH for character in strange
    )


@lru_cache(maxsize=8192)
def claims(contract: Contract, cells: tuple[str, ...]) -> dict[str, list[tuple[int, int]]]:
    """Field to its (column, rank) claims in one row of normalised cells."""
    found: dict[str, list[tuple[int, int]]] = {}
    for column, cell in enumerate(cells):
        if cell and (claimed := claim(contract, cell)):
            found.setdefault(claimed[0], []).append((column, claimed[1]))
    return found


def split_field(contract: Contract, answers: Iterable[str], group: str | None) -> Field | None:
    """The choice that these normalised headings are the answers to: that of the group above, else the only one."""
    wanted = set(answers)
    if len(wanted) < 2:
        return None
    named = claim(contract, group) if group else None
    found = [
        field
        for field in contract.fields
        if field.vocabulary and wanted <= written_forms(field.vocabulary).keys()
        if named is None or named[0] == field.name
    ]
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=8192)
def nearest(contract: Contract, heading: str, placed: frozenset[str]) -> str | None:
    """The label of the field whose heading is most like this one, among those that no column claims."""
    free = {words: name for words, (name, _) in _heading_index(contract).items() if name not in placed}
    close = get_close_matches(normal(heading), free, 1, _NEAR)
    return contract.field(free[close[0]]).label if close else None
