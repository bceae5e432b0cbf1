"""Workbooks written by xlsxwriter that hold every text as text and lose nothing in silence."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, BinaryIO

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from pipelines.errors import PipelineError
from pipelines.wording import text

_INERT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_CALLS = (
    *("write", "write_string", "write_number", "write_blank", "write_formula", "write_datetime", "write_boolean"),
    *("write_url", "write_comment", "write_rich_string", "merge_range", "set_row", "set_column", "autofilter"),
    *("conditional_format", "data_validation"),
)
"""What tells by a code, not an error, that it dropped or shortened something."""


def _told(name: str) -> Callable[..., Any]:
    method = getattr(Worksheet, name)

    @wraps(method)
    def call(sheet: Worksheet, *arguments: Any, **options: Any) -> Any:
        outcome = method(sheet, *arguments, **options)
        if outcome not in (0, None):
            place = ", ".join(str(argument) for argument in arguments[:2])
            told = {"sheet": sheet.get_name(), "call": f"{name}({place})", "code": outcome}
            raise PipelineError(text("errors.not_written", **told))
        return outcome

    return call


CheckedSheet: type[Worksheet] = type("CheckedSheet", (Worksheet,), {name: _told(name) for name in _CALLS})
"""A sheet on which a refused call is a PipelineError that names sheet and cell, never the value."""


class CheckedWorkbook(Workbook):  # type: ignore[misc]
    """A workbook of such sheets; no text becomes a formula, a link or a number, whatever the options."""

    worksheet_class = CheckedSheet

    def __init__(self, target: Path | str | BinaryIO, options: dict[str, Any] | None = None) -> None:
        super().__init__(str(target) if isinstance(target, Path) else target, {**(options or {}), **_INERT})
