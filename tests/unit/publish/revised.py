"""A small county in memory that is revised: files that come, files corrected, another register, another threshold."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from pipelines.metadata.periods import parse_period
from pipelines.metadata.standards import Standard, load_standard
from pipelines.publish.basis import Basis, basis_of
from tests.spec.world import World

PERIOD = parse_period("2026-10")
FIRST = datetime(2026, 11, 5, 18)
SCHOOLS = ("S1", "S2", "S3", "S4", "S5", "S6", "S7")
GUARDS = "employment | is_certified\n" + "\n".join(["full_time | true"] * 9)
_PROVISIONS = (
    "submission_rate closed_campus guards_staffing daily_reminder teacher_training drill_frequency hazard_closure"
    " tripartite_meetings three_level_checks"
)
_STAGES, _TOWNSHIPS = ("primary", "junior", "kindergarten", "nine_year"), ("East", "West")


def standard() -> Standard:
    """Some provisions of each kind."""
    return only(load_standard("jinghong-2019"), _PROVISIONS)


def only(whole: Standard, names: str) -> Standard:
    """The standard with these provisions alone."""
    return replace(whole, provisions=tuple(whole.provision(name) for name in names.split()))


def with_parameter(whole: Standard, provision: str, name: str, value: int) -> Standard:
    """The same standard with another threshold."""
    parts = [replace(one, value=value) if one.name == name else one for one in whole.provision(provision).parameters]
    changed = replace(whole.provision(provision), parameters=tuple(parts))
    return replace(whole, provisions=tuple(changed if one.id == provision else one for one in whole.provisions))


@dataclass
class Entry:
    """One school's entry in the register."""

    school_type: str
    township: str
    until: str = ""


@dataclass
class County:
    """The county: what came, and the register as it now stands."""

    world: World = field(default_factory=World)
    register: dict[str, Entry] = field(default_factory=dict)
    count: int = 0
    visits: int = 2

    def stamp(self, moment: datetime) -> None:
        """What was sent since the last time came at that moment, each file another."""
        sent = range(self.count + 1, self.world.submissions + 1)
        for number in sent:
            self.world.connection.execute(
                "UPDATE core_submissions SET received_at = ?, sha256 = ?, file_name = ?, version = 1"
                " WHERE submission_no = ?",
                [moment, f"{number:064x}", f"{number}.xlsx", number],
            )
        self.count = self.world.submissions

    def send_register(self, moment: datetime) -> None:
        """The bureau's workbook of the month, with the register as it stands."""
        head = "school_code | school_type | township | ownership | urban_rural | valid_from_date | valid_to_date"
        rows = [
            f"{code} | {one.school_type} | {one.township} | public | rural | 2010-09-01 | {one.until}"
            for code, one in self.register.items()
        ]
        seen = [f"2026-10-{day + 10} | {SCHOOLS[0]} | spot" for day in range(self.visits)]
        met = "meeting_type | held_date | township | is_governance_office_present | is_police_present"
        self.world.register(
            "\n".join([head, *rows]),
            "2026-10",
            inspections="\n".join(["held_date | school_code | level", *seen]),
            meetings=f"{met} | is_school_present\ntripartite | 2026-10-15 | East | true | true | true",
        )
        self.stamp(moment)

    def send_school(self, code: str, month: str, moment: datetime, **sheets: Any) -> None:
        """One school's workbook."""
        self.world.report(code, month, **sheets)
        self.stamp(moment)

    def basis(self, moment: datetime, rules: Standard | None = None) -> Basis:
        """What the figures of October stand on as of that moment."""
        return basis_of(self.world.connection, rules or standard(), PERIOD, moment)


