"""The register of a synthetic county: schools of every type, and those that come and go."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from pipelines.metadata.periods import parse_period
from pipelines.sample.facts import SchoolRow
from pipelines.sample.places import Place, place_of

_WORDS = (
    "第一",
    "第二",
    "中心",
    "实验",
    "民族",
    "明德",
    "春晖",
    "向阳",
    "育英",
    "启明",
    "长青",
    "和平",
    "晨光",
    "新苗",
)
_TYPES = (
    ("primary", "小学", "21", 40),
    ("kindergarten", "幼儿园", "11", 26),
    ("junior", "初级中学", "31", 12),
    ("nine_year", "九年一贯制学校", "31", 8),
    ("complete_secondary", "完全中学", "34", 4),
    ("senior", "高级中学", "34", 4),
    ("vocational", "职业中学", "36", 3),
    ("special", "特殊教育学校", "51", 1),
    ("twelve_year", "十二年一贯制学校", "34", 2),
)
_FIRST_TYPES = (
    "primary",
    "kindergarten",
    "junior",
    "complete_secondary",
    "vocational",
    "nine_year",
    "kindergarten",
    "senior",
    "primary",
)
"""So that a small county, too, has schools of every stage; the schools after these are of any type."""
_OLD = date(2019, 9, 1)
_SPECIAL_FROM = 12
"""A register shorter than this has no schools that come and go."""


def make_register(seed: int, schools: int, months: tuple[str, ...], standard_id: str) -> tuple[SchoolRow, ...]:
    """`schools` rows of the register, in code order: one row per school and validity.

    From twelve schools up it holds teaching points (not expected), one school closed in the course of the second
    month, one that opens with the last month, and one merged into a new school after the first month.
    """
    rng = Random(f"register/{seed}")
    place = place_of(standard_id)
    rows = [_school(rng, number, place) for number in range(1, schools + 1)]
    if schools >= _SPECIAL_FROM:
        _make_special(rng, rows, months)
    return tuple(sorted(rows, key=lambda row: row.school_code))


def _school(rng: Random, number: int, place: Place) -> SchoolRow:
    kind = rng.choices([name for name, *_ in _TYPES], [weight for *_, weight in _TYPES])[0]
    if number <= len(_FIRST_TYPES):
        kind = _FIRST_TYPES[number - 1]
    word, prefix = next((word, prefix) for name, word, prefix, _ in _TYPES if name == kind)
    count = len(place.townships)
    township, urban_rural = place.townships[(number - 1) % count]
    name = f"{township}{_WORDS[(number // count) % len(_WORDS)]}{word}"
    round_no = number // (count * len(_WORDS))
    if round_no:
        name += f"（{round_no}校区）"
    is_private = rng.random() < (0.4 if kind == "kindergarten" else 0.1)
    return SchoolRow(
        school_code=f"{prefix}{place.province}{number:06d}",
        school_name=name,
        school_type=kind,
        ownership="private" if is_private else "public",
        urban_rural=urban_rural,
        township=township,
        valid_from_date=_OLD,
    )


def _make_special(rng: Random, rows: list[SchoolRow], months: tuple[str, ...]) -> None:
    """Replace the last rows by teaching points, a closed, a new and a merged school with its successor."""
    points = max(1, len(rows) // 30)
    for index in range(points):
        rows[-1 - index] = _changed(rows[-1 - index], kind="teaching_point", prefix="21", ending="教学点")
    first, second, last = (parse_period(months[min(index, len(months) - 1)]) for index in (0, 1, len(months) - 1))
    closed, opened, merged, heir = (-1 - points - index for index in range(4))
    rows[closed] = _changed(rows[closed], valid_to=second.start + timedelta(days=19), reason="停办")
    rows[opened] = _changed(rows[opened], valid_from=last.start, reason="新建")
    successor = _changed(
        rows[heir], kind=rows[merged].school_type, prefix=rows[merged].school_code[:2], ending="联合学校"
    )
    rows[heir] = _changed(successor, valid_from=first.end + timedelta(days=1), reason="合并新设")
    rows[merged] = _changed(rows[merged], valid_to=first.end, reason="并入", successor=rows[heir].school_code)


def _changed(
    row: SchoolRow,
    *,
    kind: str | None = None,
    prefix: str | None = None,
    ending: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    reason: str | None = None,
    successor: str | None = None,
) -> SchoolRow:
    return SchoolRow(
        school_code=f"{prefix or row.school_code[:2]}{row.school_code[2:]}",
        school_name=f"{row.township}{ending}{int(row.school_code[4:])}" if ending else row.school_name,
        school_type=kind or row.school_type,
        ownership=row.ownership,
        urban_rural=row.urban_rural,
        township=row.township,
        valid_from_date=valid_from or row.valid_from_date,
        valid_to_date=valid_to or row.valid_to_date,
        change_reason=reason or row.change_reason,
        successor_code=successor or row.successor_code,
    )
