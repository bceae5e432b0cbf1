"""A small county in the fixed form of the measured tables, with statuses, gaps and names that reports must survive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from pipelines.metadata.periods import parse_period
from pipelines.metadata.standards import Standard, load_standard
from pipelines.report.crosscheck_rows import told_to_bureau
from pipelines.report.grades import Grade, grades
from pipelines.report.material import (
    Agreement,
    Assessment,
    Case,
    CohortCase,
    Counted,
    Figure,
    FindingRow,
    Loss,
    Material,
    Risky,
    School,
    Submission,
)
from pipelines.report.naming import value_name

STANDARD = "jinghong-2019"
PERIOD = parse_period("2026-10")
AS_OF = datetime(2026, 10, 31, 23, 59)
HOSTILE = "<script>alert(1)</script>学校"
FORMULA = '=HYPERLINK("http://example.invalid","x")'
HOSTILE_TOWNSHIP = "</script><a href='http://example.invalid'>景云街道</a>"
TOWNSHIPS = ("望楹街道", "青棂镇", "白桫乡", "澜芷镇", "石楝乡", HOSTILE_TOWNSHIP)
TYPES = ("kindergarten", "primary", "junior", "nine_year", "senior")
STATUSES = ("met", "unmet", "pending", "exempt", "unreported")
RULES = ("guards_staffing", "closed_campus", "drill_frequency", "alarm_video_linked")


def standard() -> Standard:
    """The standard of the county, with rules enough to lead the page and fill the red list."""
    loaded = load_standard(STANDARD)
    return replace(loaded, headline=RULES, red_list=(*RULES[:2], "major_listed"))


def school_list(count: int) -> tuple[School, ...]:
    """`count` schools; the ninth has a hostile name, the third one that a spreadsheet would run."""
    odd = {8: HOSTILE, 2: FORMULA, 3: "市" * 56 + "实验小学"}
    return tuple(
        School(
            school_code=f"{2153990000 + index * 7}",
            school_name=odd.get(index, f"{TOWNSHIPS[index % 6]}第{index + 1}学校"),
            school_type=TYPES[index % 5],
            ownership="private" if index % 6 == 5 else "public",
            urban_rural=("urban", "town", "rural")[index % 3],
            township=TOWNSHIPS[index % 6],
            is_expected=True,
            point_month=PERIOD.label,
            submission_no=None if index % 11 == 7 else index + 1,
        )
        for index in range(count)
    )


def status_of(rule: int, index: int) -> str:
    """The planted status; schools 7, 18, 29… never report."""
    if index % 11 == 7:
        return "unreported"
    draw = (index * 7 + rule * 5) % 17
    if rule == 2 and draw in (0, 1, 2):
        return "pending"
    if rule == 3 and draw == 4:
        return "exempt"
    return "unmet" if draw in (5, 9) and rule != 1 else "met"


def assessments(schools: Sequence[School]) -> tuple[Assessment, ...]:
    """One row per rule and school."""
    rows = []
    for rule, indicator in enumerate(RULES):
        for index, school in enumerate(schools):
            status = status_of(rule, index)
            known = rule == 0 and status in ("met", "unmet")
            rows.append(
                Assessment(
                    STANDARD,
                    PERIOD.label,
                    indicator,
                    "school",
                    school.school_code,
                    "",
                    "",
                    status,
                    "no_submission" if status == "unreported" else "",
                    (3 if status == "met" else 1) if known else None,
                    3 if known else None,
                    None,
                    None,
                    date(2026, 10, 1),
                    date(2026, 10, 31),
                )
            )
    return tuple(rows)


def _figure(indicator: str, level: str, code: str, **values: Any) -> Figure:
    empty = dict.fromkeys(("numerator", "denominator", "value", "lower", "upper", "reported_value", *STATUSES))
    label = {"standard": STANDARD, "period": PERIOD.label, "as_of": AS_OF, "indicator": indicator}
    clause = load_standard(STANDARD).provision(indicator).clause
    name = "景云市" if level == "county" else value_name("school_type", code)
    unit = {"clause": clause, "unit_level": level, "unit_code": code, "unit_name": name}
    whole: dict[str, Any] = {**empty, **label, **unit, "measure_unit": "rate", "status": "final", **values}
    return Figure(**whole)


def _rule_figure(indicator: str, level: str, code: str, rows: Sequence[Assessment]) -> Figure:
    counts = Counter(row.status for row in rows)
    due = sum(counts[status] for status in STATUSES if status != "exempt")
    decided = counts["met"] + counts["unmet"]
    known = {status: counts[status] for status in STATUSES}
    if not due:
        return _figure(indicator, level, code, **known, status="not_reached")
    return _figure(
        indicator,
        level,
        code,
        **known,
        numerator=counts["met"],
        denominator=due,
        value=counts["met"] / due,
        lower=counts["met"] / due,
        upper=(due - counts["unmet"]) / due,
        reported_value=counts["met"] / decided if decided else None,
        status="open" if counts["pending"] else "final",
    )


def _other(indicator: str, unit: str, value: float | None, pair: tuple[int, int] | None = None) -> Figure:
    numerator, denominator = pair or (None, None)
    numbers = {"numerator": numerator, "denominator": denominator, "value": value, "measure_unit": unit}
    return _figure(indicator, "county", "county", **numbers, status="final" if value is not None else "no_data")


def _submission_figure(schools: Sequence[School]) -> Figure:
    sent = sum(school.submission_no is not None for school in schools)
    counts = {"met": sent, "unmet": len(schools) - sent, "pending": 0, "exempt": 0, "unreported": 0}
    share = dict.fromkeys(("value", "lower", "upper", "reported_value"), sent / len(schools))
    return _figure("submission_rate", "county", "county", **counts, **share, numerator=sent, denominator=len(schools))


def figures(schools: Sequence[School], rows: Sequence[Assessment]) -> tuple[Figure, ...]:
    """County, township and stage figures of the rules, and the other kinds for the county."""
    by_code = {school.school_code: school for school in schools}
    levels: dict[str, Callable[[School], str]] = {
        "county": lambda _: "county",
        "township": lambda school: school.township,
        "stage": lambda school: school.school_type,
    }
    found = []
    for indicator in RULES:
        for level, unit in levels.items():
            members: dict[str, list[Assessment]] = {}
            for row in rows:
                if row.indicator == indicator:
                    members.setdefault(unit(by_code[row.unit_code]), []).append(row)
            found += [_rule_figure(indicator, level, code, group) for code, group in sorted(members.items())]
    return (
        *found,
        _submission_figure(schools),
        _other("guards_staffing.gap", "count", 11),
        _other("five_elements", "rate", 22 / 29, (22, 29)),
        _other("major_listed", "rate", 0.5, (2, 4)),
        _other("hazard_closure.median_days", "days", 25),
        _other("hazard_closure.p90_days", "days", None),
        _other("hazard_closure.on_time_rate", "rate", 18 / 27, (18, 27)),
        _other("hazard_closure.open", "count", 16),
        _other("hazard_closure.overdue", "count", 6),
        _other("incident_reporting.on_time_rate", "rate", 1.0, (3, 3)),
    )


def cases(schools: Sequence[School]) -> tuple[Case, ...]:
    """Hazards of every third school, two in five still open."""
    end = date(2026, 10, 31)
    rows = []
    for index, school in enumerate(schools[::2]):
        start = end - timedelta(days=(index * 37) % 160)
        closed = None if index % 5 in (1, 3) else min(start + timedelta(days=(index * 11) % 50), end)
        deadline = None if index % 7 == 6 else start + timedelta(days=30)
        status = "closed" if closed else "open"
        label = (STANDARD, PERIOD.label, "hazard_closure", school.school_code, f"YH-{index + 1}")
        rows.append(Case(*label, start, closed, end, deadline, status))
    return tuple(rows)


def cohort(rows: Sequence[Case]) -> tuple[CohortCase, ...]:
    """Every hazard with its days to closure, or the days that it was watched."""
    found = []
    for row in rows:
        until = row.end or row.observed_until
        assert row.start is not None and until is not None
        days = (until - row.start).days
        found.append(CohortCase(row.indicator, row.school_code, row.case_no, days, row.end is not None))
    return tuple(found)


def submissions(schools: Sequence[School]) -> tuple[Submission, ...]:
    """One file a school, but for the silent: of those every second sent a file that was rejected."""
    rows = []
    for index, school in enumerate(schools):
        silent = index % 11 == 7
        if silent and index % 2:
            continue
        status = "rejected" if silent else ("accepted_with_findings" if index % 4 == 0 else "accepted")
        name = FORMULA if index == 4 else f"{school.school_name}月报.xlsx"
        counts = (2, 1, 3) if index % 4 == 0 else (0, 0, 0)
        received = datetime(2026, 10, 28, 9) + timedelta(minutes=index)
        version = None if silent else 1
        rows.append(
            Submission(
                *(index + 1, school.school_code, name, f"{index:064x}", received, version, status),
                *counts,
                PERIOD.label,
                PERIOD.label,
            )
        )
    return tuple(rows)


def findings(rows: Sequence[Submission]) -> tuple[FindingRow, ...]:
    """Two findings in every file that has any; every third file explains its query."""
    found = []
    for row in rows:
        if row.status == "accepted_with_findings":
            place = (row.school_code, row.file_name, "隐患台账")
            found.append(
                FindingRow(row.submission_no, "E-DATE", "error", *place, "B7", "deadline", "10月", "日期写法无法识别")
            )
            answer = "补录时写错" if row.submission_no % 3 == 0 else ""
            found.append(
                FindingRow(
                    row.submission_no, "YH-104", "query", *place, "C9", "closed_date", "@x", "早于发现日期", answer
                )
            )
        if row.status == "rejected":
            found.append(
                FindingRow(
                    row.submission_no, "E-EMPTY", "fatal", row.school_code, row.file_name, "", "", "", "", "文件为空"
                )
            )
    return tuple(found)


def checked_rows(rows: Sequence[Submission]) -> list[dict[str, Any]]:
    """Rows of crosschecks.parquet: every eighth file's ledger is the same as the next one's, and a drill is too big."""
    sent = [row for row in rows if row.version is not None]
    found = []
    for row, other in zip(sent[::8], sent[1::8], strict=False):
        place = {"submission_no": row.submission_no, "school_code": row.school_code, "file": row.file_name}
        ledger = {"code": "Q-LEDGER-SHARED", "table_name": "hazards", "sheet": "隐患台账", "row_no": 5, "cell": "D5"}
        drill = {"code": "Q-ATTENDANCE-OVER", "table_name": "drills", "sheet": "应急演练", "row_no": 4, "cell": "F4"}
        told = {"severity": "query", "hint": "请核对", "answer": ""}
        said = {"field": "description", "value": "护栏松动", "message": "与另一所学校的台账全部相同"}
        found.append(place | told | ledger | said | {"others": [other.school_code], "other_count": 1})
        said = {"field": "attended_count", "value": "900", "message": "参加人数900，超过310"}
        found.append(place | told | drill | said | {"others": [], "other_count": 0, "answer": "家长也参加了"})
    return found


def counted(rows: Sequence[Submission]) -> tuple[Counted, ...]:
    """The bureau's file, and the last accepted one of each school."""
    last = {row.school_code: row.submission_no for row in rows if row.version is not None}
    return (Counted("", "2026-10", 1000), *(Counted(code, "2026-10", last[code]) for code in sorted(last)))


