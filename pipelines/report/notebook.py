"""The notebooks, executed by papermill without traces of the run, and exported with their code or without it."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pipelines.errors import PipelineError
from pipelines.metadata import METADATA_ROOT

PROJECT = METADATA_ROOT.parent
FOLDER = PROJECT / "notebooks"
NAMES = ("supervision_report", "hazard_closure", "submission_quality")
"""The notebooks, by what their files are called."""

NOTEBOOK = FOLDER / f"{NAMES[0]}.ipynb"
PARAMETERS = {"home": str, "standard": str, "period": str, "as_of": str, "township": str}
"""What may be passed to each notebook, and as what; an empty township stands for the whole."""

_START_SECONDS = 120
_CELL_SECONDS = 600
_INJECTED = "injected-parameters"


def checked_parameters(parameters: dict[str, Any]) -> dict[str, str]:
    """The parameters themselves; TypeError for a name or a type that the notebooks do not take.

    papermill would write any key into the notebook as code.
    """
    if parameters.keys() != PARAMETERS.keys():
        raise TypeError(f"the notebook takes {', '.join(PARAMETERS)}, not {', '.join(parameters)}")
    for name, kind in PARAMETERS.items():
        if type(parameters[name]) is not kind:
            raise TypeError(f"notebook parameter {name} is not of type {kind.__name__}")
    return parameters


def _kernel_environment(folder: Path) -> dict[str, str]:
    """The kernel works in the home: what lies there must not be imported in place of the program."""
    paths = [str(PROJECT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {"IPYTHONDIR": str(folder / "ipython"), "PYTHONPATH": os.pathsep.join(paths), "PYTHONSAFEPATH": "1"}


@contextmanager
def _kernel(folder: Path) -> Iterator[Any]:
    """A kernel manager for this very interpreter, whatever kernels the machine has; talks through files in `folder`."""
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager
    from jupyter_core.utils import run_sync

    manager = AsyncKernelManager(connection_file=str(folder / "kernel.json"), kernel_name="python3")
    if os.name == "posix":
        manager.transport = "ipc"
    manager._kernel_spec = KernelSpec(
        argv=[
            *(sys.executable, "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "{connection_file}"),
            *("--HistoryManager.enabled=False", "--IPKernelApp.ignore_cwd=True"),
        ],
        display_name="Python",
        language="python",
        env=_kernel_environment(folder),
    )
    try:
        yield manager
    finally:
        # nbclient leaves a kernel running that it was given.
        if manager.has_kernel:
            run_sync(manager.shutdown_kernel)(now=True)


def _without_traces(notebook: Any) -> Any:
    """The notebook with nothing in it that another run would write differently: ids and times.

    The parameters that were passed stand in the place of their defaults.
    """
    tags = [cell.metadata.get("tags", []) for cell in notebook.cells]
    passed = [cell for cell, tag in zip(notebook.cells, tags, strict=True) if _INJECTED in tag]
    notebook.cells = passed + [
        cell for cell, tag in zip(notebook.cells, tags, strict=True) if not {_INJECTED, "parameters"} & {*tag}
    ]
    for cell in passed:
        cell.id = "parameters"
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in notebook.cells:
        cell.metadata = {}
    for count, cell in enumerate(code, 1):
        cell.execution_count = count
        for output in cell.outputs:
            if output.output_type != "execute_result":
                raise PipelineError(f"notebook cell {cell.id} wrote something that is not part of the report")
            output.metadata = {}
            output.execution_count = count
    notebook.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return notebook


def execute(parameters: dict[str, Any], name: str = NAMES[0], engine: str | None = None) -> Any:
    """The executed notebook without traces of the run; PipelineError naming the cell that failed.

    It runs in a kernel of its own, or in another papermill engine, with the home as its working directory: it is told
    that the home is here, so that it says the same wherever the home lies.
    """
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    given = checked_parameters(parameters)
    common = {
        "parameters": {**given, "home": "."},
        "kernel_name": "python3",
        "language": "python",
        "progress_bar": False,
        "cwd": given["home"],
    }
    path = FOLDER / f"{name}.ipynb"
    if engine is not None:
        return _executed(path, {**common, "engine_name": engine})
    with tempfile.TemporaryDirectory(prefix="school-safety-") as temporary, _kernel(Path(temporary)) as manager:
        limits = {"start_timeout": _START_SECONDS, "execution_timeout": _CELL_SECONDS}
        return _executed(path, {**common, **limits, "km": manager})


def _executed(path: Path, options: dict[str, Any]) -> Any:
    import papermill
    from papermill.exceptions import PapermillExecutionError

    try:
        return _without_traces(papermill.execute_notebook(path, None, **options))
    except PapermillExecutionError as error:
        raise PipelineError(f"{path.name}: cell {error.exec_count} failed: {error.evalue}") from error
    except RuntimeError as error:
        raise PipelineError(f"{path.name}: the notebook's process ended: {error}") from error


@cache
def _exporter(shows_code: bool) -> Any:
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    settings = Config()
    settings.HTMLExporter.exclude_input = not shows_code
    settings.HTMLExporter.exclude_input_prompt = True
    settings.HTMLExporter.exclude_output_prompt = True
    settings.HTMLExporter.exclude_anchor_links = True
    return HTMLExporter(template_name="basic", config=settings)  # type: ignore[no-untyped-call]


def export(notebook: Any, shows_code: bool = False) -> Markup:
    """The executed notebook's prose and outputs as HTML; no script, nothing fetched from elsewhere.

    Without the code, cells that only prepare are left out.
    """
    if not shows_code:
        shown = [cell for cell in notebook.cells if cell.cell_type == "markdown" or cell.outputs]
        notebook = type(notebook)({**notebook, "cells": shown})
    body, _ = _exporter(shows_code).from_notebook_node(notebook)
    return Markup(body)


def as_text(notebook: Any) -> str:
    """The executed notebook as a file of Jupyter's, the same bytes from the same inputs."""
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
