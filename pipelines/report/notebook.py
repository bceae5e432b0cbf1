"""report.html: the notebook, executed by papermill in the interpreter that runs now, exported without its code."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pipelines.errors import PipelineError
from pipelines.metadata import METADATA_ROOT
from pipelines.report import wording
from pipelines.report.page import asset, content_policy, environment
from pipelines.store.files import write_text_atomically

PROJECT = METADATA_ROOT.parent
NOTEBOOK = PROJECT / "notebooks" / "supervision_report.ipynb"
PARAMETERS = {"home": str, "standard": str, "period": str, "as_of": str}
"""What may be passed to the notebook, and as what."""

_START_SECONDS = 120
_CELL_SECONDS = 600


def checked_parameters(parameters: dict[str, Any]) -> dict[str, str]:
    """The parameters themselves; TypeError for a name or a type that the notebook does not take.

    papermill would write any key into the notebook as code.
    """
    if parameters.keys() != PARAMETERS.keys():
        raise TypeError(f"the notebook takes {', '.join(PARAMETERS)}, not {', '.join(parameters)}")
    for name, kind in PARAMETERS.items():
        if type(parameters[name]) is not kind:
            raise TypeError(f"notebook parameter {name} is not of type {kind.__name__}")
    return parameters


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
            "--HistoryManager.enabled=False",
        ],
        display_name="Python",
        language="python",
        env={"IPYTHONDIR": str(folder / "ipython")},
    )
    try:
        yield manager
    finally:
        # nbclient leaves a kernel running that it was given.
        if manager.has_kernel:
            run_sync(manager.shutdown_kernel)(now=True)


def _without_traces(notebook: Any) -> Any:
    """The notebook with nothing in it that another run would write differently: ids, times, counts, injected code."""
    notebook.cells = [cell for cell in notebook.cells if "injected-parameters" not in cell.metadata.get("tags", [])]
    for cell in notebook.cells:
        cell.metadata = {}
        if cell.cell_type == "code":
            cell.execution_count = None
            for output in cell.outputs:
                output.metadata = {}
                if output.output_type == "stream" or output.output_type == "error":
                    raise PipelineError(f"notebook cell {cell.id} wrote something that is not part of the report")
                output.execution_count = None
    notebook.cells = [cell for cell in notebook.cells if cell.cell_type == "markdown" or cell.outputs]
    notebook.metadata = {}
    return notebook


def execute(parameters: dict[str, Any]) -> Any:
    """The executed notebook without traces of the run; PipelineError naming the cell that failed."""
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    import nbformat
    import papermill
    from papermill.exceptions import PapermillExecutionError

    with tempfile.TemporaryDirectory(prefix="school-safety-") as name:
        folder = Path(name)
        output = folder / "executed.ipynb"
        with _kernel(folder) as manager:
            try:
                papermill.execute_notebook(
                    NOTEBOOK,
                    output,
                    parameters=checked_parameters(parameters),
                    kernel_name="python3",
                    language="python",
                    progress_bar=False,
                    cwd=str(PROJECT),
                    km=manager,
                    start_timeout=_START_SECONDS,
                    execution_timeout=_CELL_SECONDS,
                )
            except PapermillExecutionError as error:
                raise PipelineError(f"{NOTEBOOK.name}: cell {error.exec_count} failed: {error.evalue}") from error
            except RuntimeError as error:
                raise PipelineError(f"{NOTEBOOK.name}: the notebook's process ended: {error}") from error
        return _without_traces(nbformat.read(output, as_version=4))  # type: ignore[no-untyped-call]


def export(notebook: Any) -> Markup:
    """The executed notebook's prose and outputs as HTML; no code, no script, nothing fetched from elsewhere."""
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    settings = Config()
    settings.HTMLExporter.exclude_input = True
    settings.HTMLExporter.exclude_input_prompt = True
    settings.HTMLExporter.exclude_output_prompt = True
    settings.HTMLExporter.exclude_anchor_links = True
    exporter = HTMLExporter(template_name="basic", config=settings)  # type: ignore[no-untyped-call]
    body, _ = exporter.from_notebook_node(notebook)
    return Markup(body)


def write_report(home: Path, standard: str, period: str, as_of: datetime, folder: Path, title: str) -> None:
    """report.html in `folder`: byte-identical from the same inputs."""
    parameters = {"home": str(home.resolve()), "standard": standard, "period": period}
    executed = execute({**parameters, "as_of": as_of.isoformat(timespec="seconds")})
    html = (
        environment()
        .get_template("report.html.j2")
        .render(
            language=wording.text("language"),
            policy=content_policy(),
            css=asset("page.css"),
            report_css=asset("report.css"),
            title=title,
            body=export(executed),
        )
    )
    write_text_atomically(folder / "report.html", html)
