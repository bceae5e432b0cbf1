"""Progress bars for people; nothing at all where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

from pipelines.wording import text

Item = TypeVar("Item")


def track(items: Iterable[Item], label: str, total: int | None = None) -> Iterator[Item]:
    """The same items, with a bar on a terminal's stderr; `label` is a key of `progress` in cli.yaml."""
    if not sys.stderr.isatty():
        yield from items
        return
    from tqdm import tqdm

    yield from tqdm(items, desc=text(f"progress.{label}"), total=total, unit="", leave=False, file=sys.stderr)
