"""A small county in memory that is revised: files that come, files corrected, another register, another threshold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random

from pipelines.metadata.periods import parse_period
from pipelines.metadata.standards import Standard, load_standard
from pipelines.publish.basis import Basis, basis_of
from tests.spec.world import World

PERIOD = parse_period("2026-10")
BEFORE, AFTER = datetime(2026, 11, 5, 18), datetime(2026, 11, 25, 18)
SCHOOLS = ("S1", "S2", "S3", "S4", "S5", "S6")
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

    def send_register(self, moment: datetime, visits: int = 2) -> None:
        """The bureau's workbook of the month, with the register as it stands."""
        head = "school_code | school_type | township | ownership | urban_rural | valid_from_date | valid_to_date"
        rows = [
            f"{code} | {one.school_type} | {one.township} | public | rural | 2010-09-01 | {one.until}"
            for code, one in self.register.items()
        ]
        seen = [f"2026-10-{day + 10} | {SCHOOLS[0]} | spot" for day in range(visits)]
        met = "meeting_type | held_date | township | is_governance_office_present | is_police_present"
        self.world.register(
            "\n".join([head, *rows]),
            "2026-10",
            inspections="\n".join(["held_date | school_code | level", *seen]),
            meetings=f"{met} | is_school_present\ntripartite | 2026-10-15 | East | true | true | true",
        )
        self.stamp(moment)

    def send_school(self, code: str, month: str, moment: datetime, **sheets: str) -> None:
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
    """Six schools, most of which reported September and October by BEFORE."""
    made = County()
    made.register = {code: Entry(rng.choice(_STAGES), rng.choice(_TOWNSHIPS)) for code in SCHOOLS[:5]}
    made.send_register(BEFORE)
    for month in ("2026-09", "2026-10"):
        for code in SCHOOLS[:5]:
            if rng.random() < 0.8:
                made.send_school(code, month, BEFORE, **drawn(rng, month))
    return made


def revise(made: County, rng: Random, kinds: Iterator[str] | list[str]) -> Standard:
    """Let something of each kind happen by AFTER; returns the standard that then holds."""
    rules = standard()
    for kind in kinds:
        code = rng.choice(SCHOOLS[:5])
        if kind == "file":
            for month in rng.sample(["2026-09", "2026-10"], rng.randint(1, 2)):
                made.send_school(code, month, AFTER, **drawn(rng, month))
        elif kind == "closed":
            made.register[code].until = "2026-10-10"
        elif kind == "moved":
            made.register[code].township = "West" if made.register[code].township == "East" else "East"
        elif kind == "stage":
            made.register[code].school_type = rng.choice(_STAGES)
        elif kind == "opened":
            made.register[SCHOOLS[5]] = Entry("primary", "East")
        elif kind == "visits":
            made.send_register(AFTER, rng.randint(0, 4))
        elif kind == "threshold":
            rules = with_parameter(rules, "drill_frequency", rules.provision("drill_frequency").parameters[0].name, 3)
            rules = with_parameter(rules, "hazard_closure", "cohort_months", 1)
    if {"closed", "moved", "stage", "opened"} & set(kinds):
        made.send_register(AFTER)
    return rules
