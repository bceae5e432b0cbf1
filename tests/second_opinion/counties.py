"""A loaded county drawn at random, straight into the core tables: far more states than a believable county shows.

Every cell may be blank or unreadable, every sheet absent, empty, nil or short of rows, every month missing, sent
twice or rejected; schools open and close in mid-window; dates lie on the edges of months and windows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import duckdb
import pyarrow as pa
import yaml

from pipelines.metadata.contracts import contract
from tests.second_opinion.calendar import CONTRACTS, month_span
from tests.spec.world import World

TYPES: tuple[str, ...] = (
    "kindergarten",
    "primary",
    "junior",
    "nine_year",
    "complete_secondary",
    "senior",
    "twelve_year",
    "vocational",
)
TYPES += ("special", "teaching_point")
TOWNSHIPS = ("East", "West", "North")
BODIES = ("公安局", "教育局", "民政局", "市场监管局", "综治办")
TOPICS = (
    "防溺水",
    "交通安全",
    "反欺凌",
    "反暴力",
    "反恐",
    "防性侵",
    "国家安全",
    "消防",
    "心理健康",
    "食品",
    "地震",
    "反邪教",
)
DRILLS: tuple[tuple[str, str], ...] = (
    ("消防疏散", "fire"),
    ("地震逃生", "earthquake"),
    ("防溺水救护", "drowning"),
    ("校车逃生", "bus_escape"),
)
DRILLS += (("反恐防暴", "terror"), ("撤离演练", "evacuation"), ("食物中毒", "food"), ("交通事故处置", "traffic"))
VALUES = yaml.safe_load((CONTRACTS / "values.yaml").read_text(encoding="utf-8"))["vocabularies"]
ITEMS = yaml.safe_load((CONTRACTS / "items.yaml").read_text(encoding="utf-8"))["items"]
Fields = dict[str, Any]


def values_of(vocabulary: str) -> list[str]:
    """Canonical values of a vocabulary."""
    return [each["value"] for each in VALUES[vocabulary]]


@dataclass
class County:
    """The county while it is drawn."""

    rng: Random
    months: Sequence[str]
    document: str
    asked: frozenset[str]
    rows: dict[str, list[Fields]] = field(default_factory=dict)
    sheets: list[Fields] = field(default_factory=list)
    submissions: list[Fields] = field(default_factory=list)

    def chance(self, share: float) -> bool:
        """True in that share of cases."""
        return self.rng.random() < share

    def day_near(self, month: str) -> date:
        """A day of the month, its first or last often, a day beside it now and then."""
        start, end = month_span(month)
        edge = self.rng.random()
        if edge < 0.1:
            return self.rng.choice((start, end))
        if edge < 0.18:
            return self.rng.choice((start - timedelta(days=1), end + timedelta(days=1)))
        return start + timedelta(days=self.rng.randrange((end - start).days + 1))

    def send(self, origin: str, code: str | None, month: str, sheets: Mapping[str, Callable[[], list[Fields]]]) -> None:
        """A workbook of the month; now and then a rejected one, and a second one after the period."""
        for turn in range(2 if self.chance(0.15) else 1):
            number = len(self.submissions) + 1
            received = datetime.combine(month_span(month)[1], datetime.min.time())
            received += timedelta(days=self.rng.randrange(-6, 5) + 9 * turn, hours=self.rng.randrange(24))
            status = "rejected" if self.chance(0.05) else self.rng.choice(("accepted", "accepted_with_findings"))
            self.submissions.append(
                {"submission_no": number, "origin": origin, "school_code": code, "period": month}
                | {"sent_period": month, "received_at": received, "status": status, "version": turn + 1}
            )
            if status == "rejected":
                continue
            for name, draw in sheets.items():
                self._fill(number, name, draw)

    def _fill(self, number: int, name: str, draw: Callable[[], list[Fields]]) -> None:
        must = name in ("profile", "register")
        state = self.rng.random()
        if state < 0.04 and not must:
            return
        is_nil = state < 0.12 and name in ("guards", "trainings", "drills", "hazards", "incidents", "buses")
        found = [] if (is_nil or state < 0.17) and not must else draw()
        lost = self.rng.randrange(1, 3) if self.chance(0.06) and not must else 0
        self.sheets.append(
            {"submission_no": number, "table_name": name, "sheet_name": name, "row_count": len(found)}
            | {"lost_row_count": lost, "is_nil": is_nil and not found}
        )
        keys = ("school_code", "task_no", "hazard_no", "found_date", "item_id", "school_name")
        for row_no, row in enumerate(found, start=1):
            invalid = []
            for column in [each for each in row if each not in keys and (name, each) != ("campuses", "campus_name")]:
                fate = self.rng.random()
                if fate < 0.05 and not (must and name == "register"):
                    row[column] = None
                    invalid += [column] if fate < 0.015 else []
            if row.get("status") == "closed" and row["closed_date"] is None and "closed_date" not in invalid:
                invalid.append("closed_date")  # the contract calls a closing without its date an error on the date
            row |= {"submission_no": number, "row_no": row_no, "invalid_fields": invalid}
            self.rows.setdefault(name, []).append(row)


def random_county(
    seed: int, months: Sequence[str], document: str, asked: Iterable[str], school_count: int = 18
) -> duckdb.DuckDBPyConnection:
    """The core tables of a county of that seed, whose workbooks ask these items and list the document's tasks."""
    county = County(Random(f"second opinion {seed}"), months, document, frozenset(asked))
    schools = [_school(county, number) for number in range(school_count)]
    for month in months:
        if not county.chance(0.12) or month == months[0]:
            _send_bureau(county, month, schools)
    for school in schools:
        hazards: list[Fields] = []
        for month in months:
            if county.chance(0.9):
                _send_school(county, school, month, hazards)
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


