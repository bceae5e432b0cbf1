"""Which standards a long test is tried over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

_ALWAYS = "jinghong-2019"


def shortly(standards: Iterable[str]) -> list[Any]:
    """Every standard as a parameter; all but one are left to `make thorough`."""
    return [pytest.param(name, marks=[] if name == _ALWAYS else [pytest.mark.thorough]) for name in standards]
