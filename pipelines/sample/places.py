"""Where a synthetic county lies: townships that do not exist, and the digits of its province in school codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A county: the two province digits of its codes, and its townships with the kind of their schools."""

    province: str
    townships: tuple[tuple[str, str], ...]


_PLAIN = Place(
    "53",
    (
        ("望楹街道", "urban"),
        ("青棂镇", "town"),
        ("澜芷镇", "town"),
        ("白桫乡", "rural"),
        ("石楝乡", "rural"),
        ("云杪镇", "town"),
        ("栖霞街道", "urban"),
        ("松萝乡", "rural"),
    ),
)
_PLACES: Mapping[str, Place] = {
    "anqing-2018": Place(
        "34",
        (
            ("菱溪街道", "urban"),
            ("枞岭镇", "town"),
            ("白泽乡", "rural"),
            ("柘桥镇", "town"),
            ("振潜街道", "urban"),
            ("石塘畈乡", "rural"),
        ),
    ),
    "sunite-2022": Place(
        "15",
        (
            ("青格勒镇", "urban"),
            ("阿日宝苏木", "rural"),
            ("赛音淖镇", "town"),
            ("那仁图苏木", "rural"),
            ("巴润乌拉苏木", "rural"),
        ),
    ),
    "wujin-2020": Place(
        "32",
        (
            ("兰渎街道", "urban"),
            ("漕溪镇", "town"),
            ("锦澜街道", "urban"),
            ("雪巷镇", "town"),
            ("芦渚镇", "rural"),
        ),
    ),
    "xx-county": Place(
        "53",
        (
            ("启明街道", "urban"),
            ("河湾镇", "town"),
            ("双槐乡", "rural"),
            ("柳林集镇", "town"),
            ("石桥铺乡", "rural"),
        ),
    ),
}


def place_of(standard_id: str) -> Place:
    """The place of that standard's county; a plain one for a standard that has none of its own."""
    return _PLACES.get(standard_id, _PLAIN)
