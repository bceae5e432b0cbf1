"""A trace on the terminal, for machines, or as a page in the browser."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.store.home import Home

if TYPE_CHECKING:
    from pipelines.reproduce.trace import Trace

FORMS = click.Choice(["text", "csv", "json"])
_OUTPUT = 1
"""File descriptor of the standard output."""


def guard(home: Home, restricted: bool) -> None:
    """Say that what follows has personal data; UsageError where it would go into a file of the reports or releases."""
    if not restricted:
        return
    from pipelines.publish.wording import say
    from pipelines.reproduce.trace_page import refuse_in_reports

    if path := _output(home):
        refuse_in_reports(home, path)
    click.echo(say("trace.restricted"), err=True)


def _output(home: Home) -> Path | None:
    """The file of the reports or releases into which the standard output goes; None where it goes elsewhere."""
    try:
        status = os.fstat(_OUTPUT)
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    files = (path for folder in (home.reports, home.releases) for path in folder.rglob("*") if path.is_file())
    return next((path for path in files if os.path.samestat(path.stat(), status)), None)


def show(trace: Trace, form: str, is_page: bool) -> None:
    """Print the trace in that form; as a page, where one is wanted, its path alone, and open it."""
    from pipelines.reproduce.trace_table import trace_csv, trace_json
    from pipelines.reproduce.trace_text import trace_text

    if not is_page:
        forms = {"text": trace_text, "csv": trace_csv, "json": trace_json}
        click.echo(forms[form](trace), nl=form == "text")
        return
    from pipelines.reproduce.trace_page import write_trace_page

    path = write_trace_page(trace).resolve()
    click.echo(path)
    _open(path)


def _open(path: Path) -> None:
    """Open the page where there is a screen: a machine without one has the path, and is given no text browser."""
    import webbrowser

    if sys.platform.startswith("linux") and not any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))):
        return
    try:
        webbrowser.open(path.as_uri())
    except (OSError, webbrowser.Error):
        return
