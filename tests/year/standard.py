"""The document that replaces the county's own in mid-year, as a file, and the second opinion on it.

A bureau writes such a file by hand: no Python is needed but for the test's opinion.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import yaml

from tests.second_opinion.cases import incident_reporting
from tests.second_opinion.drills import drill_frequency
from tests.second_opinion.duties import task_status
from tests.second_opinion.jinghong import JINGHONG
from tests.second_opinion.opinions import Judge, Opinions
from tests.second_opinion.school import EXEMPT, Unit, Verdict

NEW = "jinghong-2027"
FROM = "2027-02"
"""The first month that is measured by the new document."""
_VOLUNTEERS_UNTIL, _VISITORS_FROM = date(2027, 4, 30), date(2027, 5, 1)
_LIMIT = 30
_DOCUMENT = "景政办发〔2027〕2号"


def issue(folder: Path, old: str) -> None:
    """Put the new document's file beside the old one's: other windows and numbers, one demand ended, one to come."""
    document = yaml.safe_load((folder / f"{old}.yaml").read_text(encoding="utf-8"))
    document |= {"id": NEW, "document": _DOCUMENT, "name_zh": "景洪市学校安全风险防控体系（2027年修订）"}
    document |= {"name_en": f"{document['name_en']}, 2027 revision", "effective_from": date(2027, 2, 1)}
    by_id = {provision["id"]: provision for provision in document["provisions"]}
    by_id["drill_frequency"]["window"] = {"default": "month", "kindergarten": "quarter"}
    by_id["incident_reporting"]["parameters"]["limit_minutes"] = {"value": _LIMIT, "source": "原文：30分钟内"}
    by_id["volunteers"]["effective_to"] = _VOLUNTEERS_UNTIL
    by_id["smart_entry"]["effective_from"] = _VISITORS_FROM
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
    (folder / f"{NEW}.yaml").write_text(text, encoding="utf-8")


def _in_force(judge: Judge, holds: Callable[[date], bool]) -> Judge:
    def judged(unit: Unit) -> Verdict:
        return judge(unit) if holds(unit.desk.cut_off) else EXEMPT

    return judged


def _tasks(unit: Unit) -> list[tuple[str, str | None, Verdict]]:
    """Rows of the bureau's task list that name the new document or none."""
    return [
        (row["task_no"], row["lead_body"], task_status(unit, row, row["due_date"], "done_date", "due_date"))
        for row in unit.sheet("tasks").rows
        if row["standard"] in (None, NEW, _DOCUMENT)
    ]


def opinions() -> dict[str, Opinions]:
    """The second opinion by standard."""
    rules = dict(JINGHONG.rules)
    rules["drill_frequency"] = drill_frequency("month", "quarter")
    rules["volunteers"] = _in_force(rules["volunteers"], lambda day: day <= _VOLUNTEERS_UNTIL)
    rules["smart_entry"] = _in_force(rules["smart_entry"], lambda day: day >= _VISITORS_FROM)
    minutes = incident_reporting("reported_government_at", "reported_education_at", limit_minutes=_LIMIT)
    durations = {**JINGHONG.durations, "incident_reporting": ("minutes", minutes)}
    new = replace(JINGHONG, rules=rules, durations=durations, tasks={"task_list": _tasks})
    return {"jinghong-2019": JINGHONG, NEW: new}
