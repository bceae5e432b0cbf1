"""What a workbook says of itself: the template's stamp, the month and the school on the cover, months in titles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from pipelines.extract.grids import Sheet, cell_text
from pipelines.extract.rows import is_form_line
from pipelines.metadata import METADATA_ROOT
from pipelines.metadata.text import fold, normal
from pipelines.metadata.values import value_rules

_SEARCHED_ROWS = 40
_MONTHS = 12


@dataclass(frozen=True)
class Cover:
    """Texts beside the cover's labels; None where absent."""

    stamp: str | None = None
    period: str | None = None
    school_code: str | None = None


@cache
def _labels() -> tuple[str, dict[str, str]]:
    text = (METADATA_ROOT / "templates.yaml").read_text(encoding="utf-8")
    cover = yaml.load(text, Loader=yaml.CSafeLoader)["cover"]
    wanted = {"template_version": "stamp", "report_month": "period", "school_code": "school_code"}
    return normal(cover["sheet"]), {normal(cover["stamp"][label]): name for label, name in wanted.items()}


def is_cover(sheet: Sheet) -> bool:
    """Whether the sheet is the cover of one of our templates."""
    return normal(sheet.name) == _labels()[0]


def read_cover(sheet: Sheet) -> Cover:
    """The stamp, month and school code that the cover states beside its labels."""
    found: dict[str, str] = {}
    for row in sheet.rows[:_SEARCHED_ROWS]:
        filled = [cell for cell in row if cell != ""]
        name = _labels()[1].get(normal(cell_text(filled[0]) or "")) if len(filled) > 1 else None
        if name:
            found.setdefault(name, (cell_text(filled[1]) or "").strip())
            if len(found) == len(_labels()[1]):
                break
    return Cover(**found)


@cache
def _title_month() -> re.Pattern[str]:
    return re.compile(value_rules()["title_month"])


def title_month(rows: Sequence[Sequence[Any]]) -> str | None:
    """The month, as 2026-10, that a title above the heading row states; lines about the form do not count."""
    for row in rows:
        if is_form_line(row):
            continue
        for cell in row:
            if cell.__class__ is str and cell and (match := _title_month().search(fold(cell))):
                month = int(match[2])
                return f"{match[1]}-{month:02d}" if 1 <= month <= _MONTHS else None
    return None
