"""What schools wrote in the cells behind a figure, word for word; restricted fields masked unless they are asked for.

Only a trace reads this: nothing that is published tells what stands in a cell.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from pipelines.extract.column_texts import UNREADABLE
from pipelines.metadata.contracts import Contract, contract
from pipelines.metadata.persons import shown
from pipelines.publish.wording import say
from pipelines.report.sources import Cell, Layouts, SheetUse, Source, bring
from pipelines.store.batches import batch_folders
from pipelines.store.home import Home
from pipelines.store.pruned import read_pruned
from pipelines.store.sql import named_rows
from pipelines.wording import text as said

_Texts = dict[tuple[int, int], dict[str, str | None]]
"""Submission and row of one table to the texts of its fields, in the order of receipt and of the sheet."""
_At = tuple[int, str, int, str]
"""Submission, table, row and field."""


class _Filler:
    """The texts of the sources' cells, each table read once."""

    def __init__(
        self,
        layouts: Layouts,
        texts: Mapping[str, _Texts],
        pruned: Collection[int],
        corrected: Mapping[_At, str],
        restricted: bool,
    ) -> None:
        self._layouts, self._pruned, self._restricted = layouts, pruned, restricted
        self._texts, self._corrected = texts, corrected
        self._rows: dict[tuple[str, int], list[int]] = {}
        for table, rows in texts.items():
            for number, row_no in rows:
                self._rows.setdefault((table, number), []).append(row_no)

    def source(self, source: Source) -> Source:
        """The file with the text of each cell, and with the cells of the rows of its sheets."""
        number = source.submission_no
        cells = tuple(self._told(cell, number) for cell in source.cells)
        sheets = tuple(replace(one, cells=tuple(self._sheet(one, number))) for one in source.sheets)
        return replace(source, cells=cells, sheets=sheets)

    def _told(self, cell: Cell, number: int) -> Cell:
        if number in self._pruned:
            return replace(cell, text=said("prune.cell"))
        table, field = cell.field.split(".")
        found = self._texts.get(table, {}).get((number, cell.row_no), {})
        return replace(cell, text=self._shown((number, table, cell.row_no, field), found.get(field)))

    def _sheet(self, sheet: SheetUse, number: int) -> Iterable[Cell]:
        """Every cell of the rows that count which is not blank, row by row."""
        table = contract(sheet.table)
        for row_no in self._rows.get((table.name, number), ()):
            for field, text in self._texts[table.name][number, row_no].items():
                if text or (number, table.name, row_no, field) in self._corrected:
                    address = self._layouts.address(number, table.name, row_no, field)
                    place = (sheet.sheet, row_no, address, table.field(field).label, f"{table.name}.{field}")
                    yield Cell(*place, self._shown((number, table.name, row_no, field), text))

    def _shown(self, at: _At, text: str | None) -> str:
        """What the school wrote there, then what the bureau counts instead, if it does."""
        _, table, _, name = at
        if text == UNREADABLE:
            told = say("versions.unreadable")
        else:
            told = text or "" if self._restricted else shown(text or "", contract(table).field(name))
        return told + self._corrected.get(at, "")


def fill_in(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    layouts: Layouts,
    files: Mapping[str, tuple[Source, ...]],
    *,
    restricted: bool,
) -> dict[str, tuple[Source, ...]]:
    """The same files with the text of each cell, and with the cells of the rows that a rule gathers."""
    named: dict[str, set[tuple[int, int]]] = {}
    gathered: dict[str, set[int]] = {}
    for source in (one for found in files.values() for one in found):
        for cell in source.cells:
            named.setdefault(cell.field.split(".")[0], set()).add((source.submission_no, cell.row_no))
        for sheet in source.sheets:
            gathered.setdefault(sheet.table, set()).add(source.submission_no)
    folders = batch_folders(home.stage_dir("extract"))
    texts: dict[str, _Texts] = {}
    for table, places in named.items():
        bring(connection, "wanted", {"submission_no": "BIGINT", "row_no": "INTEGER"}, sorted(places))
        texts[table] = _read(connection, folders, contract(table), "submission_no, row_no")
    for table, numbers in gathered.items():
        bring(connection, "wanted", {"submission_no": "BIGINT"}, [(number,) for number in sorted(numbers)])
        texts[table] = texts.get(table, {}) | _read(connection, folders, contract(table), "submission_no")
    filler = _Filler(layouts, texts, read_pruned(home).keys(), _corrections(connection), restricted)
    return {code: tuple(map(filler.source, found)) for code, found in files.items()}


def _corrections(connection: duckdb.DuckDBPyConnection) -> dict[_At, str]:
    """What is told of every correction that counts; of a restricted field in masked texts."""
    rows = named_rows(connection.execute("FROM core_corrected_cells WHERE state = 'applied'"))
    return {
        (row["target_no"], row["table_name"], row["target_row_no"], row["field"]): say("trace.corrected", **row)
        for row in rows
    }


def _read(connection: duckdb.DuckDBPyConnection, folders: Iterable[Path], table: Contract, key: str) -> _Texts:
    """Texts of the rows that count and whose key is in the table `wanted`, as extract left them."""
    paths = [str(path.resolve()) for folder in folders if (path := folder / f"record_{table.name}.parquet").exists()]
    if not paths:
        return {}
    fields = [field.name for field in table.fields]
    statement = f"""SELECT submission_no, row_no, {", ".join(f'"{name}"' for name in fields)}
    FROM read_parquet($paths, union_by_name = true)
    SEMI JOIN wanted USING ({key})
    SEMI JOIN {table.table} USING (submission_no, row_no)
    ORDER BY submission_no, sheet_no, row_no"""
    rows: list[tuple[Any, ...]] = connection.execute(statement, {"paths": paths}).fetchall()
    return {(number, row_no): dict(zip(fields, texts, strict=True)) for number, row_no, *texts in rows}
