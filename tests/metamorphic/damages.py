"""Damages of a loaded county as intake leaves them: a cell that cannot be read, a row kept out, a sheet not there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random

import duckdb
import pyarrow as pa

from pipelines.metadata.contracts import contract, contracts

ROW, SHEET = "the row", "the sheet"
_OF_ITEM = "submission_no, item_id"
_ANSWERED_ONCE = {
    **dict.fromkeys(("checklist", "counts"), _OF_ITEM),
    **dict.fromkeys(("body_checklist", "body_counts"), f"{_OF_ITEM}, body"),
}
_CURRENT = """
SELECT submission_no, coalesce(school_code, '') AS sender, period
FROM core_submissions
WHERE status IN ('accepted', 'accepted_with_findings')
QUALIFY row_number() OVER (
    PARTITION BY origin, school_code, period ORDER BY received_at DESC, submission_no DESC
) = 1"""


@dataclass(frozen=True)
class Damage:
    """One damage: `part` is a field, ROW or SHEET; `school` is '' for the bureau, `row_no` 0 for a sheet."""

    table: str
    part: str
    school: str
    month: str
    submission_no: int
    row_no: int

    def __str__(self) -> str:
        return f"{self.table}.{self.part} of {self.school or 'bureau'} {self.month} row {self.row_no}"


def targets(origin: str) -> list[tuple[str, str]]:
    """Every table of that origin with each part that intake can leave unknown.

    A required cell that cannot be read costs its row; register and corrections are no facts that a provision reads.
    """
    tables = [each for each in contracts(origin) if each.name != "explanations" and not each.is_standing]
    return [
        (table.name, part)
        for table in tables
        for part in (*(field.name for field in table.fields if not field.required), ROW, SHEET)
        if part in (ROW, SHEET) or part in dict(table.core_columns)
    ]


def candidates(connection: duckdb.DuckDBPyConnection, origin: str) -> dict[tuple[str, str], list[Damage]]:
    """Where each target can be hit: filled cells, rows and sheets of the submissions that count."""
    found: dict[tuple[str, str], list[Damage]] = {}
    for table, part in targets(origin):
        source = "core_sheets" if part == SHEET else f"core_{table}"
        test = f"table_name = '{table}'" if part == SHEET else "true" if part == ROW else f"{part} IS NOT NULL"
        row_no = "0" if part == SHEET else "row_no"
        rows = connection.execute(
            f"SELECT sender, period, submission_no, {row_no} FROM {source} JOIN ({_CURRENT}) USING (submission_no)"
            f" WHERE {test} ORDER BY ALL"
        ).fetchall()
        found[table, part] = [Damage(table, part, *row) for row in rows]
    return found


def draw_damages(
    rng: Random, found: dict[tuple[str, str], list[Damage]], months: Sequence[str], schools: Iterable[str]
) -> list[Damage]:
    """At most one damage a school, the targets in turn; three of four in the last month."""
    free = set(schools)
    drawn: list[Damage] = []
    order = [target for target, places in found.items() if places]
    rng.shuffle(order)
    while free:
        before = len(free)
        for target in order:
            places = [each for each in found[target] if each.school in free]
            recent = [each for each in places if each.month == months[-1]]
            if places:
                damage = rng.choice(recent if recent and rng.random() < 0.75 else places)
                drawn.append(damage)
                free.discard(damage.school)
        if len(free) == before:
            break
    return drawn


@contextmanager
def damaged(connection: duckdb.DuckDBPyConnection, damages: Iterable[Damage]) -> Iterator[None]:
    """The county with these damages; whole again afterwards."""
    by_target: dict[tuple[str, str], list[Damage]] = defaultdict(list)
    for damage in damages:
        by_target[damage.table, damage.part].append(damage)
    connection.execute("BEGIN")
    try:
        for (table, part), members in by_target.items():
            _apply(connection, table, part, members)
        yield
    finally:
        connection.execute("ROLLBACK")


def _apply(connection: duckdb.DuckDBPyConnection, table: str, part: str, members: Sequence[Damage]) -> None:
    places = pa.table(
        {"no": [each.submission_no for each in members], "place": [each.row_no for each in members]},
        schema=pa.schema({"no": pa.int64(), "place": pa.int64()}),
    )
    connection.register("places", places)
    core = contract(table).table
    here = "submission_no = places.no AND row_no = places.place"
    if part == SHEET:
        connection.execute(f"DELETE FROM {core} USING places WHERE submission_no = places.no")
        connection.execute(
            f"DELETE FROM core_sheets USING places WHERE submission_no = places.no AND table_name = '{table}'"
        )
    elif part == ROW:
        # An item that is answered twice, differently, is kept out whole: see E-ITEM-DUP.
        lost = f"SELECT * FROM {core} WHERE (submission_no, row_no) IN (SELECT (no, place) FROM places)"
        if keys := _ANSWERED_ONCE.get(table):
            lost = f"SELECT kept.* FROM {core} AS kept SEMI JOIN ({lost}) USING ({keys})"
        connection.execute(f"CREATE OR REPLACE TEMP TABLE lost_now AS SELECT submission_no, row_no FROM ({lost})")
        connection.execute(
            f"DELETE FROM {core} WHERE (submission_no, row_no) IN (SELECT (submission_no, row_no) FROM lost_now)"
        )
        connection.execute(
            "UPDATE core_sheets SET row_count = row_count - lost.total, lost_row_count = lost_row_count + lost.total"
            " FROM (SELECT submission_no AS no, count(*) AS total FROM lost_now GROUP BY no) AS lost"
            f" WHERE submission_no = lost.no AND table_name = '{table}'"
        )
    else:
        connection.execute(
            f"UPDATE {core} SET {part} = NULL, invalid_fields = list_append(coalesce(invalid_fields, []), '{part}')"
            f" FROM places WHERE {here}"
        )
    connection.unregister("places")
