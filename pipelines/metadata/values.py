"""How values are written by hand: vocabularies, missing marks, nil returns, total rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from pipelines.errors import MetadataError
from pipelines.metadata import METADATA_ROOT
from pipelines.metadata.text import normal


@dataclass(frozen=True)
class Term:
    """One canonical value of a vocabulary, its labels and the forms in which it is written."""

    value: str
    zh: str
    en: str
    synonyms: tuple[str, ...]
    is_evacuation: bool


@cache
def value_rules() -> dict[str, Any]:
    """data_contracts/values.yaml without its vocabularies: marks and patterns by name."""
    rules: dict[str, Any] = yaml.load(
        (METADATA_ROOT / "values.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
    )
    return rules


@cache
def vocabulary(name: str) -> tuple[Term, ...]:
    """The terms of a vocabulary in order; MetadataError where there is none of that name."""
    try:
        entries = value_rules()["vocabularies"][name]
    except KeyError as error:
        raise MetadataError(f"values.yaml: no vocabulary {name}") from error
    return tuple(
        Term(
            value=entry["value"],
            zh=entry["zh"],
            en=entry["en"],
            synonyms=tuple(str(synonym) for synonym in entry["synonyms"]),
            is_evacuation=bool(entry.get("evacuation", False)),
        )
        for entry in entries
    )


@cache
def written_forms(name: str) -> dict[str, str]:
    """Normalised written form to canonical value, for one vocabulary."""
    return {normal(form): term.value for term in vocabulary(name) for form in (term.value, term.zh, *term.synonyms)}


def label(name: str, value: str | None) -> str:
    """The Chinese label of a canonical value; empty for none."""
    return next((term.zh for term in vocabulary(name) if term.value == value), "")
