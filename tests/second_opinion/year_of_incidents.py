"""What follows from a calendar year of incidents: answers, areas, deaths. Independent of pipelines/measure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from tests.second_opinion.desk import Row
from tests.second_opinion.duties import any_of, so_far
from tests.second_opinion.figures import Number
from tests.second_opinion.ledger import Incident, incidents, unsure_reports
from tests.second_opinion.logic import either, within
from tests.second_opinion.opinions import Count
from tests.second_opinion.school import Unit, Verdict, seen

FREQUENT = 3


def year_incidents(unit: Unit, code: str) -> list[Incident]:
    """Incidents of the school in the calendar year so far."""
    window = unit.window("calendar_year")
    found = []
    for each in incidents(Unit(unit.desk, code)):
        moment = each.at("known_at") or each.at("occurred_at")
        if moment is not None and window.start <= moment.date() <= unit.desk.cut_off:
            found.append(each)
    return found


def answered_major(unit: Unit) -> Verdict:
    """Major incidents followed by a special inspection that was made public."""
    major = answered = 0
    for code in unit.desk.schools["school_code"]:
        for each in year_incidents(unit, code):
            if not any(word in (each.at("level") or "") for word in ("重大", "特大")):
                continue
            major += 1
            answered += _is_answered(unit, code, each)
    if not unit.has_submission:
        return Verdict("unreported")
    return replace(unit.ratio("calendar_year", answered, major), is_due_certain=_are_schools_whole(unit))


def _are_schools_whole(unit: Unit) -> bool:
    """No school has lost a row of the year's incidents, nor one whose day or level cannot be read."""
    window = unit.window("calendar_year")
    for code in {code for code, _ in unit.desk.current if code is not None}:
        unsure = unsure_reports(Unit(unit.desk, code))
        for month, sheet in unit.desk.history(code, "incidents").items():
            if month < f"{window.start:%Y-%m}":
                continue
            unread = [
                row
                for row in sheet.rows
                if row["invalid"] & {"known_at", "level"}
                or ("occurred_at" in row["invalid"] and not row["known_at"])
                or (row["submission_no"], row["row_no"]) in unsure
            ]
            if sheet.lost or unread:
                return False
    return True


def _is_answered(unit: Unit, code: str, incident: Incident) -> bool:
    moment: datetime = incident.at("known_at") or incident.at("occurred_at")
    return any(
        row["school_code"] == code
        and row["method"] == "special"
        and row["is_notified"]
        and within(row["held_date"], moment.date(), unit.desk.cut_off)
        for sheet in unit.desk.history(None, "inspections").values()
        for row in sheet.rows
    )


def frequent_areas(what: str) -> Callable[[Unit, str], Number]:
    """Whether the township had three incidents in the year, and the actions taken at its schools."""

    def count(unit: Unit, township: str) -> Number:
        if not unit.has_submission:
            return Number(None)
        schools = unit.desk.schools
        codes = set(schools.loc[schools["township"] == township, "school_code"])
        is_frequent = sum(len(year_incidents(unit, code)) for code in codes) >= FREQUENT
        events = unit.events("inspections", unit.window("calendar_year"))
        acts = {
            (row["school_code"], row["held_date"])
            for row in events.certain(
                lambda row: either(
                    seen(row, "is_notified", bool),
                    any_of(row, ("inspection_kind", "item_name"), ("约谈", "挂牌", "通报")),
                )
            )
            if row["school_code"] in codes
        }
        actions = len(acts) if is_frequent else 0
        if what == "areas":
            return Number(int(is_frequent))
        if events.number(lambda row: True, "is_notified", "inspection_kind", "item_name") is None:
            return Number(None)
        return so_far(events, {"actions": actions, "areas_acted_on": int(actions > 0)}[what])

    return count


def deaths(place: str | None) -> Count:
    """Student deaths of the school in the calendar year, by place; dated by when it was known, else occurred."""

    def count(unit: Unit) -> Number:
        events = unit.events("incidents", unit.window("calendar_year"), "known_at")
        if any(_is_unsure(row, unit) for row, _ in events.rows if row["known_at"] is None):
            return Number(None)
        unsure = unsure_reports(unit)
        if any((row["submission_no"], row["row_no"]) in unsure for row, _ in events.rows):
            return Number(None)
        if events.number(lambda row: True, "student_death_count", "place_kind", "known_at") is None:
            return Number(None)
        told = [each for each in year_incidents(unit, unit.code or "") if each.at("place_kind") == place]
        return so_far(events, sum(each.at("student_death_count") or 0 for each in told))

    return count


def _is_unsure(row: Row, unit: Unit) -> bool:
    """Whether an incident of no known moment may lie in the year and tells what cannot be read."""
    window, moment = unit.window("calendar_year"), row["occurred_at"]
    is_outside = moment is not None and not window.start <= moment.date() <= unit.desk.cut_off
    return not is_outside and bool(row["invalid"] & {"occurred_at", "student_death_count", "place_kind"})
