"""A papermill engine that runs a notebook's cells in this very process: the same outputs as a kernel, without one.

A kernel takes seconds to start and reads everything anew; fifty reports of one material need neither.
"""

from __future__ import annotations

import ast
import io
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

from IPython.core.formatters import DisplayFormatter
from nbformat.v4 import new_output
from papermill.engines import Engine, papermill_engines

NAME = "in-process"


def _run(source: str, namespace: dict[str, Any]) -> Any:
    """Run the cell; the value of its last line where that is an expression, else None."""
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "<cell>", "exec"), namespace)
    if not isinstance(last, ast.Expr):
        return None
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), namespace)


class InProcessEngine(Engine):  # type: ignore[misc]
    """Each notebook in a namespace of its own. What a cell raises is raised, with its class and exit code."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **kwargs: Any) -> None:
        """Run the cells in order; fills outputs and counts as a kernel does."""
        namespace: dict[str, Any] = {"__name__": "__main__"}
        formatter = DisplayFormatter()
        code = ((index, cell) for index, cell in enumerate(nb_man.nb.cells) if cell.cell_type == "code")
        for count, (index, cell) in enumerate(code, 1):
            nb_man.cell_start(cell, index)
            cell.execution_count = count
            said = io.StringIO()
            with redirect_stdout(said), redirect_stderr(said):
                value = _run(cell.source, namespace)
            if said.getvalue():
                cell.outputs.append(new_output("stream", name="stdout", text=said.getvalue()))  # type: ignore[no-untyped-call]
            if value is not None:
                data, metadata = formatter.format(value)  # type: ignore[no-untyped-call]
                shown = new_output("execute_result", data=data, metadata=metadata, execution_count=count)  # type: ignore[no-untyped-call]
                cell.outputs.append(shown)
            nb_man.cell_complete(cell, index)


papermill_engines.register(NAME, InProcessEngine)
