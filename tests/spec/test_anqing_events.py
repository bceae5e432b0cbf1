"""anqing-2018, what schools hold: lessons, themes, occasions and drills, each number of the document at its edge."""

from __future__ import annotations

from tests.spec.test_anqing import STANDARD, schools
from tests.spec.world import World, expect

EIGHT_THEMES = (
    *("预防溺水", "交通安全", "消防知识", "传染病和食品卫生"),
    *("防灾减灾", "反恐防暴", "反邪教", "心理健康"),
)
FOUR_DRILLS = ("地震避险 | earthquake", "消防逃生 | fire", "交通事故救援 | traffic", "防暴恐 | terror")


def trainings(*topics: str) -> str:
    """One session a topic in October."""
    rows = [f"2026-10-{day:02d} | {topic} | students |" for day, topic in enumerate(topics, start=9)]
    return "\n".join(["held_date | topic | audience | timing", *rows])


def test_a_lesson_for_students_in_each_teaching_week() -> None:
    """October has four; half an hour, a session of staff, and a talk of unknown length or between lessons are none."""
    weeks = ("2026-10-08", "2026-10-12", "2026-10-25")
    head = "held_date | topic | audience | class_hours"
    lessons = "\n".join([head, *(f"{day} | x | students | 1" for day in weeks)])
    world = schools("ABCDEFGH")
    for code, last in (
        ("A", "2026-10-31 | x | everyone | 1"),
        ("B", "2026-10-31 | x | students | 0.5"),
        ("C", "2026-10-31 | x | staff | 1"),
        ("D", "2026-10-26 | 安全教育课 | students |"),
        ("E", "2026-10-26 | 讲座 | students |"),
        ("F", "2026-10-18 | x | students | 1"),
        ("G", "2026-10-26 | 课间安全 | students |"),
        ("H", "2026-10-26 | x | | 1"),
    ):
        world.report(code, "2026-10", trainings=f"{lessons}\n{last}")
    expect(
        world.measure(STANDARD, only="weekly_safety_lesson").assessments,
        "weekly_safety_lesson",
        """
        unit_code | status | actual | required
        A | met | 4 | 4
        B | unmet | 3 | 4
        C | unmet | 3 | 4
        D | met | 4 | 4
        E | unmet | 3 | 4
        F | unmet | 3 | 4
        G | unmet | 3 | 4
        H | met | 4 | 4
        """,
    )


def test_eight_themes_not_seven() -> None:
    """One session may cover several; which one is missing does not matter."""
    world = schools("ABC").report("A", "2026-10", trainings=trainings(*EIGHT_THEMES))
    world.report("B", "2026-10", trainings=trainings(*EIGHT_THEMES[:7]))
    world.report("C", "2026-10", trainings=trainings("、".join(EIGHT_THEMES[:4]), "、".join(EIGHT_THEMES[4:])))
    expect(
        world.measure(STANDARD, only="theme_education").assessments,
        "theme_education",
        "unit_code | status | actual | required\nA | met | 8 | 8\nB | pending | 7 | 8\nC | met | 8 | 8",
    )


def test_no_word_of_one_theme_stands_for_another() -> None:
    """Leaving any one out leaves seven."""
    codes = "ABCDEFGH"
    world = schools(codes)
    for code, missing in zip(codes, EIGHT_THEMES, strict=True):
        world.report(code, "2026-10", trainings=trainings(*(theme for theme in EIGHT_THEMES if theme != missing)))
    rows = "\n".join(f"{code} | 7" for code in codes)
    expect(
        world.measure(STANDARD, only="theme_education").assessments, "theme_education", f"unit_code | actual\n{rows}"
    )


def test_a_school_year_that_is_over_is_unmet_when_every_month_was_reported() -> None:
    """Seven themes by June, each due month with its sheet; without one of the months nobody can say."""
    months = ["2026-09", "2026-10", "2026-11", "2026-12", "2027-01", "2027-03", "2027-04", "2027-05", "2027-06"]
    world = schools("AB")
    for month in months:
        sheet = trainings(*EIGHT_THEMES[:7]) if month == "2026-10" else "nil"
        world.report("A", month, trainings=sheet)
        if month != "2026-11":
            world.report("B", month, trainings=sheet)
    expect(
        world.measure(STANDARD, "2026-2027", only="theme_education").assessments,
        "theme_education",
        "unit_code | status | reason\nA | unmet |\nB | unreported | month_missing",
    )


