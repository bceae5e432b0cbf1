"""The five stages of the pipeline, in order."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Sequence

from pipelines.errors import UsageError
from pipelines.interrupts import check_interrupts
from pipelines.settings import Settings
from pipelines.wording import text

LOADING = ("extract", "validate", "load")
"""The stages that bring what was received into the database."""
STAGES = (*LOADING, "measure", "report")

Announce = Callable[[str, float], None]


def run_stages(settings: Settings, names: Sequence[str] = STAGES, announce: Announce | None = None) -> None:
    """Run the named stages in the pipeline's order, each once; UsageError, before any, for a name that is no stage.

    An operator's interrupt that went lost in a stage ends the run before the next one.
    `announce` is told the name and the seconds of every stage that has ended. A stage's package is imported when it
    runs: Great Expectations alone takes four seconds.
    """
    for name in names:
        if name not in STAGES:
            raise UsageError(text("errors.unknown_stage", stage=repr(name), known=text("join").join(STAGES)))
    resolved = settings.resolved()
    for name in (stage for stage in STAGES if stage in names):
        check_interrupts()
        started = time.monotonic()
        importlib.import_module(f"pipelines.{name}.stage").run(resolved)
        if announce is not None:
            announce(name, time.monotonic() - started)
