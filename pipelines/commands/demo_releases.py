"""The demo's proof: one county's month published, revised after what came late, and its first release made again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

from pipelines.errors import IntegrityError
from pipelines.settings import Settings
from pipelines.store.ledger import read_ledger
from pipelines.wording import text

PASSPHRASE = "only-for-the-demo"


def published_standard() -> str:
    """The standard whose last month the demo publishes twice."""
    return text("demo.published")


def publish_twice(
    settings: Settings,
    months: tuple[str, ...],
    report: Callable[[Sequence[str]], None],
    receive_late: Callable[[], None],
) -> list[str]:
    """Lines that tell of two releases and of the first one reproduced.

    `settings` are of the last of the months, of which all but what comes late has been received. `report` measures
    months and makes the report of the last. IntegrityError where the first release does not come out the same.
    """
    from pipelines.publish.difference import diff
    from pipelines.publish.keys import keygen
    from pipelines.reproduce.rebuild import reproduce

    home, period = settings.home, settings.period.label
    before, count = _moment(settings), len(read_ledger(home))
    # Before the report, which prints the key.
    keygen(home, PASSPHRASE, lambda: before)
    report(months)
    first = _publish(settings, text("demo.first_reason", period=period))
    receive_late()
    late = len(read_ledger(home)) - count
    report(months[-1:])
    second = _publish(settings, text("demo.second_reason", count=late))
    reproduction = reproduce(first, home.originals)
    if not reproduction.is_identical:
        raise IntegrityError(str(reproduction))
    moved = len({one.key for one in diff(first, second)})
    told = {"standard": settings.standard, "period": period, "passphrase": PASSPHRASE, "home": home.root}
    told |= {"before": before.isoformat(sep=" "), "after": _moment(settings).isoformat(sep=" ")}
    lines = text("demo.releases", first=first, second=second, late=late, moved=moved, same=reproduction.summary, **told)
    return lines.splitlines()


def _publish(settings: Settings, reason: str) -> Path:
    """The release of the report as it stands, by a clock of the demo: its months may lie in the future."""
    from pipelines.publish.release import publish

    as_of = _moment(settings)
    morning = datetime.combine(as_of.date() + timedelta(days=1), time(9))
    return publish(replace(settings, as_of=as_of), reason, PASSPHRASE, lambda: morning)


def _moment(settings: Settings) -> datetime:
    """The last receipt for the period, as of which its report is made."""
    as_of = settings.resolved().as_of
    assert as_of is not None
    return as_of