def test_four_occasions_by_their_timing_or_their_words() -> None:
    """Both days, the start of term and before a holiday."""
    head = "held_date | topic | timing"
    timed = [
        *("2026-09-01 | x | start_of_term", "2026-09-30 | x | before_holiday"),
        *("2026-10-12 | x | traffic_safety_day", "2026-10-15 | x | national_security_day"),
    ]
    worded = ["2026-10-12 | 开学第一课 |", "2026-10-13 | 放假前教育 |", "2026-10-14 | 全国交通安全日 |"]
    world = schools("ABC")
    for code, rows in (("A", timed), ("B", worded), ("C", [*worded, "2026-10-15 | 全民国家安全教育日宣讲 | regular"])):
        world.report(code, "2026-10", trainings="\n".join([head, *rows]))
    expect(
        world.measure(STANDARD, only="key_date_education").assessments,
        "key_date_education",
        "unit_code | status | actual\nA | met | 4\nB | pending | 3\nC | met | 4",
    )


def test_a_drill_each_teaching_month_and_each_quarter_in_kindergartens() -> None:
    """Any kind; first and last day of the window count, the day before does not."""
    world = World().register(
        "school_code | school_type | township\nA | primary | E\nB | primary | E\nC | primary | E\n"
        "K | kindergarten | E\nL | kindergarten | E"
    )
    head = "held_date | drill_name | category"
    for code, day in (("A", "2026-12-01"), ("B", "2026-12-31"), ("C", "2026-11-30")):
        world.report(code, "2026-12", drills=f"{head}\n{day} | 防溺水救护 | drowning")
    for code, day in (("K", "2026-10-01"), ("L", "2026-09-30")):
        world.report(code, "2026-10", drills=f"{head}\n{day} | 地震 | earthquake")
        world.report(code, "2026-11", drills="nil").report(code, "2026-12", drills="nil")
    expect(
        world.measure(STANDARD, "2026-12", only="drill_frequency").assessments,
        "drill_frequency",
        """
        unit_code | status | actual | window_start
        A | met | 1 | 2026-12-01
        B | met | 1 | 2026-12-01
        C | unmet | 0 | 2026-12-01
        K | met | 1 | 2026-10-01
        L | unmet | 0 | 2026-10-01
        """,
    )


def test_no_drill_is_due_in_a_month_out_of_term() -> None:
    """July has two teaching days in Anhui; the quarter of a kindergarten still has September."""
    world = World().register("school_code | school_type | township\nA | primary | E\nK | kindergarten | E")
    for code in "AK":
        world.report(code, "2027-07", drills="nil")
    expect(
        world.measure(STANDARD, "2027-07", only="drill_frequency").assessments,
        "drill_frequency",
        "unit_code | status\nA | exempt\nK | pending",
    )


def test_four_kinds_of_drill_not_three() -> None:
    """By category or by name."""
    head = "held_date | drill_name | category\n"
    dated = [f"2026-10-{day} | {row}" for day, row in enumerate(FOUR_DRILLS, start=10)]
    world = schools("ABC").report("A", "2026-10", drills=head + "\n".join(dated))
    world.report("B", "2026-10", drills=head + "\n".join(dated[1:]))
    world.report("C", "2026-10", drills=head + "2026-10-12 | 地震、火灾、交通事故、反恐综合演练 | other")
    expect(
        world.measure(STANDARD, only="drill_types").assessments,
        "drill_types",
        "unit_code | status | actual | required\nA | met | 4 | 4\nB | pending | 3 | 4\nC | met | 4 | 4",
    )


def test_rates_of_people_cases_and_sessions_by_topic() -> None:
    """Participation has no target, vetting has; 29 of 30 trained may still become all; a session counts for each."""
    counts = """
    item_id | done_count | due_count
    student_participation | 450 | 500
    staff_vetted | 29 | 30
    teacher_training | 29 | 30
    insurance_violations | 2 |
    """
    topics = trainings("防欺凌和预防性侵", "禁毒", "珍爱生命、远离毒品", "反校园暴力", "防范侵害未成年人犯罪")
    world = schools("A").report("A", "2026-10", counts=counts, trainings=topics)
    rates = "platform_participation staff_vetting staff_training_assessed"
    measured = world.measure(STANDARD, only=f"{rates} insurance_sales_violation extra_topics")
    expect(measured.figures, "platform_participation", "value\n0.9", level="county")
    expect(measured.assessments, "staff_vetting", "status | done | due\nunmet | 29 | 30")
    expect(measured.assessments, "staff_training_assessed", "status | done | due\npending | 29 | 30")
    expect(measured.figures, "insurance_sales_violation.cases", "value\n2", level="county")
    found = {row["indicator"]: row["done"] for row in measured.assessments.to_pylist()}
    names = ("bullying", "violence", "drugs", "sexual_assault", "crime")
    assert [found[f"extra_topics.{name}"] for name in names] == [1, 1, 2, 1, 1]
