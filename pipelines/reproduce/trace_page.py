"""A trace as a page: the proof page of its indicator, narrowed to what was asked, with what schools wrote."""

from __future__ import annotations

import os
from pathlib import Path

from pipelines.errors import UsageError
from pipelines.publish.wording import say
from pipelines.report.proof_links import FOLDER, safe
from pipelines.report.proof_pages import Around, Shared, proof_page, statements_beside
from pipelines.reproduce.trace import Trace
from pipelines.store.files import write_text_atomically
from pipelines.store.home import Home


def write_trace_page(trace: Trace) -> Path:
    """traces/<standard>/<period>/<what was asked>.html in the home, for its owner alone; made anew each time."""
    asked = (trace.indicator, trace.unit, trace.school, "restricted" if trace.is_restricted else None)
    name = "-".join(safe(part) if part != trace.indicator else part for part in asked if part)
    path = trace.settings.home.traces / trace.standard.id / trace.settings.period.label / f"{name}.html"
    if trace.is_restricted:
        refuse_in_reports(trace.settings.home, path)
    path.parent.mkdir(parents=True, exist_ok=True)
    trace.settings.home.traces.chmod(0o700)
    shared = Shared(trace.material, trace.statements, statements_beside(trace.standard, trace.statements))
    write_text_atomically(path, proof_page(shared, [trace.evidence], _around(trace, path)))
    return path


def refuse_in_reports(home: Home, path: Path) -> None:
    """UsageError where the path lies, links followed, below the reports or releases of the home: both are handed on."""
    for folder in (home.reports, home.releases):
        if path.resolve().is_relative_to(folder.resolve()):
            raise UsageError(say("trace.restricted_in_report", path=path))


def _around(trace: Trace, path: Path) -> Around:
    folder = trace.settings.home.reports / trace.standard.id / trace.settings.period.label
    report = f"{Path(os.path.relpath(folder, path.parent)).as_posix()}/" if folder.is_dir() else None
    return Around(
        report=report,
        proofs=None if report is None else f"{report}{FOLDER}/",
        twins=(),
        note=say("trace.note_restricted" if trace.is_restricted else "trace.note"),
        styles=("trace.css",),
        warning=say("trace.restricted") if trace.is_restricted else "",
    )
