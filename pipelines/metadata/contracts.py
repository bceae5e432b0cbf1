"""Data contracts: one Open Data Contract Standard file per sheet, as typed Python."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import MetadataError
from pipelines.metadata import METADATA_ROOT

_CODE_ROOT = Path(__file__).resolve().parents[1]
ORIGINS = ("school", "bureau")
EXPLANATIONS = "explanations"
"""The sheet that says something about other sheets: its rows count nowhere."""


@dataclass(frozen=True)
class Field:
    """One column of a sheet.

    `form` says how a cell is read: text, code, enum, open (a listed term or the school's own words), int, number,
    money, bool, date, datetime, month, year.
    `looks_ahead` marks days that may lie after the month reported: deadlines, ends of validity.
    """

    name: str
    label: str
    description: str
    form: str
    sql_type: str
    required: bool
    classification: str
    synonyms: tuple[str, ...]
    vocabulary: str | None
    unit: str | None
    fill_down: bool
    looks_ahead: bool
    mask: str | None
    in_template: bool
    example: str | None
    pattern: str | None

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading under which the column has been seen, the contract's own first."""
        return (self.label, *self.synonyms)


@dataclass(frozen=True)
class Rule:
    """One row rule, run by Great Expectations over the whole batch of a table.

    `effect` of a failure: none (query), cell (the value is unknown from here on), row (the row is kept out).
    """

    code: str
    severity: str
    expectation: str
    arguments: dict[str, Any]
    field: str
    effect: str
    message_zh: str
    message_en: str
    hint_zh: str
    hint_en: str


@dataclass(frozen=True, eq=False)
class Contract:
    """One sheet of the school's or the bureau's workbook and the table that it becomes.

    `is_standing`: it holds until a later one replaces it, whatever the month, and may come in a workbook of its own,
    which displaces no other workbook of its month. `alone`: the fields of which a sheet without any other must have the
    columns to be the bureau's word.
    """

    origin: str
    name: str
    title: str
    description: str
    grain: str
    order: int
    prefix: str
    holds: str
    synonyms: tuple[str, ...]
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...]
    key: tuple[str, ...]
    allows_nil: bool
    required_sheet: bool
    is_standing: bool
    alone: tuple[str, ...]
    single_row: bool
    item_kind: str | None
    event_date: str | None

    def field(self, name: str) -> Field:
        """The field of that name; KeyError where there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"{self.name} has no field {name}")

    @property
    def table(self) -> str:
        """Name of the DuckDB table."""
        return f"core_{self.name}"

    @property
    def core_columns(self) -> tuple[tuple[str, str], ...]:
        """(name, SQL type) of every column of the core table, in order."""
        item = (("item_id", "VARCHAR"),) if self.item_kind else ()
        own = tuple((field.name, field.sql_type) for field in self.fields)
        return (("submission_no", "BIGINT"), ("row_no", "INTEGER"), *own, *item, ("invalid_fields", "VARCHAR[]"))


def _custom(entry: dict[str, Any]) -> dict[str, Any]:
    return {item["property"]: item["value"] for item in entry.get("customProperties", ())}


def _field(entry: dict[str, Any]) -> Field:
    custom = _custom(entry)
    return Field(
        name=entry["name"],
        label=entry["businessName"],
        description=entry["description"],
        form=custom["form"],
        sql_type=entry["physicalType"],
        required=entry["required"],
        classification=entry["classification"],
        synonyms=tuple(item["synonym"] for item in entry.get("synonyms", ())),
        vocabulary=custom.get("vocabulary"),
        unit=custom.get("unit"),
        fill_down=bool(custom.get("fillDown", False)),
        looks_ahead=bool(custom.get("looksAhead", False)),
        mask=custom.get("mask"),
        in_template=custom.get("inTemplate", "yes") != "no",
        example=next(iter(entry.get("examples", ())), None),
        pattern=entry.get("logicalTypeOptions", {}).get("pattern"),
    )


def _rule(entry: dict[str, Any]) -> Rule:
    custom = _custom(entry)
    implementation = entry["implementation"]
    return Rule(
        code=entry["id"],
        severity=entry["severity"],
        expectation=implementation["type"],
        arguments=implementation["kwargs"],
        field=custom["cell"],
        effect=custom["effect"],
        message_zh=custom["message_zh"],
        message_en=custom["message_en"],
        hint_zh=custom["hint_zh"],
        hint_en=custom["hint_en"],
    )


def _contract(path: Path) -> Contract:
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        schema = document["schema"][0]
        custom = _custom(schema)
        return Contract(
            origin=path.parent.name,
            name=schema["name"],
            title=schema["businessName"],
            description=schema["description"],
            grain=schema["dataGranularityDescription"],
            order=custom["order"],
            prefix=custom["prefix"],
            holds=custom["holds"],
            synonyms=tuple(item["synonym"] for item in schema.get("synonyms", ())),
            fields=tuple(_field(entry) for entry in schema["properties"]),
            rules=tuple(_rule(entry) for entry in schema.get("quality", ())),
            key=tuple(custom.get("key", ())),
            allows_nil=bool(custom.get("nilReturn", False)),
            required_sheet=bool(custom.get("requiredSheet", False)),
            is_standing=bool(custom.get("standing", False)),
            alone=tuple(custom.get("alone", ())),
            single_row=bool(custom.get("singleRow", False)),
            item_kind=custom.get("itemKind"),
            event_date=custom.get("eventDate"),
        )
    except (KeyError, IndexError, yaml.YAMLError) as error:
        raise MetadataError(f"{path.name}: not a contract of ours: {error}") from error


@cache
def contracts(origin: str | None = None) -> tuple[Contract, ...]:
    """Every contract, school sheets first, in workbook order; only one origin's when named."""
    if origin is not None:
        return tuple(contract for contract in contracts() if contract.origin == origin)
    found = [_contract(path) for folder in ORIGINS for path in sorted((METADATA_ROOT / folder).glob("*.odcs.yaml"))]
    return tuple(sorted(found, key=lambda contract: (ORIGINS.index(contract.origin), contract.order)))


@cache
def contract(name: str) -> Contract:
    """The contract of that table name; KeyError where there is none."""
    for candidate in contracts():
        if candidate.name == name:
            return candidate
    raise KeyError(f"no contract {name}")


@cache
def template_hash() -> str:
    """sha256 over what a template is drawn from, contracts and items: the version on its cover."""
    return _digest([*sorted(METADATA_ROOT.glob("school/*.odcs.yaml")), METADATA_ROOT / "items.yaml"])


@cache
def reading_hash() -> str:
    """sha256 over contracts and code: two batches of one hash were read and judged alike."""
    rooms = ("metadata", "extract", "validate")
    code = [path for room in rooms for kind in ("*.py", "*.sql") for path in (_CODE_ROOT / room).rglob(kind)]
    return hashlib.sha256(f"{contracts_hash()} {_digest(sorted(code))}".encode()).hexdigest()


@cache
def contracts_hash() -> str:
    """sha256 over everything that decides how a file is read: contracts, items, values, finding texts."""
    shared = [METADATA_ROOT / name for name in ("findings.yaml", "items.yaml", "templates.yaml", "values.yaml")]
    return _digest([*sorted(METADATA_ROOT.glob("*/*.odcs.yaml")), *shared])


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
