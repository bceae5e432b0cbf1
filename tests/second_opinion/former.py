"""Schools that go on under another code, told by the register alone.

Written from domain.md ("School codes") and the word list of data_contracts/values.yaml; independent of
pipelines/measure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import yaml

from tests.second_opinion.calendar import CONTRACTS

_WORDS = yaml.safe_load((CONTRACTS / "values.yaml").read_text(encoding="utf-8"))["same_school"]


def codes_in_force(register: Sequence[Mapping[Any, Any]], day: date) -> dict[str, str]:
    """Former code to the one that the same school bears on the day.

    The register must say so: one predecessor of one successor, which begins later, and a reason that means no merger.
    """
    pairs = []
    for row in register:
        ended, heir = row["valid_to_date"], row["successor_code"]
        if ended is None or heir is None or ended >= day:
            continue
        begun = [one["valid_from_date"] for one in register if one["school_code"] == heir]
        if any(first is not None and ended < first <= day for first in begun):
            pairs.append((row, heir))
    heirs = [heir for _, heir in pairs]
    return {
        row["school_code"]: heir
        for row, heir in pairs
        if heirs.count(heir) == 1 and re.search(_WORDS, row["change_reason"] or "")
    }
