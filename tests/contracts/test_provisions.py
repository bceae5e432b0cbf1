"""The mission's list of provisions against the standards: every id is live, with the facts that the list gives.

provisions.csv is a copy of those facts. No standard deviates from them; what is read otherwise is told in `reading`.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.cli import cli
from pipelines.metadata.standards import Provision, load_standard, standard_ids, standard_path

_COLUMNS = ("id", "clause", "name_zh", "name_en", "population", "kind", "window", "scored", "target")
COUNTS = {"anqing-2018": 66, "jinghong-2019": 50, "wujin-2020": 46, "sunite-2022": 37, "xx-county": 28}


def _listed() -> list[dict[str, str]]:
    with (Path(__file__).parent / "provisions.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


LISTED = _listed()


def _live(provision: Provision) -> dict[str, str]:
    return {column: "" if (value := getattr(provision, column)) is None else str(value) for column in _COLUMNS}


def _wanted(row: dict[str, str]) -> dict[str, str]:
    """The row as the standard has to have it; Chinese quotation marks where the list has none of them."""
    opened = row["name_zh"].replace('"', "“", 1).replace('"', "”", 1)
    return {column: row[column] for column in _COLUMNS} | {"name_zh": opened}


def test_the_list_is_whole() -> None:
    """227 provisions of five documents."""
    found = [row["standard"] for row in LISTED]
    assert {name: found.count(name) for name in sorted(set(found))} == dict(sorted(COUNTS.items()))
    assert len(LISTED) == 227


@pytest.mark.parametrize("standard_id", COUNTS)
def test_every_listed_provision_is_live_as_listed(standard_id: str) -> None:
    """Clause, names, population, kind, window, whether scored, and target."""
    assert standard_path(standard_id).exists()
    live = {provision.id: _live(provision) for provision in load_standard(standard_id).provisions}
    rows = [row for row in LISTED if row["standard"] == standard_id]
    assert {row["id"]: live.get(row["id"]) for row in rows} == {row["id"]: _wanted(row) for row in rows}


def test_the_command_prints_what_the_list_asks_for() -> None:
    """`standards --format csv`: nine columns, one row per provision of every standard."""
    result = CliRunner().invoke(cli, ["standards", "--format", "csv"])
    assert result.exit_code == 0, result.output
    rows = list(csv.DictReader(result.output.splitlines()))
    assert list(rows[0]) == ["standard", *_COLUMNS[:-1]]
    expected = [(name, one.id, one.window) for name in standard_ids() for one in load_standard(name).provisions]
    assert [(row["standard"], row["id"], row["window"]) for row in rows] == expected
