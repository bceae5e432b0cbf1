"""B10 and B11: the database is no record: deleted, cut short or robbed of its log, it is built again the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipelines.publish.accepted_rows import FOLDER
from pipelines.store.home import Home
from tests.faults import homes


def _delete(home: Home) -> None:
    home.database.unlink()


def _cut(home: Home) -> None:
    content = home.database.read_bytes()
    home.database.write_bytes(content[: len(content) // 2])


def _blank_page(home: Home) -> None:
    content = bytearray(home.database.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 4096] = bytes(4096)
    home.database.write_bytes(content)


def _lose_rows(home: Home) -> None:
    """What is left where rows stood in a log that is gone."""
    with duckdb.connect(str(home.database)) as connection:
        connection.execute(
            "DELETE FROM core_submissions WHERE submission_no = (SELECT max(submission_no) FROM core_submissions)"
        )
        connection.execute("CHECKPOINT")


def _foreign_log(home: Home) -> None:
    Path(f"{home.database}.wal").write_bytes(b"\x00torn" * 100)


def _no_note(home: Home) -> None:
    (home.stage_dir("load") / "tables.json").unlink()


def _torn_note(home: Home) -> None:
    note = home.stage_dir("load") / "tables.json"
    note.write_bytes(note.read_bytes()[:50])


SPOILS = {
    "b10-deleted": _delete,
    "b11-cut": _cut,
    "b11-blank-page": _blank_page,
    "b11-rows-of-a-lost-log": _lose_rows,
    "b11-torn-log": _foreign_log,
    "b11-no-note": _no_note,
    "b11-torn-note": _torn_note,
}


SHORT = ("b10-deleted", "b11-rows-of-a-lost-log")
TRACE = ("trace", "guards_staffing", "--as-of", homes.AS_OF, "--home")


@pytest.fixture(scope="module")
def traced(published: Path) -> str:
    """A figure, followed down to its cells in the whole database."""
    return homes.done(*TRACE, published)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(spoil, id=name, marks=[] if name in SHORT else [pytest.mark.faults])
        for name, spoil in SPOILS.items()
    ],
)
def test_b10_b11_a_spoilt_database_is_built_again(
    spoil: Callable[[Home], None], traced: str, published: Path, tmp_path: Path
) -> None:
    root = homes.copy_of(published, tmp_path / "home")
    spoil(Home(root))
    assert homes.done(*TRACE, root) == traced
    assert homes.tables(root) == homes.tables(published)
    assert homes.contents(root) == homes.contents(published)


def test_b10_the_rows_of_a_release_are_those_of_the_database(published: Path) -> None:
    """Parquet and CSV are the record of what was published: they say the same without DuckDB's own file."""
    rows = published / homes.RELEASE / "r1" / FOLDER
    tables = homes.tables(published)
    counted = 0
    with duckdb.connect() as connection:
        for path in sorted(rows.glob("core_*.parquet")):
            (count,) = connection.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchall()[0]
            assert count == tables[path.stem]["rows"], path.name
            counted += count
    assert counted > 0
