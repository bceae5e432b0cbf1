"""Where a school's facts were filled in: file, sheet and cell. What stands in a cell is not read here."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Any

import duckdb

from pipelines.findings import address
from pipelines.measure.relations import SCHOOL_UNITS, relations
from pipelines.metadata.contracts import Contract, contract, contracts
from pipelines.metadata.items import items
from pipelines.metadata.standards import Provision, Standard, names_in
from pipelines.report.material import SQL, Material
from pipelines.store.batches import batch_folders
from pipelines.store.home import Home
from pipelines.store.pruned import kept_folders
from pipelines.store.tables import read_table

_PARTS = re.compile(r"_(na|date|done|due)$")
_COUNTED = {"school_code": "VARCHAR", "month": "VARCHAR", "submission_no": "BIGINT"}
_VISITED = {"school_code": "VARCHAR", "item_id": "VARCHAR", "submission_no": "BIGINT", "row_no": "INTEGER"}
_VISIT_FIELDS = ("held_date", "result")
_ITEM_FIELDS = {"checklist": ("answer", "answer_date"), "counts": ("done_count", "due_count")}


@dataclass(frozen=True)
class Cell:
    """One cell that a rule names, a `field` of the contract; `address` is None where the layout is no longer at hand.

    `text` is None: only a trace fills in what the school wrote, which nothing that is published tells.
    """

    sheet: str
    row_no: int
    address: str | None
    label: str
    field: str
    text: str | None = None


@dataclass(frozen=True)
class SheetUse:
    """One sheet whose rows a rule gathers: its name in the file, how many rows count, the contract's table.

    `row_count` is None where it must not be told. `cells` are those of the rows, in a trace alone.
    """

    sheet: str
    row_count: int | None
    table: str
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Source:
    """One file that counts for the school, with the cells and sheets of it that the provision uses."""

    period: str
    submission_no: int
    file_name: str
    sha256: str
    received_at: datetime
    cells: tuple[Cell, ...]
    sheets: tuple[SheetUse, ...]


@dataclass(frozen=True)
class Use:
    """What a provision takes from the workbook: fields of the profile, items by table, and whole tables."""

    profile_fields: tuple[str, ...]
    items: dict[str, tuple[str, ...]]
    tables: tuple[Contract, ...]


def uses(standard: Standard, provision: Provision) -> Use:
    """What the provision and its population rest on, in the contracts' order; restricted fields left out."""
    expressions = [standard.population_expression(provision), *(expression for _, expression in provision.expressions)]
    named = {name for expression in expressions for name in names_in(expression)}
    facts = relations()
    units = (facts[unit] for unit in SCHOOL_UNITS)
    rests = {source for unit in units for name, sources in unit.sources.items() if name in named for source in sources}
    gathered = {
        facts[name].table for name in (provision.over, *(one.of for one in provision.aggregates)) if name in facts
    }
    gathered |= {source.split(".")[0] for source in rests}
    bare = named | {_PARTS.sub("", name) for name in named}
    kinds = {one.item_kind: one.name for one in contracts("school") if one.item_kind}
    by_table: dict[str, list[str]] = {}
    for item in items().values():
        if item.id in bare and item.kind in kinds:
            by_table.setdefault(kinds[item.kind], []).append(item.id)
    return Use(
        profile_fields=tuple(
            one.name
            for one in contract("profile").fields
            if f"profile.{one.name}" in rests and one.classification != "restricted"
        ),
        items={table: tuple(ids) for table, ids in by_table.items()},
        tables=tuple(
            one for one in contracts("school") if one.name in gathered and not one.single_row and not one.item_kind
        ),
    )


class Layouts:
    """Sheet layouts that extract left behind, or that were kept of pruned files, read once."""

    def __init__(self, home: Home) -> None:
        self._folders = [*batch_folders(home.stage_dir("extract")), *kept_folders(home)]

    @cached_property
    def _columns(self) -> dict[tuple[int, str], str]:
        found: dict[tuple[int, str], str] = {}
        for folder in self._folders:
            table = read_table(folder / "sheets.parquet")
            columns = [table[name].to_pylist() for name in ("submission_no", "table_name", "columns")]
            found |= {(number, name): layout for number, name, layout in zip(*columns, strict=True)}
        return found

    def address(self, submission_no: int, table: str, row_no: int, field: str) -> str | None:
        """The cell's address such as C9."""
        layout = self._columns.get((submission_no, table))
        column = _layout(layout).get(field) if layout else None
        return None if column is None else address(row_no - 1, column)


@lru_cache(maxsize=1024)
def _layout(columns: str) -> dict[str, int]:
    """Field to column; most schools send the template's own layout, which is read once."""
    found: dict[str, int] = json.loads(columns)
    return found


