"""What each sheet of a school's workbook asks: columns, formats and input checks, from the contracts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any

import yaml

from pipelines.errors import MetadataError
from pipelines.metadata import METADATA_ROOT
from pipelines.metadata.contracts import Contract, Field, contracts
from pipelines.metadata.items import Item, items
from pipelines.metadata.values import vocabulary

_TITLE_LIMIT = 32
_MESSAGE_LIMIT = 255
_LIST_LIMIT = 255
"""Excel's own limits, in characters, on the texts of an input check."""


@dataclass(frozen=True)
class Column:
    """One column: its field, width in characters, whether it is locked, and its input check for xlsxwriter."""

    field: Field
    width: float
    is_locked: bool
    check: Mapping[str, Any]


@dataclass(frozen=True)
class SheetPlan:
    """One sheet as the template shows it; `items` are the catalogue items that it asks, none for a plain table."""

    contract: Contract
    columns: tuple[Column, ...]
    items: tuple[Item, ...]

    @property
    def headings(self) -> tuple[str, ...]:
        """The contract's own headings, left to right."""
        return tuple(column.field.label for column in self.columns)

    @property
    def field_names(self) -> tuple[str, ...]:
        """Field of each column, left to right."""
        return tuple(column.field.name for column in self.columns)

    @property
    def input_row_count(self) -> int:
        """Rows below the heading that carry input checks."""
        if self.contract.single_row:
            return 1
        return len(self.items) or int(wording()["input_rows"])


@cache
def wording() -> dict[str, Any]:
    """data_contracts/templates.yaml."""
    text = (METADATA_ROOT / "templates.yaml").read_text(encoding="utf-8")
    document: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return document


@cache
def plan_sheets(asked_items: tuple[str, ...]) -> tuple[SheetPlan, ...]:
    """The school's sheets in workbook order, asking only those catalogue items.

    An item sheet of which no item is asked stays, without rows: its heading is part of the contract.
    """
    return tuple(plan_sheet(contract, asked_items) for contract in contracts("school"))


def plan_sheet(contract: Contract, asked_items: tuple[str, ...]) -> SheetPlan:
    """One contract's sheet, the school's or the bureau's."""
    asked = tuple(items()[name] for name in asked_items if items()[name].kind == contract.item_kind)
    locked = set(wording()["prefilled"].get(contract.name, ()))
    if contract.item_kind:
        locked |= set(wording()["locked_item_fields"])
    columns = tuple(
        Column(field, _width(field), field.name in locked, MappingProxyType(_check(contract, field)))
        for field in contract.fields
        if field.in_template
    )
    return SheetPlan(contract, columns, asked)


def _width(field: Field) -> float:
    own = wording()["wide_fields"].get(field.name, wording()["forms"][field.form]["width"])
    return max(float(own), len(field.label) * 2 + 3.0)


def _check(contract: Contract, field: Field) -> dict[str, Any]:
    """Options of xlsxwriter's data_validation: what may be typed, the prompt and the message on a wrong entry."""
    form = wording()["forms"][field.form]
    check = _criteria(field)
    check["input_title"] = field.label[:_TITLE_LIMIT]
    check["input_message"] = _prompt(contract, field)
    if "error" in form:
        check["error_title"] = wording()["error_title"]
        check["error_message"] = form["error"]
    return check


def _criteria(field: Field) -> dict[str, Any]:
    limits = wording()["limits"]
    first_day, last_day = (date.fromisoformat(day) for day in limits["date"])
    if field.vocabulary:
        source = [term.zh for term in vocabulary(str(field.vocabulary))]
        if len(",".join(source)) > _LIST_LIMIT:
            raise MetadataError(f"values.yaml: the labels of {field.vocabulary} exceed a dropdown's {_LIST_LIMIT}")
        check: dict[str, Any] = {"validate": "list", "source": source}
        return check | {"error_type": "information"} if field.form == "open" else check
    if field.form == "int":
        return {"validate": "integer", "criteria": ">=", "value": 0}
    if field.form in ("number", "money"):
        return {"validate": "decimal", "criteria": ">=", "value": 0}
    if field.form == "year":
        low, high = limits["year"]
        return {"validate": "integer", "criteria": "between", "minimum": low, "maximum": high}
    if field.form in ("date", "datetime"):
        return {"validate": "date", "criteria": "between", "minimum": first_day, "maximum": last_day}
    return {"validate": "any"}


def _prompt(contract: Contract, field: Field) -> str:
    """What to type: the first hint of the field's rules, else its own or its form's request; the unit, an example."""
    hint = next((rule.hint_zh for rule in contract.rules if rule.field == field.name), None)
    own = wording()["sheet_prompts"].get(contract.name, wording()["field_prompts"]).get(field.name)
    parts = [hint or own or wording()["forms"][field.form]["prompt"]]
    templates = wording()["prompt_parts"]
    if field.unit:
        parts.append(templates["unit"].format(unit=field.unit))
    if field.example and field.example not in parts[0]:
        parts.append(templates["example"].format(example=field.example))
    return "\n".join(parts)[:_MESSAGE_LIMIT]
