"""Templates for the schools of a month: one workbook a school, from the contracts and a standard."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.collect.plan import SheetPlan, plan_sheets, wording
from pipelines.collect.workbook import Cell, Cover, Sheet, draw_workbook
from pipelines.metadata.contracts import template_hash
from pipelines.metadata.items import items_for
from pipelines.metadata.periods import Period
from pipelines.metadata.values import label

if TYPE_CHECKING:
    from pipelines.metadata.standards import Standard

STAMP_HASH_LENGTH = 12
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_NAME_BYTES = 180
"""Room for code and month within the 255 bytes of a file name."""


@dataclass(frozen=True)
class School:
    """A school as the register has it; type, ownership and urban or rural are canonical values."""

    school_code: str
    school_name: str
    school_type: str
    ownership: str
    urban_rural: str
    township: str


def write_templates(folder: Path, standard: Standard, period: Period, schools: Sequence[School]) -> list[Path]:
    """Write one workbook a school into the folder; the paths in the schools' order."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for school in schools:
        plans = plan_sheets(items_for(standard.asked_items, school.school_type))
        path = folder / template_name(school, period)
        sheets = blank_sheets(plans, school, period, standard.item_windows)
        path.write_bytes(draw_workbook(cover_of(school, period, standard), sheets))
        paths.append(path)
    return paths


def template_name(school: School, period: Period) -> str:
    """The file name, without characters that a file system refuses."""
    safe = _UNSAFE.sub("_", school.school_name).encode()[:_NAME_BYTES].decode(errors="ignore")
    return str(wording()["file_name"]).format(code=school.school_code, name=safe, period=period.label)


def template_stamp(standard: Standard) -> str:
    """What a workbook says of itself: product, standard, version of the contracts."""
    return f"school-safety;{standard.id};{template_hash()[:STAMP_HASH_LENGTH]}"


def cover_of(school: School, period: Period, standard: Standard) -> Cover:
    """The first sheet's content for that school and month."""
    text = wording()["cover"]
    values = {
        "template_version": template_stamp(standard),
        "report_month": period.label,
        "school_code": school.school_code,
        "school_name": school.school_name,
    }
    stamp = [(words, values[key]) for key, words in text["stamp"].items()]
    return Cover(text["title"], text["basis"].format(document=standard.document, name=standard.name_zh), stamp)


def blank_sheets(plans: Sequence[SheetPlan], school: School, period: Period, windows: Mapping[str, str]) -> list[Sheet]:
    """The sheets as a school receives them: identity and item wording filled in, the rest blank.

    `windows` (item to window) tells over what time the numbers of a counted item are added up.
    """
    prefilled, spans = wording()["prefilled"], wording()["spans"]
    identity = identity_values(school, period)
    sheets = []
    for plan in plans:
        rows: list[Mapping[str, Cell]] = []
        if plan.contract.name in prefilled:
            rows = [identity]
        elif plan.items:
            rows = [
                {"item_code": item.code, "item_name": item.zh}
                | ({"note": spans.get(windows[item.id])} if item.kind == "count" else {})
                for item in plan.items
            ]
        sheets.append(filled_sheet(plan, rows))
    return sheets


def filled_sheet(plan: SheetPlan, rows: Sequence[Mapping[str, Cell]]) -> Sheet:
    """The template's sheet with those rows, each a mapping of field name to what stands in the cell."""
    lines = [[row.get(name) for name in plan.field_names] for row in rows]
    return Sheet(plan, plan.contract.title, plan.headings, lines)


def identity_values(school: School, period: Period) -> dict[str, Cell]:
    """The fields of the profile that the register knows, in the words of the workbook."""
    return {
        "report_month": period.label,
        "school_code": school.school_code,
        "school_name": school.school_name,
        "school_type": label("school_type", school.school_type),
        "ownership": label("ownership", school.ownership),
        "urban_rural": label("urban_rural", school.urban_rural),
        "township": school.township,
    }