def drawn(rng: Random, month: str) -> dict[str, str]:
    """The sheets of one workbook, invented."""
    guards = "\n".join(["employment | is_certified", *["full_time | true"] * rng.randint(0, 3)])
    hazards = ["hazard_no | found_date | deadline_date | status | closed_date | invalid"]
    for number in range(rng.randint(0, 3)):
        closed = rng.choice(["", f"{month}-{rng.randint(20, 28)}"])
        status = "closed" if closed else "open"
        hazards.append(f"{number} | {month}-0{rng.randint(1, 9)} | {month}-25 | {status} | {closed} |")
    drills = ["held_date | category", *[f"{month}-1{day} | fire" for day in range(rng.randint(0, 2))]]
    answer = rng.choice(["yes", "no", ""])
    return {
        "profile": f"student_count | staff_count | boarder_count\n{rng.choice([80, 600, 1600])} | 20 | 0",
        "checklist": f"item_id | answer | answer_date\nclosed_campus | {answer} | {month}-08",
        "counts": f"item_id | done_count | due_count\ndaily_reminder | {rng.randint(5, 18)} | 18",
        "guards": guards if "\n" in guards else "nil",
        "hazards": "\n".join(hazards) if len(hazards) > 1 else "nil",
        "drills": "\n".join(drills) if len(drills) > 1 else "nil",
        "trainings": "nil",
    }


def county(rng: Random) -> County:
    """Six schools that reported September and October, of which the fifth did not yet report October."""
    made = County()
    listed = [code for code in SCHOOLS if code != SCHOOLS[5]]
    made.register = {code: Entry(rng.choice(_STAGES), rng.choice(_TOWNSHIPS)) for code in listed}
    made.send_register(FIRST)
    for code in listed:
        for month in ("2026-09", "2026-10")[: 1 if code == SCHOOLS[4] else 2]:
            made.send_school(code, month, FIRST, **drawn(rng, month))
    return made


def history(rng: Random) -> dict[str, Basis]:
    """The county after each kind of revision, one a day in an order that is drawn; `first` is before all of them."""
    made = county(rng)
    found = {"first": made.basis(FIRST)}
    kinds = ["new", "corrected", "closed", "moved", "stage", "opened", "bureau", "both"]
    rng.shuffle(kinds)
    for day, kind in enumerate(kinds, 1):
        moment = FIRST + timedelta(days=day)
        _revise(made, kind, moment, rng)
        found[kind] = made.basis(moment)
    rules = with_parameter(standard(), "drill_frequency", "minimum_drills", 9)
    rules = with_parameter(rules, "hazard_closure", "cohort_months", 1)
    return found | {"threshold": made.basis(moment, rules)}


@cache
def moments() -> dict[str, Basis]:
    """One history, for every test that only looks at it."""
    return history(Random(20261122))


def _revise(made: County, kind: str, moment: datetime, rng: Random) -> None:
    """Each kind has a school of its own, so that it can be told from the others."""
    if kind == "new":
        made.send_school(SCHOOLS[4], "2026-10", moment, **drawn(rng, "2026-10"))
    elif kind == "corrected":
        hazards = "hazard_no | found_date | deadline_date | status\n7 | 2026-10-02 | 2026-10-20 | open"
        made.send_school(SCHOOLS[0], "2026-10", moment, **{**drawn(rng, "2026-10"), "hazards": hazards})
    elif kind == "both":
        made.send_school(SCHOOLS[6], "2026-10", moment, **drawn(rng, "2026-10") | {"guards": GUARDS})
        made.register[SCHOOLS[6]].school_type = "senior"
        made.send_register(moment)
    elif kind == "bureau":
        made.visits = 5
        made.send_register(moment)
    else:
        _register(made, kind)
        made.send_register(moment)


def _register(made: County, kind: str) -> None:
    if kind == "closed":
        made.register[SCHOOLS[1]].until = "2026-10-10"
    elif kind == "moved":
        entry = made.register[SCHOOLS[2]]
        entry.township = "West" if entry.township == "East" else "East"
    elif kind == "stage":
        entry = made.register[SCHOOLS[3]]
        entry.school_type = "junior" if entry.school_type != "junior" else "primary"
    elif kind == "opened":
        made.register[SCHOOLS[5]] = Entry("primary", "East")
