"""What a function finds, remembered for the next time: a cache whose hits cost no call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MOST = 65536


class Remembered(dict[Any, Any]):
    """`remembered[key]` is `find(key)`; equal keys must be found alike. It forgets all when it is full."""

    def __init__(self, find: Callable[[Any], Any]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, key: Any) -> Any:
        if len(self) >= MOST:
            self.clear()
        found = self[key] = self._find(key)
        return found
