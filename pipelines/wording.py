"""The Chinese words of the command line and of the errors that reach it, from data_contracts/cli.yaml."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml

from pipelines.errors import MetadataError
from pipelines.metadata import METADATA_ROOT


@cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.load((METADATA_ROOT / "cli.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return words


def text(key: str, **values: object) -> str:
    """The wording under a dotted key, filled in; MetadataError where there is none."""
    entry: Any = _words()
    for part in key.split("."):
        entry = entry.get(part) if isinstance(entry, dict) else None
    if not isinstance(entry, str):
        raise MetadataError(f"cli.yaml: no wording {key}")
    return entry.format(**values) if values else entry


def table(key: str) -> dict[str, str]:
    """All wordings under a dotted key, by their own keys."""
    entry: Any = _words()
    for part in key.split("."):
        entry = entry.get(part, {})
    return {str(name): str(value) for name, value in entry.items()}
