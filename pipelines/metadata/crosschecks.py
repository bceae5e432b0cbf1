"""The cross-checks of data_contracts/crosschecks.yaml: kinds, their codes, names and thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from pipelines.errors import MetadataError
from pipelines.metadata import METADATA_ROOT

_FILE = "crosschecks.yaml"


@dataclass(frozen=True)
class CrossCheck:
    """One kind of cross-check; `is_row_rule` where a sheet's contract finds it and it is only counted."""

    id: str
    code: str
    name_zh: str
    name_en: str
    is_row_rule: bool
    parameters: Mapping[str, Any]


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = yaml.load((METADATA_ROOT / _FILE).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return document


@cache
def cross_checks() -> tuple[CrossCheck, ...]:
    """Every kind in the order of the report's table; MetadataError naming the file where a key is missing."""
    try:
        return tuple(
            CrossCheck(
                id=entry["id"],
                code=entry["code"],
                name_zh=entry["name_zh"],
                name_en=entry["name_en"],
                is_row_rule=entry.get("row_rule", False),
                parameters={name: given["value"] for name, given in entry.get("parameters", {}).items()},
            )
            for entry in _document()["checks"]
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise MetadataError(f"{_FILE}: not a list of cross-checks: {error!r}") from error


@cache
def minimum_ranked() -> int:
    """Decided schools from which a township is ranked, by ranking.yaml."""
    text = (METADATA_ROOT / "ranking.yaml").read_text(encoding="utf-8")
    return int(yaml.load(text, Loader=yaml.CSafeLoader)["minimum_decided"]["value"])


def confidence_level() -> float:
    """Share of the interval beside the agreement of self-report and visits."""
    return float(_document()["confidence_level"]["value"])
