"""Placeholder names: a surname, 某, a numeral. No such person exists."""

from __future__ import annotations

from random import Random

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
_NUMERALS = "一二三四五六七八九十"


def person(rng: Random) -> str:
    """A name that stands for nobody."""
    return f"{rng.choice(_SURNAMES)}某{rng.choice(_NUMERALS)}"
