"""Under what name a page is filed in each language, and the switch that leads from one language to the other.

`index.html` is Chinese and `index.en.html` beside it English. Bulletin, workbook, CSV files and the pages of the
notebooks exist in Chinese alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.report import wording


@dataclass(frozen=True)
class Twin:
    """One language of the switch: its tag, what it calls itself, and the same page in it."""

    tag: str
    name: str
    href: str
    is_current: bool


def page_name(stem: str) -> str:
    """The file of a page in the language spoken: `index.html`, in English `index.en.html`."""
    spoken = wording.language()
    return f"{stem}.html" if spoken == wording.LANGUAGES[0] else f"{stem}.{spoken}.html"


def switch(stem: str) -> tuple[Twin, ...]:
    """The page in every language, for the masthead."""
    now, found = wording.language(), []
    for each in wording.LANGUAGES:
        with wording.in_language(each):
            name = str(wording.entry("languages")[each])
            found.append(Twin(wording.text("language"), name, page_name(stem), each == now))
    return tuple(found)
