"""A home that an earlier program made: its record is taken over, everything else is built again and never mixed.

older_home.zip holds the record alone (originals, ledger, params.yaml) as the program of commit 94cd183 wrote it.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow.compute as pc
import pytest

from pipelines.store.home import Home
from pipelines.store.tables import read_table, write_table
from tests.faults import homes

_RECORD = Path(__file__).parent / "older_home.zip"
_OTHER = "0" * 64


def taken_over(to: Path) -> Path:
    """The older home's record, writable, as it lies in a bureau that upgrades."""
    shutil.unpack_archive(_RECORD, to)
    homes.done("keygen", "--home", to)
    return to


def outdated(root: Path) -> None:
    """Turn what was computed into what another program might have left: seals, columns, numbers."""
    home = Home(root)
    home.format.unlink()
    for seal in home.data.glob("*/*/version.txt"):
        seal.write_text(_OTHER, encoding="utf-8")
    for profile in home.stage_dir("validate").glob("*/record_profile.parquet"):
        rows = read_table(profile)
        write_table(profile, rows.append_column("of_another_year", rows["submission_no"]))
    note = home.stage_dir("load") / "tables.json"
    told = json.loads(note.read_bytes())
    del told["version"]
    note.write_text(json.dumps(told), encoding="utf-8")


@pytest.mark.faults
def test_home_of_the_previous_version_is_built_again_from_its_originals(tmp_path: Path) -> None:
    root = taken_over(tmp_path / "home")
    ledger = Home(root).ledger.read_bytes()
    homes.succeeded(homes.run(root))
    once, figures = homes.contents(root), homes.tables(root)
    assert figures["core_submissions"]["rows"] == 4

    outdated(root)
    assert "还没有读入" in homes.command("trace", "closed_campus", "--home", root).said
    homes.done("status", "--home", root)
    homes.succeeded(homes.run(root))
    assert homes.contents(root) == once
    assert homes.tables(root) == figures
    assert Home(root).ledger.read_bytes() == ledger


@pytest.mark.faults
def test_earlier_period_measured_by_another_program_is_measured_again(tmp_path: Path) -> None:
    root = taken_over(tmp_path / "home")
    homes.done("run", "--home", root, "--as-of", homes.AS_OF)
    params = f"standard: {homes.STANDARD}\nperiod: 2026-11\nas_of: '2026-12-05T00:00:00'\n"
    Home(root).params.write_text(params, encoding="utf-8")
    measured = Home(root).stage_dir("measure") / homes.STANDARD / homes.MONTH
    right = {path.name: path.read_bytes() for path in measured.iterdir()}
    rows = read_table(measured / "figures.parquet")
    place = rows.column_names.index("numerator")
    write_table(measured / "figures.parquet", rows.set_column(place, "numerator", pc.multiply(rows["numerator"], 7)))
    (measured / "version.txt").write_text(_OTHER, encoding="utf-8")
    homes.done("stage", "measure", "--home", root)
    assert {path.name: path.read_bytes() for path in measured.iterdir()} == right
