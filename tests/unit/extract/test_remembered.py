"""A function is asked once for what it finds, and what is remembered stays within bounds."""

from __future__ import annotations

from pipelines.extract.remembered import MOST, Remembered


def test_the_same_is_asked_once() -> None:
    asked: list[str] = []

    def length(text: str) -> int:
        asked.append(text)
        return len(text)

    remembered = Remembered(length)
    assert [remembered[text] for text in ("aa", "b", "aa")] == [2, 1, 2]
    assert asked == ["aa", "b"]


def test_a_full_memory_is_emptied_and_finds_the_same() -> None:
    remembered = Remembered(str)
    assert [remembered[number] for number in range(MOST + 1)] == [str(number) for number in range(MOST + 1)]
    assert len(remembered) == 1