def _school(county: County, number: int) -> Fields:
    rng = county.rng
    kind = TYPES[number % len(TYPES)]
    edge = county.day_near(rng.choice(county.months))
    fate = rng.random()
    return {
        "school_code": f"{1000000000 + number}",
        "school_name": f"School {number}",
        "school_type": kind,
        "ownership": rng.choice(("public", "public", "private")),
        "urban_rural": rng.choice(values_of("urban_rural")),
        "township": rng.choice(TOWNSHIPS),
        "valid_from_date": edge if fate < 0.12 else date(2015, 9, 1) if fate < 0.8 else None,
        "valid_to_date": edge if 0.12 <= fate < 0.2 else None,
    }


def _send_school(county: County, school: Fields, month: str, hazards: list[Fields]) -> None:
    rng = county.rng
    students = rng.choice((40, 98, 99, 100, 499, 500, 999, 1000, 1499, 1500, rng.randrange(30, 3200)))
    staff = rng.choice((1, 1, 0, rng.randrange(1, 200)))
    boarders = rng.choice((0, 0, 0, 1, 299, 300, 600, rng.randrange(0, 900)))
    campuses = ["Main"] if county.chance(0.6) else ["Main", "South"]

    def profile() -> list[Fields]:
        row: Fields = {"school_code": school["school_code"], "student_count": students, "staff_count": staff}
        row |= {"boarder_count": boarders, "girl_boarder_count": rng.choice((0, boarders // 2))}
        for name in ("dorm_manager", "female_dorm_manager", "psych_teacher", "legal_vice_principal"):
            row[f"{name}_count"] = rng.choice((0, 1, 2))
        for name in ("legal_counselor", "trained_safety_manager", "safety_office_head", "safety_office_staff"):
            row[f"{name}_count"] = rng.choice((0, 1, 2, 3))
        row |= {name: county.chance(0.6) for name in ("has_canteen", "has_lab", "has_bus", "has_nap_room")}
        end = month_span(month)[1]
        row["insurance_start_date"] = rng.choice((end, date(2025, 9, 1), end + timedelta(days=1), None))
        row["insurance_end_date"] = rng.choice((end, date(2028, 8, 31), end - timedelta(days=1), None))
        row["campus_count"] = len(campuses)
        return [row]

    def campus_rows() -> list[Fields]:
        return [
            {"campus_code": str(number), "campus_name": name, "student_count": students // len(campuses)}
            | {"staff_count": staff // len(campuses), "boarder_count": boarders // len(campuses)}
            for number, name in enumerate(campuses)
        ]

    county.send(
        "school",
        school["school_code"],
        month,
        {
            "profile": profile,
            "campuses": campus_rows,
            "checklist": lambda: _answers(county, "checklist", month),
            "counts": lambda: _numbers(county, "count"),
            "guards": lambda: [_guard(county, month, campuses) for _ in range(rng.randrange(0, 9))],
            "trainings": lambda: [_training(county, month) for _ in range(rng.randrange(0, 9))],
            "drills": lambda: [_drill(county, month, campuses) for _ in range(rng.randrange(0, 4))],
            "hazards": lambda: _ledger(county, hazards, month),
            "incidents": lambda: [_incident(county, month, number) for number in range(rng.randrange(0, 4))],
            "buses": lambda: [_bus(county, month, number) for number in range(rng.randrange(0, 3))],
        },
    )


def _answers(county: County, kind: str, month: str, **more: Any) -> list[Fields]:
    rng = county.rng
    diligence = rng.choice((0.97, 0.85, 0.6))
    rows = []
    for item in ITEMS:
        for _ in range(2 if county.chance(0.02) else 1):
            if item["kind"] != kind or item["id"] not in county.asked or county.chance(0.03):
                continue
            answer = "yes" if county.chance(diligence) else rng.choice(("no", "no", "na", "na", "yes"))
            near = county.day_near(month if county.chance(0.7) else rng.choice(county.months))
            rows.append(
                {"item_id": item["id"], "item_name": item["zh"], "answer": answer}
                | {"answer_date": near if county.chance(0.97) else None}
                | more
            )
    return rows


def _numbers(county: County, kind: str, **more: Any) -> list[Fields]:
    rng = county.rng
    rows = []
    for item in ITEMS:
        for _ in range(2 if county.chance(0.02) else 1):
            if item["kind"] == kind and item["id"] in county.asked and not county.chance(0.04):
                due = rng.choice((0, 1, 8, 20, 39, rng.randrange(1, 300)))
                done = rng.choice((due, due, max(0, due - 1), rng.randrange(due + 1), due + 2, 32))
                rows.append(
                    {"item_id": item["id"], "item_name": item["zh"], "done_count": done, "due_count": due} | more
                )
    return rows


def _guard(county: County, month: str, campuses: Sequence[str]) -> Fields:
    rng = county.rng
    end = month_span(month)[1]
    return {
        "guard_name": "x",
        "gender": rng.choice(("male", "female")),
        "birth_year": rng.choice((end.year - 55, end.year - 56, 1990)),
        "age": rng.choice((55, 56, 40, None)),
        "campus_name": rng.choice(campuses),
        "employment": rng.choice(("full_time", "full_time", "full_time", "part_time")),
        "company_name": rng.choice(("平安保安公司", "平安保安公司", "自聘", None)),
        "is_certified": county.chance(0.8),
        "start_date": rng.choice((date(2020, 1, 1), county.day_near(month), None)),
        "end_date": rng.choice((None, None, None, county.day_near(month))),
        "training_days": rng.choice((0, 2, 2.5, 3, 4)),
        "is_equipped": county.chance(0.8),
    }


def _training(county: County, month: str) -> Fields:
    rng = county.rng
    return {
        "topic": rng.choice(TOPICS) + rng.choice(("教育", "讲座", "")),
        "category": rng.choice((rng.choice(TOPICS), "安全课", "讲座", None)),
        "held_date": county.day_near(month),
        "audience": rng.choice(values_of("audience")),
        "expected_count": 50,
        "attended_count": rng.choice((50, 40)),
        "class_hours": rng.choice((1, 2, 2, 3)),
        "is_assessed": county.chance(0.5),
        "timing": rng.choice((*values_of("timing"), "before_holiday", None)),
    }


def _drill(county: County, month: str, campuses: Sequence[str]) -> Fields:
    rng = county.rng
    # A name that contradicts the kind is no state that the texts rule on; one that says nothing is.
    name, kind = rng.choice((rng.choice(DRILLS), ("应急演练", rng.choice(values_of("drill_category")))))
    return {
        "drill_name": name,
        "category": rng.choice((kind, kind, "other", None)),
        "held_date": county.day_near(month),
        "has_plan": county.chance(0.8),
        "rating": rng.choice(("合格", "优秀", None)),
        "is_homeroom_signed": county.chance(0.8),
        "campus_name": rng.choice(campuses),
        "expected_count": 50,
        "attended_count": 50,
    }


def _ledger(county: County, hazards: list[Fields], month: str) -> list[Fields]:
    """What the school lists: known hazards, some forgotten, some moved, some closed, some doubtful; and new ones."""
    rng = county.rng
    end = month_span(month)[1]
    for _ in range(rng.randrange(0, 4)):
        found = min(county.day_near(month), end) if county.chance(0.8) else end - timedelta(days=rng.randrange(20, 400))
        number = str(len(hazards) + 1) if county.chance(0.9) or not hazards else rng.choice(hazards)["hazard_no"]
        hazards.append(
            {"hazard_no": number, "found_date": found, "level": rng.choice(values_of("hazard_level"))}
            | {"deadline_date": found + timedelta(days=rng.choice((0, 7, 30, 60))), "status": "open"}
            | {"location": "x", "description": f"hazard {len(hazards)}", "category": "消防", "measure": "y"}
            | {"fund_amount": rng.choice((0, 10.5)), "responsible_name": "王*", "has_plan": county.chance(0.8)}
            | {"is_listed": county.chance(0.6), "source": rng.choice(values_of("hazard_source")), "closed_date": None}
        )
    listed = {}
    for each in hazards:
        if each["status"] == "closed" and county.chance(0.75):
            continue
        if county.chance(0.06):
            continue
        if each["status"] == "closed" and county.chance(0.2):
            each |= {"status": "open", "closed_date": None}
        elif each["status"] == "open" and county.chance(0.5):
            closed = max(each["found_date"], county.day_near(month))
            each |= {"status": "closed", "closed_date": closed}
        if county.chance(0.08):
            each["deadline_date"] += timedelta(days=rng.choice((-5, 30)))
        listed[each["hazard_no"]] = dict(each)
    return list(listed.values())


def _incident(county: County, month: str, number: int) -> Fields:
    rng = county.rng
    day = county.day_near(month)
    known = datetime.combine(day, datetime.min.time()) + timedelta(minutes=rng.randrange(24 * 60))
    late = (timedelta(minutes=minutes) for minutes in rng.choices((5, 59, 60, 61, 300), k=2))
    government, education = (known + each if county.chance(0.85) else None for each in late)
    return {
        "incident_no": f"{month}-{number}" if county.chance(0.9) else None,
        "occurred_at": known - timedelta(minutes=10) if county.chance(0.8) else None,
        "known_at": known,
        "reported_government_at": government,
        "reported_education_at": education,
        "category": rng.choice(("溺水", "交通", "其他")),
        "level": rng.choice(("一般", "较大", "重大", None)),
        "place_kind": rng.choice(("on_campus", "off_campus")),
        "injured_count": rng.randrange(3),
        "death_count": rng.choice((0, 0, 1)),
        "student_death_count": rng.choice((0, 0, 1)),
        "report_type": rng.choice(("first", "first", "follow_up", "final", None)),
    }


def _bus(county: County, month: str, number: int) -> Fields:
    return {
        "plate_no": f"A{number}",
        "seat_count": 20,
        "is_driver_qualified": county.chance(0.85),
        "is_hazard_fixed": county.chance(0.85),
        "last_check_date": county.day_near(month),
        "term_check_date": county.day_near(county.rng.choice(county.months)),
        "winter_check_date": county.day_near(county.rng.choice(county.months)),
        "permit_until_date": county.rng.choice((month_span(month)[1], date(2029, 1, 1), date(2026, 1, 1))),
    }


def _send_bureau(county: County, month: str, schools: Sequence[Fields]) -> None:
    rng = county.rng
    county.send(
        "bureau",
        None,
        month,
        {
            "register": lambda: [dict(each) for each in schools],
            "tasks": lambda: [_task(county, number) for number in range(1, 13)],
            "meetings": lambda: [_meeting(county, month) for _ in range(rng.randrange(0, 7))],
            "inspections": lambda: [_visit(county, month, schools) for _ in range(rng.randrange(0, 25))],
            "perimeter": lambda: [_site(county, month, schools) for _ in range(rng.randrange(0, 9))],
            "body_checklist": lambda: [
                row for body in BODIES[:2] for row in _answers(county, "body", month, body=body)
            ],
            "body_counts": lambda: [row for body in BODIES[:2] for row in _numbers(county, "body_count", body=body)],
        },
    )


def _task(county: County, number: int) -> Fields:
    due = county.day_near(county.rng.choice(county.months))
    return {
        "standard": county.rng.choice((None, county.document, county.document, "另一文件")),
        "task_no": str(number),
        "task_name": "x",
        "lead_body": county.rng.choice(BODIES),
        "due_date": due,
        "done_date": county.rng.choice((None, due, due + timedelta(days=1), due - timedelta(days=9))),
    }


def _meeting(county: County, month: str) -> Fields:
    rng = county.rng
    bodies = rng.sample(BODIES, 3)
    return {
        "meeting_type": rng.choice(values_of("meeting_type")),
        "held_date": county.day_near(month),
        "township": rng.choice(TOWNSHIPS),
        "expected_bodies": "、".join(bodies),
        "attended_bodies": "、".join(bodies[: rng.choice((2, 3, 3))]),
        "is_governance_office_present": county.chance(0.8),
        "is_police_present": county.chance(0.8),
        "is_school_present": county.chance(0.8),
    }


def _visit(county: County, month: str, schools: Sequence[Fields]) -> Fields:
    rng = county.rng
    item = rng.choice([each for each in ITEMS if each["kind"] == "checklist" and each["id"] in county.asked][:8])
    return {
        "held_date": county.day_near(month),
        "school_code": rng.choice(schools)["school_code"],
        "level": rng.choice(values_of("inspection_level")),
        "method": rng.choice(values_of("inspection_method")),
        "inspection_kind": rng.choice(("心理健康", "消防", None)),
        "item_id": item["id"],
        "item_name": item["zh"],
        "result": rng.choice(("yes", "yes", "no", "na")),
        "problem_count": rng.randrange(3),
        "assigned_count": rng.randrange(3),
        "fixed_count": rng.randrange(3),
        "is_notified": county.chance(0.4),
    }


def _site(county: County, month: str, schools: Sequence[Fields]) -> Fields:
    rng = county.rng
    found = county.day_near(month)
    return {
        "found_date": found,
        "school_code": rng.choice(schools[:3])["school_code"],
        "category": rng.choice(("流动摊贩", "网吧", "彩票店")),
        "distance_metres": rng.choice((10, 199, 200, 201, 500)),
        "location": rng.choice(("门口", "路口")),
        "action": rng.choice(("取缔", None)),
        "cleared_date": rng.choice((None, found, found + timedelta(days=rng.randrange(60)))),
        "bodies": rng.choice(("公安局、教育局", "公安局", None)),
    }
