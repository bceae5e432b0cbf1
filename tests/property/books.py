"""Grids of generated cells as files of every format, and the typed rows that come of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from hypothesis import strategies as st

from pipelines.collect.plan import plan_sheet
from pipelines.collect.workbook import Cell, Sheet
from pipelines.extract.batch import Extracted, Original, extract_batch
from pipelines.metadata.contracts import Contract
from pipelines.sample.formats import SUFFIXES, write_file
from pipelines.validate.typing import read_cells
from tests.property.written import Written, cells

PERIOD = "2026-10"
Row = Mapping[str, Written]
_BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]")


@cache
def rows_of(contract: Contract, *, at_most: int = 30) -> st.SearchStrategy[list[dict[str, Written]]]:
    """Rows of the template's columns, each with a filled cell in it."""
    columns = plan_sheet(contract, ()).columns
    row = st.fixed_dictionaries({column.field.name: cells(column.field) for column in columns})
    filled = row.filter(lambda made: sum(entry.value is not None for entry in made.values()) > 1)
    return st.lists(filled, min_size=1, max_size=at_most)


def drawn_sheet(contract: Contract, rows: Sequence[Row]) -> Sheet:
    """The template's sheet with these rows."""
    plan = plan_sheet(contract, ())
    lines = [[row[name].cell for name in plan.field_names] for row in rows]
    return Sheet(plan, contract.title, plan.headings, lines)


def formats_for(sheets: Sequence[Sheet]) -> list[str]:
    """The formats whose writers here can hold every text: xlwt and GBK lack characters, .ods folds blanks."""
    texts = "".join(cell for sheet in sheets for line in sheet.rows for cell in line if isinstance(cell, str))
    formats = ["xlsx", "csv_bom"]
    if not _BEYOND_BMP.search(texts):
        formats.append("xls")
    if not re.search(r"[\s\u200b]", texts):
        formats.append("ods")
    if texts.encode("gb2312", "ignore").decode("gb2312") == texts:
        formats.append("csv_gbk")
    return formats


def extracted(folder: Path, contents: Sequence[tuple[str, bytes]]) -> Extracted:
    """The files, (name, content), read as one batch, numbered from 1."""
    originals = []
    for number, (name, content) in enumerate(contents, 1):
        path = folder / f"original-{number}"
        path.write_bytes(content)
        originals.append(Original(number, path, name, PERIOD))
    return extract_batch(originals)


def written_files(sheets: Sequence[Sheet], formats: Sequence[str]) -> list[tuple[str, bytes]]:
    """The same sheets in each of the formats."""
    return [(f"report{SUFFIXES[name]}", write_file(name, None, sheets)) for name in formats]


def typed_rows(connection: duckdb.DuckDBPyConnection, batch: Extracted, contract: Contract) -> dict[int, list[Any]]:
    """The typed rows of each file of a batch, in order, as tuples of the template's fields."""
    found: dict[int, list[Any]] = {number: [] for number in batch.submissions["submission_no"].to_pylist()}
    records = batch.records.get(contract.name)
    if records is None:
        return found
    connection.register("numbers", batch.submissions)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE submission AS SELECT submission_no, DATE '2026-10-15' AS middle FROM numbers"
    )
    names = plan_sheet(contract, ()).field_names
    for row in read_cells(connection, contract, records).to_pylist():
        found[row["submission_no"]].append(tuple(row[name] for name in names))
    return found


def expected_rows(contract: Contract, rows: Sequence[Row]) -> list[tuple[Any, ...]]:
    """The values that the rows were written for."""
    names = plan_sheet(contract, ()).field_names
    return [tuple(row[name].value for name in names) for row in rows]


def told_cells(rows: Sequence[Row]) -> list[dict[str, Cell]]:
    """What stands in the cells, for the message of a failure."""
    return [{name: entry.cell for name, entry in row.items()} for row in rows]
