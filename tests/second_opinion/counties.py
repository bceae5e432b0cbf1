"""A loaded county drawn at random, straight into the core tables: far more states than a believable county shows.

Every cell may be blank or unreadable, every sheet absent, empty, nil or short of rows, every month missing, sent
twice or rejected; schools open and close in mid-window; dates lie on the edges of months and windows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from random import Random

import duckdb
import pyarrow as pa

from pipelines.metadata.contracts import contract
from tests.second_opinion.bureau_sheets import send_bureau
from tests.second_opinion.drawing import County, Fields
from tests.second_opinion.school_sheets import draw_school, send_school
from tests.spec.world import World


def random_county(
    seed: int,
    months: Sequence[str],
    document: str,
    asked: Iterable[str],
    school_count: int = 18,
    *,
    is_whole: bool = False,
    is_visited: bool = False,
) -> duckdb.DuckDBPyConnection:
    """The core tables of a county of that seed, whose workbooks ask these items and list the document's tasks.

    `is_whole`: nothing in them is unreadable or lost. `is_visited`: visits look at every item that is asked, often.
    """
    dice, echoes = Random(f"second opinion {seed}"), Random(f"echoes {seed}")
    county = County(dice, months, document, frozenset(asked), is_whole, is_visited, echoes)
    schools = [draw_school(county, number) for number in range(school_count)]
    for month in months:
        if not county.chance(0.12) or month == months[0] or is_visited:
            send_bureau(county, month, schools)
    for school in schools:
        hazards: list[Fields] = []
        for month in months:
            if county.chance(0.9):
                send_school(county, school, month, hazards)
    connection = World().connection
    _insert(connection, "core_submissions", county.submissions)
    _insert(connection, "core_sheets", county.sheets)
    for name, rows in county.rows.items():
        _insert(connection, f"core_{name}", rows, dict(contract(name).core_columns))
    return connection


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, rows: list[Fields], kinds: Mapping[str, str] | None = None
) -> None:
    columns = sorted({name for row in rows for name in row})
    incoming = pa.table({name: pa.array([row.get(name) for row in rows]) for name in columns})
    connection.register("incoming", incoming)
    picked = ", ".join(f"CAST({name} AS {kinds[name]})" if kinds else name for name in columns)
    connection.execute(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {picked} FROM incoming")
    connection.unregister("incoming")
