"""Trainings of a month: lessons every week, occasions of the year, lectures, and courses for grown-ups."""

from __future__ import annotations

from datetime import date
from random import Random

from pipelines.metadata.periods import Period
from pipelines.sample.events import SUMMER, weekdays
from pipelines.sample.facts import Habits, Training
from pipelines.sample.words import person

_THEMES = (
    "预防溺水",
    "道路交通安全",
    "消防安全与防踩踏",
    "传染病预防与食品安全",
    "防灾减灾与地震避险",
    "反恐防暴",
    "反邪教与禁毒",
    "心理健康",
    "防范学生欺凌和反校园暴力",
    "预防性侵害、防范侵害未成年人",
)
_PLACES = ("操场", "多功能厅", "各班教室", "阶梯教室")
_OCCASIONS = {
    3: ("students_safety_day", "全国中小学生安全教育日主题班会", 30),
    4: ("national_security_day", "全民国家安全教育日主题教育", 15),
    5: ("disaster_day", "全国防灾减灾日主题教育", 12),
    6: ("safety_month", "安全生产月主题教育", 10),
    11: ("fire_day", "全国消防日主题教育", 9),
    12: ("traffic_safety_day", "全国交通安全日主题教育", 2),
}
"""By month: the occasion, what is held for it, and on about which day."""
_SEASONS = {5: "汛期安全教育", 6: "汛期安全教育", 9: "秋季传染病预防", 10: "秋冬季用火用电安全", 11: "冬季取暖防火安全",
            12: "冬季冰雪路面安全", 1: "冬季取暖防火安全", 3: "春季传染病预防", 4: "春季森林防火"}  # fmt: skip
_COURSES = (
    ("教职工安全培训", "教师培训", "staff", 0.3),
    ("安全管理干部培训", "干部培训", "managers", 0.15),
    ("保安员岗位培训", "保安培训", "guards", 0.25),
    ("家长会安全专题", "家长会", "parents", 0.15),
)


def plan_trainings(rng: Random, month: Period, students: int, staff: int, habits: Habits) -> list[Training]:
    """The month's trainings, by day; in the summer holidays at most one, for the staff."""
    if month.start.month in SUMMER:
        summer = _training(rng, "暑期教职工安全培训", "教师培训", month.end, staff, 2, "staff")
        return [summer] if rng.random() < 0.3 else []
    days = weekdays(month)
    rows = [*_weekly(rng, days, students, habits), *_occasions(rng, month, days, students, habits)]
    is_lecturing = rng.random() < (0.75 if habits.has_lectures else 0.15)
    if is_lecturing:
        rows.append(_training(rng, "法治与安全讲座", "安全讲座", rng.choice(days), students, 2, "students"))
    if rng.random() < 0.25:
        hours = rng.choice((1, 2, 2, 3))
        rows.append(_training(rng, "国家安全教育", "国家安全教育", rng.choice(days), students, hours, "students"))
    for topic, category, audience, chance in _COURSES:
        if rng.random() < chance:
            expected = {"staff": staff, "parents": students}.get(audience, 3)
            rows.append(_training(rng, topic, category, rng.choice(days), expected, 2, audience))
    return sorted(rows, key=lambda row: (row.held_date or month.start, row.topic))


def _weekly(rng: Random, days: list[date], students: int, habits: Habits) -> list[Training]:
    """One lesson a week on its last school day, the themes in turn."""
    weeks = {day.isocalendar()[:2]: day for day in days}
    return [
        _training(rng, f"每周安全教育课：{_theme(day, habits)}", "每周安全课", day, students, 1, "students")
        for day in weeks.values()
        if rng.random() < habits.care
    ]


def _theme(day: date, habits: Habits) -> str:
    return _THEMES[(day.toordinal() // 7 + habits.turn) % len(_THEMES)]


def _occasions(rng: Random, month: Period, days: list[date], students: int, habits: Habits) -> list[Training]:
    """What the calendar asks for in the month; a thorough school makes up for all occasions in one month."""
    number = month.start.month
    held = []
    if number in (2, 3, 9):
        held.append(("start_of_term", "开学安全第一课", days[0]))
    if number in (1, 4, 6, 9, 12):
        held.append(("before_holiday", "放假前安全教育", days[-1]))
    if habits.catches_up_in:
        held.append(("before_holiday", "月末放假前安全教育", days[-3]))
    if number in _SEASONS and rng.random() < 0.5:
        held.append(("seasonal", _SEASONS[number], rng.choice(days)))
    if number in _OCCASIONS:
        timing, topic, day = _OCCASIONS[number]
        held.append((timing, topic, min(days, key=lambda one: abs(one.day - day))))
    rows = [
        _training(rng, topic, "主题教育", day, students, 2, "students", timing)
        for timing, topic, day in held
        if rng.random() < habits.care
    ]
    if habits.catches_up_in == month.label:
        rows += [
            _training(rng, f"{topic}（补课）", "主题教育", day, students, 2, "students", timing)
            for (timing, topic, _), day in zip(_OCCASIONS.values(), days[2::2], strict=False)
        ]
    return rows


def _training(
    rng: Random,
    topic: str,
    category: str,
    day: date,
    expected: int,
    hours: int,
    audience: str,
    timing: str | None = None,
) -> Training:
    return Training(
        topic=topic,
        category=category,
        held_date=day,
        place=rng.choice(_PLACES),
        speaker_name=person(rng),
        audience=audience,
        expected_count=expected,
        attended_count=max(0, expected - rng.randrange(8)),
        class_hours=hours,
        is_assessed=audience == "staff",
        timing=timing,
    )
