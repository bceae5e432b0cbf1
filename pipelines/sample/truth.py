"""The truth that was planted, told without the pipeline."""

from __future__ import annotations
from typing import Any


def tell_truth(*_: Any) -> dict[str, Any]:
    return {}
