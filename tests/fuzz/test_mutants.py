"""Damaged workbooks and CSV files are refused by name or read, and never more than that.

About fifteen seconds of rounds; FUZZ_MINUTES (make fuzz) asks for longer ones from a new seed; FUZZ_SEED gives one.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from html import escape
from pathlib import Path, PurePosixPath
from random import Random

import pytest

from pipelines.extract.grids import read_grids
from pipelines.sample.county import make_county
from tests.fuzz.mutants import Mutant, draw_mutant
from tests.fuzz.rounds import Rounds
from tests.unit.extract.books import ods_bytes, ods_table
from tests.unit.extract.old_books import xlsb_drills, xlsb_school, xlsb_texts

MINUTES = float(os.environ.get("FUZZ_MINUTES", "0"))
SEED = int(os.environ.get("FUZZ_SEED") or (time.time_ns() if MINUTES else 2026))
SECONDS = 60 * MINUTES or 12
IN_ROUND = 40
# Enough schools that .xls and .zip are among them; the rounds are quicker with a few files of each.
SCHOOLS = 12
OF_A_KIND = 2


def sample_files(folder: Path) -> dict[str, bytes]:
    """Files of every format: those of a random county, and one of its workbooks as .ods."""
    county = make_county(folder, 1, SCHOOLS, ("2026-10",), "jinghong-2019")
    accepted = {arrival.file_name for arrival in county.arrivals if arrival.outcome == "accepted"}
    paths = sorted(path for path in folder.rglob("*") if path.name in accepted)
    files: dict[str, bytes] = {}
    for suffix in (".xlsx", ".xls", ".zip"):
        chosen = [path for path in paths if path.suffix == suffix][:OF_A_KIND]
        assert chosen, f"the county has no {suffix}"
        files |= {path.name: path.read_bytes() for path in chosen}
    drills = xlsb_school(xlsb_drills(xlsb_texts(1, ["秋季消防演练", "消防", "2026-10-14", "480"])))
    sheets = read_grids(next(path for path in paths if path.suffix == ".xlsx"), "report.xlsx")
    tables = (ods_table(sheet.name, [list(map(escape, row)) for row in sheet.rows]) for sheet in sheets)
    return files | {"10月.xlsb": drills, "10月.ods": ods_bytes("".join(tables))}


def real_files(checkout: Path) -> dict[str, bytes]:
    """The workbooks of a real shape that may lie beside the checkout."""
    paths = sorted((checkout.parent / "shared" / "submissions").glob("V*"))
    return {path.name: path.read_bytes() for path in paths if path.suffix in (".xlsx", ".xls", ".ods", ".zip", ".csv")}


def told(mutants: Sequence[Mutant], wrong: Sequence[tuple[int, str]], folder: Path, turn: int) -> str:
    """Seed, and for everything wrong the file with which to see it again."""
    folder.mkdir(exist_ok=True)
    lines = [f"FUZZ_SEED={SEED}, round {turn}"]
    for at, message in wrong:
        if at < 0:
            lines.append(message)
            continue
        mutant = mutants[at]
        path = folder / f"{turn}-{at}{PurePosixPath(mutant.name).suffix}"
        path.write_bytes(mutant.content)
        lines.append(f"{path} ({mutant.base}, {mutant.how}): {message}")
    return "\n".join(lines)


@pytest.mark.slow
def test_damaged_files_are_refused_or_read_and_disturb_no_other(checkout: Path, tmp_path: Path) -> None:
    sample = sample_files(tmp_path / "county")
    good = [(name, content) for name, content in sample.items() if name.endswith(".xlsx")][:OF_A_KIND]
    bases = sample | real_files(checkout)
    rounds = Rounds(tmp_path, bases, good)
    assert not any(rounds.whole[name].is_refused for name in sample)
    end = time.monotonic() + SECONDS
    turn = 0
    while turn == 0 or time.monotonic() < end:
        rng = Random(f"{SEED}/{turn}")
        mutants = [draw_mutant(rng, bases) for _ in range(IN_ROUND)]
        try:
            wrong = rounds.run(turn, mutants)
        except Exception as error:
            error.add_note(
                told(mutants, [(at, "in the batch") for at in range(len(mutants))], tmp_path / "wrong", turn)
            )
            raise
        assert not wrong, told(mutants, wrong, tmp_path / "wrong", turn)
        turn += 1
