"""What schools of a random county send: every sheet of the contract."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from tests.second_opinion.calendar import month_span
from tests.second_opinion.drawing import ITEMS, County, Fields, values_of

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


def draw_school(county: County, number: int) -> Fields:
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


def send_school(county: County, school: Fields, month: str, hazards: list[Fields]) -> None:
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
            "checklist": lambda: draw_answers(county, "checklist", month),
            "counts": lambda: draw_numbers(county, "count"),
            "guards": lambda: [_guard(county, month, campuses) for _ in range(rng.randrange(0, 9))],
            "trainings": lambda: [_training(county, month) for _ in range(rng.randrange(0, 9))],
            "drills": lambda: [_drill(county, month, campuses) for _ in range(rng.randrange(0, 4))],
            "hazards": lambda: _ledger(county, hazards, month),
            "incidents": lambda: [_incident(county, month, number) for number in range(rng.randrange(0, 4))],
            "buses": lambda: [_bus(county, month, number) for number in range(rng.randrange(0, 3))],
        },
    )


def draw_answers(county: County, kind: str, month: str, **more: Any) -> list[Fields]:
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


def draw_numbers(county: County, kind: str, **more: Any) -> list[Fields]:
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
        "incident_no": (f"{month}-{number}" if number % 2 else f"{number}") if county.chance(0.9) else None,
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
