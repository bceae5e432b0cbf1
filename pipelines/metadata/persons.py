"""Texts without the numbers by which a person can be found: identity numbers, mobiles, landlines."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from pipelines.metadata.contracts import Field
from pipelines.metadata.values import value_rules

SHORTEST = 11
"""Characters of the shortest text that can hold such a number."""


@dataclass(frozen=True)
class _Number:
    """One kind of number: its pattern within other text, as many stars as digits, whether codes may look like it."""

    pattern: str
    stars: str
    is_in_codes: bool


@cache
def _numbers() -> tuple[_Number, ...]:
    rules = value_rules()
    gap = rules["person_number_gap"]
    return tuple(
        _Number(entry["pattern"].replace("~", gap), "*" * entry["digits"], entry["in_codes"])
        for entry in rules["person_numbers"]
    )


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(rf"(?<!\d){number.pattern}(?!\d)"), number.stars) for number in _numbers())


@cache
def _may_hold() -> re.Pattern[str]:
    return re.compile(value_rules()["person_number_hint"])


@lru_cache(maxsize=16384)
def _masked(text: str) -> str:
    if not _may_hold().search(text):
        return text
    masked = plain = unicodedata.normalize("NFKC", text)
    for pattern, stars in _compiled():
        masked = pattern.sub(stars, masked)
    return text if masked == plain else masked


def without_numbers(text: str) -> str:
    """The text with stars for every such number, however wide or spaced it is written; else the text itself."""
    return text if len(text) < SHORTEST else _masked(text)


def shown(text: str, field: Field | None) -> str:
    """A cell as people may see it: of a restricted field its first character, of any other no such number."""
    if text and field is not None and field.mask:
        return text[:1] + "*"
    return without_numbers(text)


def masking_sql(text: str, *, is_code: bool = False) -> str:
    """DuckDB expression that does the same to a half-width text; of a code, only what no code looks like.

    RE2 cannot look around, so that the neighbours are matched, and twice, since two numbers may share one.
    """
    for number in _numbers():
        if is_code and not number.is_in_codes:
            continue
        pattern = rf"(^|[^\d])(?:{number.pattern})([^\d]|$)".replace("'", "''")
        for _ in range(2):
            text = rf"regexp_replace({text}, '{pattern}', '\1{number.stars}\2', 'g')"
    return text
