"""Drills: which are evacuations, and how often. Independent of pipelines/measure."""

from __future__ import annotations

from tests.second_opinion.desk import Row
from tests.second_opinion.drawing import VALUES
from tests.second_opinion.logic import Truth
from tests.second_opinion.opinions import Judge
from tests.second_opinion.school import Unit, Verdict

EVACUATIONS = tuple(each["value"] for each in VALUES["drill_category"] if each["evacuation"])
OTHER_WORDS = tuple(
    word
    for each in VALUES["drill_category"]
    if not each["evacuation"] and each["value"] != "other"
    for word in (each["zh"], *each.get("synonyms", ()))
)
EVACUATION_WORDS = ("疏散", "逃生", "撤离", "避险")


def is_evacuation(row: Row) -> Truth:
    """By its kind; where that says nothing, by a name that speaks of evacuation and of no other drill."""
    if "drill_name" in row["invalid"]:
        return None  # it may name another drill
    if row["category"] in EVACUATIONS:
        return True
    if row["category"] not in (None, "other"):
        return False
    name = row["drill_name"] or ""
    if any(word in name for word in EVACUATION_WORDS) and not any(word in name for word in OTHER_WORDS):
        return True
    return None if "category" in row["invalid"] else False


def drill_frequency(default: str, kindergarten: str) -> Judge:
    """One evacuation drill in the window; kindergartens have a longer one."""

    def judge(unit: Unit) -> Verdict:
        kind = kindergarten if unit.stage == "kindergarten" else default
        events = unit.events("drills", unit.window(kind))
        return unit.often_enough(kind, events, events.tally(is_evacuation, "category", "drill_name"), 1)

    return judge
