"""The catalogue of checklist and count items."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import yaml

from pipelines.metadata import METADATA_ROOT
from pipelines.metadata.text import normal


@dataclass(frozen=True)
class Item:
    """One item: `id` in expressions, `code` and `zh` in workbooks; kind is checklist, count, body or body_count."""

    id: str
    code: str
    kind: str
    zh: str
    en: str
    synonyms: tuple[str, ...]
    unit: str | None
    evidence: str | None


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
        )
        for entry in entries
    }


@cache
def item_names(kind: str) -> dict[str, str]:
    """Normalised wording or code of every item of that kind, to the item's id."""
    return {
        normal(words): item.id
        for item in items().values()
        if item.kind == kind
        for words in (item.code, item.zh, *item.synonyms)
    }
