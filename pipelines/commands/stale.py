"""Releases that later files have overtaken, in words: which school's month moved, when, and how to correct it."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.commands.terminal import printable
from pipelines.publish.staleness import MovedSubmission, stale_releases
from pipelines.store.home import Home
from pipelines.store.ledger import read_ledger
from pipelines.wording import text

_SHOWN = 12


def stale_lines(home: Home, shown: int = _SHOWN) -> Iterator[str]:
    """Nothing where every last release still rests on what counts now; at most `shown` moved months of each."""
    stale = stale_releases(home)
    if not stale:
        return
    last = max(entry.received_at for entry in read_ledger(home)).isoformat(timespec="seconds")
    yield text("stale.title")
    for release in stale:
        yield text("stale.release", release=release.path)
        for moved in release.moved[:shown]:
            yield _line(moved)
        if len(release.moved) > shown:
            yield text("stale.more", count=len(release.moved) - shown)
        chosen = {"standard": release.manifest.standard, "period": release.manifest.period}
        yield text("stale.again", **chosen, as_of=last)


def _line(moved: MovedSubmission) -> str:
    key = "gone" if moved.received_at is None else moved.origin
    school = printable(f"{moved.school_code} {moved.school_name}".strip()) or text("stale.bureau_name")
    at = "" if moved.received_at is None else moved.received_at.isoformat(sep=" ", timespec="seconds")
    return text(f"stale.{key}", month=moved.month, school=school, at=at)
