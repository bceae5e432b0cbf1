"""The reasons for a visit of data_contracts/risk.yaml: what each weighs, and how many schools are listed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import yaml

from pipelines.errors import MetadataError
from pipelines.metadata import METADATA_ROOT

_FILE = "risk.yaml"


@dataclass(frozen=True)
class Reason:
    """One reason: its weight a count, the count up to which it adds, its words with {count}."""

    id: str
    weight: int
    at_most: int
    zh: str
    en: str


@dataclass(frozen=True)
class Risk:
    """Reasons in the order in which they are told; schools listed at most, and the risk from which one is listed."""

    reasons: tuple[Reason, ...]
    listed: int
    minimum: int


@cache
def risk() -> Risk:
    """The file as it stands; MetadataError naming it where a key is missing."""
    try:
        document = yaml.load((METADATA_ROOT / _FILE).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        reasons = tuple(
            Reason(one["id"], int(one["weight"]), int(one["at_most"]), one["zh"], one["en"])
            for one in document["reasons"]
            if one["source"]
        )
        return Risk(reasons, int(document["listed"]["value"]), int(document["minimum"]["value"]))
    except (KeyError, TypeError, ValueError) as error:
        raise MetadataError(f"{_FILE}: not a list of reasons: {error!r}") from error
