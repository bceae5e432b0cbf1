"""A row kept out, a cell that cannot be read, a sheet not there: what was decided stays, or is unreported, never flips.

Many schools of a random county are damaged at once, one damage each, and the bureau's workbook once a sheet; the county
is measured whole and damaged. `make fuzz` measures more counties; DAMAGE_SEEDS says how many.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from random import Random

import duckdb
import pytest

from pipelines.measure.measuring import Measured, measure
from pipelines.measure.scopes import read_provision
from pipelines.metadata.periods import parse_period
from pipelines.metadata.standards import Standard, load_standard, standard_ids
from tests.metamorphic.damages import SHEET, Damage, candidates, damaged, draw_damages, targets
from tests.metamorphic.flips import drifts, flips
from tests.second_opinion.counties import random_county
from tests.second_opinion.drawing import ITEMS

MONTHS = ("2026-09", "2026-10", "2026-11")
SEEDS = int(os.environ.get("DAMAGE_SEEDS", "1"))
SCHOOLS = int(os.environ.get("DAMAGE_SCHOOLS", "100"))
AS_OF = datetime(2027, 3, 20)
BUREAU_LEVELS = ("bureau", "township", "body", "task")
COVERED = ("answer", "answer_date", "done_count", "due_count")


@dataclass(frozen=True)
class County:
    """A whole county of a seed, and where it can be hit."""

    connection: duckdb.DuckDBPyConnection
    schools: dict[tuple[str, str], list[Damage]]
    bureau: dict[tuple[str, str], list[Damage]]

    def drawn(self, rng: Random) -> list[Damage]:
        """One damage for every school."""
        senders = sorted({damage.school for places in self.schools.values() for damage in places})
        return draw_damages(rng, self.schools, MONTHS, senders)


@cache
def county(seed: int) -> County:
    """Every standard is measured on the same county."""
    items = [item["id"] for item in ITEMS]
    connection = random_county(seed, MONTHS, "x", items, SCHOOLS, is_whole=True)
    return County(connection, candidates(connection, "school"), candidates(connection, "bureau"))


def _measured(seed: int, standard: Standard) -> Measured:
    return measure(county(seed).connection, standard, parse_period(MONTHS[-1]), AS_OF)


def _of_bureau(standard: Standard) -> Standard:
    """Its provisions that rest on the bureau's sheets."""
    sheets = {table for table, _ in targets("bureau")}
    kept = []
    for provision in standard.provisions:
        reading = read_provision(standard, provision)
        read = reading.point_tables | reading.event_tables | reading.ledger_tables
        kept += [provision] if provision.kind == "task" or read & sheets else []
    return replace(standard, provisions=tuple(kept))


def _told(found: Iterable[tuple[tuple[object, ...], str]], damages: list[Damage]) -> list[str]:
    by_sender = {damage.school: damage for damage in damages if damage.school}
    return [f"{key}: {what}; {by_sender.get(str(key[2]), 'several damages')}" for key, what in found]


@pytest.mark.parametrize("seed", range(1, SEEDS + 1))
@pytest.mark.parametrize("standard_id", standard_ids())
def test_a_damage_never_flips_a_status(standard_id: str, seed: int) -> None:
    """Nor does a number change unsaid, or a rate's bounds leave out what was true."""
    standard = load_standard(standard_id)
    damages = county(seed).drawn(Random(f"damages {seed} {standard_id}"))
    whole = _measured(seed, standard)
    without_sheet = frozenset(damage.school for damage in damages if damage.part == SHEET)
    with damaged(county(seed).connection, damages):
        hurt = _measured(seed, standard)
    found = _told([*flips(whole, hurt, "school", without_sheet), *drifts(whole, hurt)], damages)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("seed", range(1, SEEDS + 1))
@pytest.mark.parametrize("standard_id", standard_ids())
def test_a_damage_of_the_bureau_s_workbook_never_flips_a_status(standard_id: str, seed: int) -> None:
    """The same of one damage in each of the bureau's sheets, for what rests on them."""
    standard = _of_bureau(load_standard(standard_id))
    places = county(seed).bureau
    rng = Random(f"bureau {seed} {standard_id}")
    damages = []
    for table in sorted({table for table, _ in places}):
        parts = [found for (name, part), found in places.items() if name == table and part != SHEET and found]
        damages += [rng.choice(rng.choice(parts))] if parts else []
    whole = _measured(seed, standard)
    with damaged(county(seed).connection, damages):
        hurt = _measured(seed, standard)
    found = [f"{key}: {what}" for level in BUREAU_LEVELS for key, what in flips(whole, hurt, level)]
    assert not found, "\n".join([*dict.fromkeys(found), *map(str, damages)])


def test_every_sheet_and_field_that_a_provision_reads_is_hit() -> None:
    """Over the standards of one seed; a field that no school of the county fills in could not be."""
    hit = {
        (damage.table, damage.part)
        for standard_id in standard_ids()
        for damage in county(1).drawn(Random(f"damages 1 {standard_id}"))
    }
    read: set[tuple[str, str]] = set()
    for standard_id in standard_ids():
        standard = load_standard(standard_id)
        for provision in standard.provisions:
            reading = read_provision(standard, provision)
            fields = reading.doubtful_fields | {f"profile.{name}" for name in reading.profile_fields}
            read |= {(field.split(".")[0], field.split(".")[1]) for field in fields}
    hittable = {target for target, places in county(1).schools.items() if places}
    schools = {table for table, _ in targets("school")}
    assert sorted({each for each in read if each[0] in schools} & set(targets("school")) - hit) == []
    assert {(table, part) for table in schools for part in ("the row", "the sheet")} <= hit
    assert {target for target in hittable if target[1] in COVERED} <= hit