def hazards(content_cases: Sequence[Case], files: Sequence[Counted]) -> list[tuple[Any, ...]]:
    """Rows of core_hazards in the files that count: every third is major, every sixth under listed supervision."""
    numbers = {row.school_code: row.submission_no for row in files}
    return [
        (numbers[row.school_code], index, row.case_no, row.start, "general" if index % 3 else "major", index % 6 == 0)
        for index, row in enumerate(content_cases)
        if row.school_code in numbers
    ]


def _grades(content_cases: Sequence[Case], files: Sequence[Counted]) -> dict[tuple[str, str], Grade]:
    codes = {row.submission_no: row.school_code for row in files}
    names = ("hazard_no", "found_date", "level", "is_listed")
    rows = hazards(content_cases, files)
    return grades([{"school_code": codes[row[0]], **dict(zip(names, row[2:], strict=True))} for row in rows])


AGREEMENT = (
    Agreement("望楹街道", "closed_campus", 12, 12),
    Agreement("青棂镇", "closed_campus", 8, 5),
    Agreement("青棂镇", "one_key_alarm", 3, 0),
)


def risky(schools: Sequence[School]) -> tuple[Risky, ...]:
    """What is counted of each school: every reason holds somewhere, and most schools have been visited."""
    return tuple(
        Risky(one.school_code, int(index % 13 == 1), index % 5, index % 4, int(index % 3 == 2), index % 9 // 7)
        for index, one in enumerate(schools)
    )


def material(count: int = 60) -> Material:
    """A county of `count` schools, ready for rendering."""
    schools = school_list(count)
    judged, received = assessments(schools), submissions(schools)
    checked, names = checked_rows(received), {school.school_code: school.school_name for school in schools}
    asked = Counter(row["submission_no"] for row in checked)
    files = tuple(replace(row, query_count=(row.query_count or 0) + asked[row.submission_no]) for row in received)
    told = [
        FindingRow(**{field.name: row[field.name] for field in fields(FindingRow)})
        for row in told_to_bureau(checked, names)
    ]
    now = figures(schools, judged)
    before = {row.key: replace(row, numerator=max(row.numerator - 4, 0)) for row in now if row.numerator and row.met}
    return Material(
        standard=standard(),
        period=PERIOD,
        as_of=AS_OF,
        figures=now,
        previous=before,
        assessments=judged,
        cases=cases(schools),
        cohort=cohort(cases(schools)),
        schools={school.school_code: school for school in schools},
        counted=counted(received),
        submissions=files,
        findings=tuple(sorted((*findings(files), *told), key=lambda row: row.submission_no)),
        agreement=AGREEMENT,
        risky=risky(schools),
        inputs=tuple(
            {"submission_no": row.submission_no, "origin": "school", "file": row.file_name, "sha256": row.sha256}
            for row in files
        ),
        campuses={(number, "1"): "主校区" for number in range(1, count + 1)},
        losses=tuple(
            Loss(school.school_code, *numbers)
            for school, numbers in zip(schools[4:9:4], ((2, 1), (0, 3)), strict=False)
        ),
        grades=_grades(cases(schools), counted(received)),
    )
