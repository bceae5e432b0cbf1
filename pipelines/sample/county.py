"""A synthetic county on disk: what reaches the bureau month by month, and the truth that was planted."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from pipelines.collect.plan import SheetPlan, plan_sheets
from pipelines.collect.templates import blank_sheets, cover_of, template_name
from pipelines.collect.workbook import draw_workbook
from pipelines.metadata.items import items_for
from pipelines.metadata.periods import Period, parse_period
from pipelines.metadata.standards import Standard, load_standard
from pipelines.sample.broken import break_file
from pipelines.sample.bureau import plan_bureau, write_bureau
from pipelines.sample.bureau_facts import BureauMonth
from pipelines.sample.counting import plan_counts
from pipelines.sample.deliveries import SILENT, Sends, bureau_moment, plan_sends
from pipelines.sample.doubtful import is_doubtful, plant_events
from pipelines.sample.events import GRAVE
from pipelines.sample.facts import Arrival, Report, SchoolRow
from pipelines.sample.formats import SUFFIXES, write_file
from pipelines.sample.hand import TIDY, Hand, draw_hand
from pipelines.sample.mistakes import KINDS, make_mistake, write_doubts
from pipelines.sample.pages import as_school, fill_sheets, hidden_words
from pipelines.sample.planting import begin_life, live_month
from pipelines.sample.register import make_register
from pipelines.sample.truth import tell_truth

_UNKNOWN_CODE = "2199999999"
_LISTS_LAST_MONTHS_DRILLS = 0.1
_SILENT_FROM = 12
_FORGETS_NIL_RETURN = 0.3
"""Of the schools without a hazard that make a mistake."""
_XLSX_ONLY = ("error_cell", "uncalculated")
Known = Callable[[Sequence[SchoolRow], Period], Sequence[SchoolRow]]
_NAMES = ("{name}{month}月安全月报", "附件2：安全工作月报（{name}）{month}月", "{name}安全报表{month}月（最终版）")


@dataclass(frozen=True)
class Delivery:
    """Files that arrive together; they lie alone in their folder, which can be received as an inbox."""

    received_at: datetime
    period: str
    files: tuple[Path, ...]

    @property
    def folder(self) -> Path:
        """The folder that holds the delivery's files and nothing else."""
        return self.files[0].parent


@dataclass(frozen=True)
class County:
    """A county as it was planted: deliveries in order of arrival, and the truth (also in truth.json)."""

    folder: Path
    standard: str
    register: tuple[SchoolRow, ...]
    deliveries: tuple[Delivery, ...]
    arrivals: tuple[Arrival, ...]
    bureau: tuple[BureauMonth, ...]
    truth: dict[str, Any]


@dataclass(frozen=True)
class _Setting:
    """What every school's writing needs."""

    seed: int
    standard: Standard
    asked: tuple[str, ...]
    months: tuple[Period, ...]
    folder: Path
    is_messy: bool
    has_silent: bool

    def asked_of(self, school: SchoolRow) -> tuple[str, ...]:
        """The items that the school's own template asks."""
        return items_for(self.asked, school.school_type)

    def plans_for(self, school: SchoolRow) -> tuple[SheetPlan, ...]:
        """The sheets of the school's own template."""
        return plan_sheets(self.asked_of(school))


