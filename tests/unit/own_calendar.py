"""A calendar of a home's own: one of the checkout with its holidays inline, and whatever a test wants changed."""

from __future__ import annotations

from typing import Any

import yaml

from pipelines.metadata import METADATA_ROOT
from pipelines.store.home import Home


def write_calendar(home: Home, name: str = "yunnan", **changes: Any) -> None:
    """calendar.yaml of the home, with these keys instead of its own."""
    document = _read(name)
    shared = _read(document["holidays"])
    document |= {"holidays": shared["holidays"], "makeup_days": shared["makeup_days"], **changes}
    home.root.mkdir(parents=True, exist_ok=True)
    home.calendar.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _read(name: str) -> dict[str, Any]:
    path = METADATA_ROOT / "calendars" / f"{name}.yaml"
    document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return document
