"""A whole register as a workbook that the bureau could have sent: its entries, and what was changed on the cover."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pipelines.collect.plan import plan_sheet
from pipelines.collect.plan import wording as template_wording
from pipelines.collect.templates import filled_sheet
from pipelines.collect.workbook import Cell, Cover, draw_workbook
from pipelines.errors import PipelineError
from pipelines.extract.cover import is_cover
from pipelines.extract.grids import read_sheets
from pipelines.metadata.contracts import contract
from pipelines.metadata.values import label
from pipelines.register.entries import ENTRY_FIELDS, Entry, Register
from pipelines.store.home import Home
from pipelines.wording import table, text

_FIRST_DAY = date(1900, 3, 1)
"""Days before it have no number of their own in a spreadsheet; they are written as text."""


def draw_register(entries: Sequence[Entry], month: str, stamp: str, what: Sequence[str], reason: str) -> bytes:
    """The workbook's bytes. `what` says in sentences what differs from the register before."""
    labels, own = template_wording()["cover"]["stamp"], table("register.cover")
    lines = [(labels["template_version"], stamp), (labels["report_month"], month)]
    lines += [(own["what"], text("register.join").join(what)), (own["reason"], reason), (own["use"], own["use_text"])]
    cover = Cover(own["title"], own["basis"], lines, is_form=False)
    plan = plan_sheet(contract("register"), ())
    return draw_workbook(cover, [filled_sheet(plan, [_cells(entry) for entry in entries])])


def _cells(entry: Entry) -> dict[str, Cell]:
    cells: dict[str, Cell] = {}
    for name in ENTRY_FIELDS:
        value, vocabulary = getattr(entry, name), contract("register").field(name).vocabulary
        if vocabulary and value:
            value = label(vocabulary, value)
        if isinstance(value, date) and value < _FIRST_DAY:
            value = value.isoformat()
        cells[name] = value
    return cells


def told_on_cover(home: Home, register: Register) -> tuple[str, str]:
    """What was changed and why, as the cover of a register that a command wrote says; '' where it cannot be read."""
    own = table("register.cover")
    try:
        sheets = read_sheets(home.original(register.sha256), register.file_name)
    except (OSError, PipelineError):
        return "", ""
    found = {str(row[0]): str(row[1]) for one in sheets if is_cover(one) for row in one.rows if len(row) > 1}
    return found.get(own["what"], ""), found.get(own["reason"], "")