def make_county(
    folder: Path,
    seed: int,
    schools: int,
    months: Sequence[str],
    standard: str,
    *,
    mess: bool = True,
    register: Sequence[SchoolRow] | None = None,
    known: Known = lambda register, month: register,
) -> County:
    """Write the county's deliveries and truth.json into the folder; the same arguments give the same bytes.

    `schools` is the number of rows of the register, unless it is given. Without mess every school sends one tidy
    workbook in time. `known` is what the bureau knows of the register in a month: by default all that is to come.
    """
    rules = load_standard(standard)
    periods = tuple(parse_period(label) for label in months)
    register = tuple(register or make_register(seed, schools, tuple(months), standard))
    asked = rules.asked_items
    setting = _Setting(seed, rules, asked, periods, folder, mess, schools >= _SILENT_FROM)
    bureau = plan_bureau(seed, rules, register, periods, is_tidy=not mess)
    arrivals: list[Arrival] = []
    for facts, period in zip(bureau, periods, strict=True):
        name = f"00_教育体育局工作簿_{period.label}.xlsx"
        arrival = Arrival(name, bureau_moment(period), period.label, "accepted", "bureau", None, None)
        arrivals.append(_save(setting, arrival, write_bureau(facts, known(register, period))))
    for school in register:
        arrivals += _send_school(setting, school)
    arrivals.sort(key=lambda arrival: (arrival.received_at, arrival.month, os.fsencode(arrival.file_name)))
    arrivals = _without_second_broken(setting, arrivals)
    truth = tell_truth(rules, register, tuple(months), tuple(arrivals), tuple(bureau))
    text = json.dumps(truth, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / "truth.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    deliveries = _group(setting, arrivals)
    return County(folder, standard, register, deliveries, tuple(arrivals), tuple(bureau), truth)


def _send_school(setting: _Setting, school: SchoolRow) -> list[Arrival]:
    """Every file that the school sends over the months in which the register expects it, or it reports unasked."""
    rng = Random(f"school/{setting.seed}/{school.life_code}")
    hand = draw_hand(rng) if setting.is_messy else TIDY
    life = begin_life(setting.seed, school, setting.months, setting.asked_of(school), is_tidy=not setting.is_messy)
    reports_unasked = school.school_type == "teaching_point" and rng.random() < 0.5
    arrivals: list[Arrival] = []
    earlier: Report | None = None
    for month in setting.months:
        if not (school.is_expected(month.end) or reports_unasked):
            continue
        sends = _plan_sends(setting, school, month, is_tidy=not setting.is_messy or reports_unasked)
        report = live_month(setting.seed, life, month.label)
        plan_counts(rng, report, setting.asked_of(life.school), is_tidy=not setting.is_messy)
        if earlier and setting.is_messy and rng.random() < _LISTS_LAST_MONTHS_DRILLS:
            report.drills = earlier.drills + report.drills
            report.returns["drills"] = "rows" if report.drills else "nil"
        if setting.is_messy and is_doubtful(school.number, month, setting.months):
            plant_events(report, month, setting.standard)
        earlier = deepcopy(report)
        arrivals += _send_month(setting, report, month, hand, sends)
    return arrivals


def _plan_sends(setting: _Setting, school: SchoolRow, month: Period, *, is_tidy: bool) -> Sends:
    """When the school sends what. In a messy county one is silent at the end, those with planted news are not."""
    is_last_month = month is setting.months[-1]
    if setting.is_messy and setting.has_silent and is_last_month and school.number == SILENT:
        return ()
    rng = Random(f"sends/{setting.seed}/{school.school_code}/{month.label}")
    is_tidy = is_tidy or school.number in GRAVE or is_doubtful(school.number, month, setting.months)
    return plan_sends(rng, month, is_tidy=is_tidy, is_last_month=is_last_month).sends


def _send_month(setting: _Setting, report: Report, month: Period, hand: Hand, sends: Sends) -> list[Arrival]:
    school = report.school
    rng = Random(f"write/{setting.seed}/{school.school_code}/{month.label}")
    makes_mistakes = setting.is_messy and not is_doubtful(school.number, month, setting.months)
    mess = _make_mistakes(report, rng, hand, chance=0.22) if makes_mistakes else []
    write_doubts(report, rng)
    has_good = any(what == "report" for _, what in sends)
    content = _report_bytes(setting, report, hand, rng) if has_good or sends else b""
    arrivals: list[Arrival] = []
    for received_at, what in sends:
        name = _file_name(school, month, hand)
        arrival = Arrival(name, received_at, month.label, "accepted", "+".join(mess), school.school_code, report)
        if what == "report":
            arrivals.append(_save(setting, arrival, content))
        elif what == "copy":
            copy = replace(arrival, file_name=_copied(name), outcome="duplicate", mess="copy", report=None)
            arrivals.append(_save(setting, copy, content))
        elif what == "draft":
            draft = deepcopy(report)
            kinds = _make_mistakes(draft, rng, hand, chance=1.0)
            draft.guards = draft.guards[1:]
            draft.returns["guards"] = "rows" if draft.guards else "nil"
            arrival = replace(arrival, mess="+".join(["draft", *kinds]), report=draft)
            arrivals.append(_save(setting, arrival, _report_bytes(setting, draft, hand, rng)))
        else:
            arrivals.append(_save_broken(setting, replace(arrival, mess=what), what, content, report))
    return arrivals


def _make_mistakes(report: Report, rng: Random, hand: Hand, chance: float) -> list[str]:
    """The kinds of mistakes that found a place in the report."""
    made: list[str] = []
    while rng.random() < chance and len(made) < 2:
        kind = rng.choice(KINDS)
        if report.returns["hazards"] == "nil" and rng.random() < _FORGETS_NIL_RETURN:
            kind = "blank_ledger"
        if kind in _XLSX_ONLY and hand.file_format != "xlsx":
            kind = "blank_answer"
        if kind not in made and make_mistake(report, rng, kind):
            made.append(kind)
    return made


def _report_bytes(setting: _Setting, report: Report, hand: Hand, rng: Random) -> bytes:
    plans = setting.plans_for(report.school)
    sheets = fill_sheets(plans, report, hand, rng)
    if hand.has_hidden_sheet:
        sheets.append(hidden_words(plans[0]))
    cover = cover_of(as_school(report.school), parse_period(report.month), setting.standard)
    return write_file(hand.file_format, cover if hand.has_cover else None, sheets)


def _save_broken(setting: _Setting, arrival: Arrival, kind: str, good: bytes, report: Report) -> Arrival:
    school = as_school(report.school)
    period = parse_period(report.month)
    if kind == "unknown_code":
        stranger = deepcopy(report)
        stranger.school = replace(report.school, school_code=_UNKNOWN_CODE)
        stranger.profile["school_code"] = _UNKNOWN_CODE
        content = _report_bytes(setting, stranger, TIDY, Random(kind))
    else:
        plans = setting.plans_for(report.school)
        blank = draw_workbook(
            cover_of(school, period, setting.standard),
            blank_sheets(plans, school, period, setting.standard.item_windows),
        )
        content = break_file(
            kind, blank if kind == "truncated" else good, blank, school.school_code, school.school_name
        )
    name = f"{Path(arrival.file_name).stem}{'' if kind == 'blank_template' else '_'}.xlsx"
    return _save(setting, replace(arrival, file_name=name, outcome="rejected", report=None), content)


def _without_second_broken(setting: _Setting, arrivals: Sequence[Arrival]) -> list[Arrival]:
    """The arrivals, in which broken bytes that came in the month before, empty or cut off alike, are a duplicate."""
    told: list[Arrival] = []
    seen: set[tuple[str, bytes]] = set()
    for arrival in arrivals:
        outcome = arrival.outcome
        if outcome == "rejected":
            content = (arrival.month, (_folder_of(setting, arrival) / arrival.file_name).read_bytes())
            outcome = "duplicate" if content in seen else outcome
            seen.add(content)
        told.append(replace(arrival, outcome=outcome))
    return told


def _file_name(school: SchoolRow, month: Period, hand: Hand) -> str:
    if hand.has_cover and not hand.has_title:
        return template_name(as_school(school), month)
    pattern = _NAMES[len(school.school_name) % len(_NAMES)]
    return pattern.format(name=school.school_name, month=month.start.month) + SUFFIXES[hand.file_format]


def _copied(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}(1){dot}{suffix}"


def _folder_of(setting: _Setting, arrival: Arrival) -> Path:
    return setting.folder / arrival.month / f"{arrival.received_at:%Y%m%d-%H%M}"


def _save(setting: _Setting, arrival: Arrival, content: bytes) -> Arrival:
    path = _folder_of(setting, arrival) / arrival.file_name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    # A file that came long ago is whole: receive does not wait to see whether it still grows.
    moment = arrival.received_at.timestamp()
    os.utime(path, (moment, moment))
    return arrival


def _group(setting: _Setting, arrivals: Sequence[Arrival]) -> tuple[Delivery, ...]:
    groups: dict[tuple[datetime, str], list[Path]] = {}
    for arrival in arrivals:
        path = _folder_of(setting, arrival) / arrival.file_name
        groups.setdefault((arrival.received_at, arrival.month), []).append(path)
    return tuple(Delivery(moment, month, tuple(files)) for (moment, month), files in sorted(groups.items()))
