"""The catalogue of checklist and count items."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import yaml

from pipelines.metadata import METADATA_ROOT
from pipelines.metadata.text import normal


@dataclass(frozen=True)
class Item:
    """One item: `id` in expressions, `code` and `zh` in workbooks; kind is checklist, count, body or body_count.

    `school_types` names the types of school that are asked; empty for all.
    """

    id: str
    code: str
    kind: str
    zh: str
    en: str
    synonyms: tuple[str, ...]
    unit: str | None
    evidence: str | None
    school_types: tuple[str, ...]


@cache
def items() -> dict[str, Item]:
    """Every item by id, in catalogue order."""
    entries = yaml.load((METADATA_ROOT / "items.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["items"]
    return {
        entry["id"]: Item(
            id=entry["id"],
            code=entry["code"],
            kind=entry["kind"],
            zh=entry["zh"],
            en=entry["en"],
            synonyms=tuple(entry.get("synonyms", ())),
            unit=entry.get("unit"),
            evidence=entry.get("evidence"),
            school_types=tuple(entry.get("school_types", ())),
        )
        for entry in entries
    }


@cache
def items_for(asked: tuple[str, ...], school_type: str) -> tuple[str, ...]:
    """Those of the asked items that a school of that type is asked."""
    return tuple(name for name in asked if not (types := items()[name].school_types) or school_type in types)


@cache
def item_names(kind: str) -> dict[str, str]:
    """Normalised wording or code of every item of that kind, to the item's id."""
    return {
        normal(words): item.id
        for item in items().values()
        if item.kind == kind
        for words in (item.code, item.zh, *item.synonyms)
    }
