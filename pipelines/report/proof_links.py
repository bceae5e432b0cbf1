"""Where the proof of a figure stands in the language spoken: page and anchor, relative to the report's folder."""

from __future__ import annotations

import hashlib
import re

from pipelines.report.addresses import page_name

FOLDER = "proof"
INDEX = "index"
SCHOOLS = "schools"

_PLAIN = re.compile(r"[0-9A-Za-z_\u3400-\u9fff][0-9A-Za-z_\u3400-\u9fff-]*")


def safe(code: str) -> str:
    """A code as part of an id and of an address: itself where it is letters and digits, else its hash."""
    return code if _PLAIN.fullmatch(code) else "x" + hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()[:12]


def page_of(indicator: str) -> str:
    """The name under which the page of that indicator is filed: its provision's, up to the first point."""
    return indicator.partition(".")[0]


def anchor(key: str) -> str:
    """The id of the row that a key names: its statistic where it has one, its level and its unit."""
    indicator, level, code = key.split("|", 2)
    statistic = indicator.partition(".")[2]
    return "-".join(filter(None, (statistic, level, safe(code))))


def proof_href(key: str) -> str:
    """The address of the proof of a figure, `proof/guards_staffing.html#county-county`, from its key.

    A key is `indicator|level|unit` as in figures.csv; of a school under a provision it is `indicator|school|code`.
    """
    return f"{FOLDER}/{page_name(page_of(key.partition('|')[0]))}#{anchor(key)}"


def school_proof_href(indicator: str) -> str:
    """The address of the proof of an indicator up to where `safe(code)` of a school follows."""
    return proof_href(f"{indicator}|school|0").removesuffix("0")


def school_href(school_code: str) -> str:
    """The address of the view of one school."""
    return f"{page_name(SCHOOLS)}#{safe(school_code)}"
