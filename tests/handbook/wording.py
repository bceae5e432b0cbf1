"""The words of the handbook, from data_contracts/handbook.yaml and report.yaml."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml

from pipelines.metadata import METADATA_ROOT


@cache
def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load((METADATA_ROOT / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return found


def words(part: str) -> Any:
    """A text, or texts by name, of the handbook itself."""
    return _read("handbook.yaml")[part]


def report_words(part: str) -> Any:
    """Texts by name that the reports use as well."""
    return _read("report.yaml")[part]
