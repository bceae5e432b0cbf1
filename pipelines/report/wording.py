"""The reports' words, from data_contracts/report.yaml: Python holds none of them."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml

from pipelines.errors import MetadataError
from pipelines.metadata import METADATA_ROOT

_FILE = "report.yaml"


@cache
def _tree() -> dict[str, Any]:
    tree: dict[str, Any] = yaml.load((METADATA_ROOT / _FILE).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return tree


def entry(path: str) -> Any:
    """Whatever stands under that dotted path; MetadataError naming file and key where there is nothing."""
    found: Any = _tree()
    for key in path.split("."):
        try:
            found = found[key]
        except (KeyError, TypeError) as error:
            raise MetadataError(f"{_FILE}: no entry {path} (stopped at {key})") from error
    return found


def text(path: str, **values: str | int) -> str:
    """The sentence under that dotted path with its {names} filled in."""
    try:
        return str(entry(path)).format_map(values)
    except (KeyError, ValueError, IndexError) as error:
        raise MetadataError(f"{_FILE}: {path} wants a value that the report does not give: {error}") from error


def label(group: str, key: str) -> str:
    """The Chinese label of a coded value; the code itself where the wording has none, so that nothing disappears."""
    found = entry(group).get(key)
    if found is None:
        return key
    return str(found["zh"] if isinstance(found, dict) else found)


def column(name: str) -> str:
    """The Chinese title of a column."""
    return str(entry("columns")[name]["zh"])
