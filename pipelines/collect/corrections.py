"""The workbook on which the bureau corrects cells of schools' reports, from the contract: drop-downs and an example."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from pipelines.collect.plan import Column, SheetPlan, plan_sheet, wording
from pipelines.collect.templates import STAMP_HASH_LENGTH, School, filled_sheet
from pipelines.collect.workbook import Cover, choice_range, draw_workbook
from pipelines.metadata.contracts import contract, contracts, contracts_hash

_MONTHS_OFFERED = 12


def write_correction_form(folder: Path, period: str, schools: Sequence[School], months: Sequence[str]) -> Path:
    """Write the form into the folder, its path. `months` are those offered to choose.

    One that is there stays: the bureau may have begun to fill it in.
    """
    path = folder / str(wording()["corrections"]["file_name"]).format(period=period)
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(correction_form(schools, months))
    return path


def correction_form(schools: Sequence[School], months: Sequence[str]) -> bytes:
    """The workbook's bytes: what to write where, and the sheet with one example below its headings."""
    words = wording()["corrections"]
    plan = plan_sheet(contract("corrections"), ())
    known = [(one.school_code, one.school_name) for one in schools]
    choices: dict[str, Any] = {
        "month": sorted(set(months), reverse=True)[:_MONTHS_OFFERED],
        "school_code": choice_range(len(known)),
        "sheet_name": [one.title for one in contracts("school")],
    }
    plan = replace(plan, columns=tuple(_asked(column, plan, choices) for column in plan.columns))
    sheet = replace(filled_sheet(plan, [dict.fromkeys(plan.field_names, "") | words["example"]]), example_count=1)
    beside = [tuple(words["schools"]), *known]
    return draw_workbook(Cover(words["title"], words["basis"], _told(plan), is_form=False, beside=beside), [sheet])


def _asked(column: Column, plan: SheetPlan, choices: dict[str, Any]) -> Column:
    """The column with its list to choose from, which other values may go beyond, and its heading dark where needed."""
    name = column.field.name
    check = dict(column.check)
    if name in choices:
        check |= {"validate": "list", "source": choices[name], "error_type": "information"}
    return replace(column, field=replace(column.field, required=name in plan.contract.alone), check=check)


def _told(plan: SheetPlan) -> list[tuple[str, str]]:
    """The cover's lines: the stamp, how the form is used, what each column asks."""
    words = wording()["corrections"]
    stamp = f"school-safety;corrections;{contracts_hash()[:STAMP_HASH_LENGTH]}"
    lines = [(wording()["cover"]["stamp"]["template_version"], stamp), *words["how"].items()]
    # With its letter a column's name is no label of the cover, by which the month or the school would be read.
    for index, column in enumerate(plan.columns):
        heading = words["column"].format(letter=xl_col_to_name(index), label=column.field.label)
        lines.append((heading, column.check["input_message"]))
    return lines