class Sources:
    """Where the facts of every school stand, read once: what each provision takes from which file."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, home: Home, material: Material) -> None:
        self._schools = material.schools
        self.layouts = Layouts(home)
        counted = [(row.school_code, row.month, row.submission_no) for row in material.counted]
        bring(connection, "counted", _COUNTED, counted)
        register_stating(connection, material)
        self._files = _query(connection, "source_files")
        self._visits = self._read_visits(connection, material)
        self._sheets = {
            (number, table): SheetUse(name, rows, table)
            for number, table, name, rows in _query(connection, "source_sheets")
        }
        self._profile: dict[int, list[int]] = {}
        for number, row_no in _query(connection, "source_profiles"):
            self._profile.setdefault(number, []).append(row_no)
        self._items: dict[tuple[int, str], list[tuple[str, int]]] = {}
        for table, number, row_no, item_id in _query(connection, "source_items"):
            self._items.setdefault((number, item_id), []).append((table, row_no))

    def of(self, use: Use, school_codes: Collection[str]) -> dict[str, tuple[Source, ...]]:
        """School code to the files that count for it, latest month first.

        Cells are of the submission that measure took the school's point facts from. Any other up to the cut-off day
        is listed only where the provision gathers events over a window. Where a visit counts for an item, the bureau's
        file with its row stands behind the school's own.
        """
        found: dict[str, list[Source]] = {}
        for code, period, number, name, sha256, received_at in self._files:
            if code not in school_codes:
                continue
            school = self._schools.get(code)
            states_facts = school is not None and school.submission_no == number
            cells = tuple(self._cells(use, number)) if states_facts else ()
            tables = [one for one in use.tables if states_facts or one.holds == "event"]
            sheets = tuple(filter(None, (self._sheets.get((number, table.name)) for table in tables)))
            if states_facts or any(one.row_count for one in sheets):
                found.setdefault(code, []).append(Source(period, number, name, sha256, received_at, cells, sheets))
        for code in sorted(school_codes & self._visits.keys()):
            found.setdefault(code, []).extend(self._visited(use, code))
        return {code: tuple(sources) for code, sources in found.items()}

    def _read_visits(
        self, connection: duckdb.DuckDBPyConnection, material: Material
    ) -> dict[str, list[tuple[str, int, tuple[Any, ...]]]]:
        """School code to item, row and file (month, number, name, checksum, moment) of the visits that count."""
        rows = [(one.school_code, one.item_id, one.submission_no, one.row_no) for one in material.visited]
        bring(connection, "visited", _VISITED, rows)
        found: dict[str, list[tuple[str, int, tuple[Any, ...]]]] = {}
        for code, item_id, row_no, *file in _query(connection, "source_visits"):
            found.setdefault(code, []).append((item_id, row_no, tuple(file)))
        return found

    def _visited(self, use: Use, code: str) -> Iterator[Source]:
        """The bureau's files of which rows count instead of what the school answered."""
        table, named = contract("inspections"), set(use.items.get("checklist", ()))
        told = [(item, row_no, file) for item, row_no, file in self._visits[code] if item in named]
        for (month, number, name, sha256, received_at), rows in groupby(told, lambda one: one[2]):
            cells = tuple(
                self._cell(table, number, row_no, field, f"{items()[item].zh} · {table.field(field).label}")
                for item, row_no, _ in rows
                for field in _VISIT_FIELDS
            )
            yield Source(month, number, name, sha256, received_at, cells, ())

    def _cells(self, use: Use, number: int) -> Iterator[Cell]:
        """Cells of the profile, then of the items, that the provision names."""
        profile = contract("profile")
        for row_no in self._profile.get(number, ()):
            for name in use.profile_fields:
                yield self._cell(profile, number, row_no, name, profile.field(name).label)
        rows = [
            (*row, item) for ids in use.items.values() for item in ids for row in self._items.get((number, item), ())
        ]
        for table_name, row_no, item_id in sorted(rows):
            table = contract(table_name)
            for name in _ITEM_FIELDS[table_name]:
                yield self._cell(table, number, row_no, name, f"{items()[item_id].zh} · {table.field(name).label}")

    def _cell(self, table: Contract, number: int, row_no: int, field: str, label: str) -> Cell:
        sheet = self._sheets.get((number, table.name))
        place = self.layouts.address(number, table.name, row_no, field)
        return Cell(sheet.sheet if sheet else table.title, row_no, place, label, f"{table.name}.{field}")


def bring(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """A temporary table of these rows. Not by way of Arrow, which would load pandas: half of what a trace takes."""
    lists = zip(*rows, strict=True) if rows else ((),) * len(columns)
    values = {column: list(found) for column, found in zip(columns, lists, strict=True)}
    selected = ", ".join(f"unnest(${column}::{kind}[]) AS {column}" for column, kind in columns.items())
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {selected}", values)


def register_stating(connection: duckdb.DuckDBPyConnection, material: Material) -> None:
    """The table `stating`: the submissions that state the schools' point facts. Grain: one row per submission."""
    stating = sorted({one.submission_no for one in material.schools.values() if one.submission_no is not None})
    bring(connection, "stating", {"submission_no": "BIGINT"}, [(number,) for number in stating])


def read_boarding(connection: duckdb.DuckDBPyConnection, material: Material) -> dict[str, bool]:
    """School code to whether the school has boarders; one whose profile does not say it is left out."""
    register_stating(connection, material)
    found: dict[int, bool] = dict(_query(connection, "boarding"))
    numbers = {code: school.submission_no for code, school in material.schools.items()}
    return {code: found[number] for code, number in numbers.items() if number in found}


def _query(connection: duckdb.DuckDBPyConnection, name: str) -> list[tuple[Any, ...]]:
    return connection.execute((SQL / f"{name}.sql").read_text(encoding="utf-8")).fetchall()
