"""From the originals to the release: the same bytes in every file, whatever machine, zone or locale made them."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests.determinism.surroundings import LOCALES, MATRIX, Surroundings, make_locale
from tests.faults import homes

_SUFFIXES = {".csv", ".parquet", ".xlsx", ".docx", ".html", ".json"}
_FOLDERS = {"data", "releases", "reports", "returns"}


@pytest.mark.faults
@pytest.mark.parametrize("surroundings", MATRIX, ids=str)
def test_other_surroundings_change_no_byte(
    surroundings: Surroundings, begun: Path, expected: dict[str, str], elsewhere: Path, locales: Path, tmp_path: Path
) -> None:
    if not make_locale(locales, LOCALES[surroundings.locale]):
        pytest.skip(f"locale {LOCALES[surroundings.locale]} is missing: install the packages locales and libc-bin")
    where = tmp_path / "另一个 家" / "home" if surroundings.is_home_elsewhere else tmp_path / "h"
    root = homes.copy_of(begun, where)
    plan = surroundings.plan(locales)
    if surroundings.is_elsewhere:
        plan["checkout"] = elsewhere
    for ended in (homes.run(root, **plan), homes.publish(root, **plan)):
        homes.succeeded(ended)
    made = homes.contents(root)
    differing = sorted(path for path in made.keys() | expected.keys() if made.get(path) != expected.get(path))
    assert differing == []


@pytest.mark.faults
def test_every_kind_of_file_is_compared(expected: dict[str, str]) -> None:
    assert {Path(path).suffix for path in expected} >= _SUFFIXES
    assert {path.partition("/")[0] for path in expected} >= _FOLDERS


def test_every_two_settings_meet_in_the_matrix() -> None:
    rows = [tuple(vars(one).values()) for one in MATRIX]
    for first, second in itertools.combinations(range(len(rows[0])), 2):
        values = {row[first] for row in rows}, {row[second] for row in rows}
        assert {(row[first], row[second]) for row in rows} == set(itertools.product(*values))
