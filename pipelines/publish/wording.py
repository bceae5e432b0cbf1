"""The Chinese wording of audits, from data_contracts/audit.yaml."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml

from pipelines.errors import MetadataError
from pipelines.metadata import METADATA_ROOT


@cache
def _wording() -> dict[str, Any]:
    document: dict[str, Any] = yaml.load(
        (METADATA_ROOT / "audit.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
    )
    return document


def say(key: str, /, **values: Any) -> str:
    """The phrase under a dotted key such as `verify.missing`, filled in; MetadataError where there is none."""
    found: Any = _wording()
    for part in key.split("."):
        if not isinstance(found, dict) or part not in found:
            raise MetadataError(f"audit.yaml: there is no phrase {key!r}")
        found = found[part]
    return str(found).format(**values)
