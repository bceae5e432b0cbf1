"""One standard measured for one period: figures, assessments and cases, with the statements that made them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

import duckdb
import pyarrow as pa

from pipelines.measure.aggregating import aggregate
from pipelines.measure.engines.counts import count_sql
from pipelines.measure.engines.durations import addressed_sql, case_sql
from pipelines.measure.engines.item_columns import BODY_KINDS, pivot_sql
from pipelines.measure.engines.rules import task_sql, verdict_sql
from pipelines.measure.fact_tables import build_facts, parameters_in
from pipelines.measure.relations import relations
from pipelines.measure.running import Run, engine_text
from pipelines.measure.scopes import ITEM_TABLES, Reading, read_provision
from pipelines.measure.standard_tables import write_standard_tables
from pipelines.measure.windows import Moment, write_calendar_tables
from pipelines.metadata.calendars import Calendar, load_calendar
from pipelines.metadata.contracts import contracts
from pipelines.metadata.periods import Period
from pipelines.metadata.standards import Provision, Standard
from pipelines.metadata.values import value_rules, vocabulary
from pipelines.progress import track
from pipelines.store.register import register_sql

RESULTS = ("figures", "assessments", "cases", "cohort", "schools", "counted", "visited", "risk")


@dataclass(frozen=True)
class Measured:
    """The result tables in total order, schools, the files and visits that count among them; statements."""

    figures: pa.Table
    assessments: pa.Table
    cases: pa.Table
    cohort: pa.Table
    schools: pa.Table
    counted: pa.Table
    visited: pa.Table
    risk: pa.Table
    sql: dict[str, list[str]]


def measure(
    connection: duckdb.DuckDBPyConnection,
    standard: Standard,
    period: Period,
    as_of: datetime,
    calendar: Calendar | None = None,
) -> Measured:
    """Figures, assessments, cases, cohort, schools and files that count of the standard at the period's cut-off.

    `calendar` is the home's or the release's; without one, the standard's own.

    Reads the core tables, writes temp tables only. MetadataError for an expression that names what does not exist,
    UsageError where the period begins after `as_of`.
    """
    readings = {provision.id: read_provision(standard, provision) for provision in standard.provisions}
    moment = Moment(period, as_of)
    standard = _in_force(standard, moment.cut_off)
    run = Run(connection, run_parameters(standard, period, as_of))
    _prepare(run, standard, moment, readings, calendar or load_calendar(standard.calendar))
    for provision in track(standard.provisions, "measure"):
        if not provision.all_of:
            _judge(run, standard, provision, readings[provision.id])
    for provision in standard.provisions:
        if provision.all_of:
            addressed = {"is_in_force": provision.is_in_force(moment.cut_off)}
            parts = list(provision.all_of)
            run.execute(provision.id, engine_text("composed.sql"), indicator=provision.id, parts=parts, **addressed)
    run.execute("assessments", engine_text("assessments.sql"))
    run.execute("assessments", engine_text("rolled.sql"))
    results = {"figures": aggregate(run, standard, moment.cut_off)}
    results |= {name: run.fetch(name) for name in RESULTS if name not in results}
    return Measured(**results, sql=run.sql)


def _in_force(standard: Standard, day: date) -> Standard:
    """The same standard, in which a provision not in force on that day addresses nobody."""
    held = (each if each.is_in_force(day) else replace(each, applies="false") for each in standard.provisions)
    return replace(standard, provisions=tuple(held))


def run_parameters(standard: Standard, period: Period, as_of: datetime) -> dict[str, object]:
    """What the statements of a run may name."""
    rules = value_rules()
    moment = Moment(period, as_of)
    drills = vocabulary("drill_category")
    others = [term for term in drills if not term.is_evacuation and term.value != "other"]
    return {
        "as_of": as_of,
        "as_of_label": as_of.isoformat(timespec="seconds"),
        "standard_id": standard.id,
        "document": standard.document,
        "period_label": period.label,
        "period_start": period.start,
        "period_end": period.end,
        "cut_off": moment.cut_off,
        "last_month": f"{moment.cut_off:%Y-%m}",
        "month": f"{moment.cut_off:%Y-%m}",
        "bureau_month": moment.bureau_month,
        "day": moment.cut_off,
        "do_visits_count": standard.spot_checks.is_visit,
        "excluded_school_types": list(standard.excluded_school_types),
        "standing_tables": [contract.name for contract in contracts("bureau") if contract.is_standing],
        "evacuation_name": rules["evacuation_name"],
        "no_evacuation_name": rules["no_evacuation_name"],
        "self_hired": rules["self_hired"],
        "same_school": rules["same_school"],
        "major_incident": rules["major_incident"],
        "evacuation_categories": [term.value for term in drills if term.is_evacuation],
        "other_drill_words": "|".join(word for term in others for word in (term.zh, *term.synonyms)),
    }


def _prepare(run: Run, standard: Standard, moment: Moment, readings: dict[str, Reading], calendar: Calendar) -> None:
    write_calendar_tables(run.connection, calendar, moment)
    write_standard_tables(run.connection, standard)
    run.connection.execute(engine_text("tables.sql"))
    run.execute("verdicts", engine_text("verdicts.sql"))
    run.execute("known_school", f"CREATE OR REPLACE TEMP TABLE known_school AS\n{register_sql()}")
    for name, statement in build_facts(run.connection, run.parameters).items():
        run.keep(name, statement, parameters_in(statement, run.parameters))
    named = {item for reading in readings.values() for item in reading.items}
    for kind, table in ITEM_TABLES.items():
        run.execute(f"item_{table}", pivot_sql(kind, named, by_visit=standard.spot_checks.is_visit))
    for kind in BODY_KINDS if standard.bodies else ():
        run.execute(f"item_{ITEM_TABLES[kind]}", pivot_sql(kind, named, by_body=True))
    run.execute("unit_group", engine_text("groups.sql"))


def _judge(run: Run, standard: Standard, provision: Provision, reading: Reading) -> None:
    if provision.kind == "duration":
        window = provision.windows.get("default", "month")
        run.execute(provision.id, addressed_sql(standard, provision))
        run.execute(provision.id, case_sql(provision, reading))
        relation = relations()[provision.over]
        case: dict[str, object] = {"indicator": provision.id, "case_table": relation.table, "window_kind": window}
        case |= {"is_dated": relation.date is not None, "doubted": sorted(reading.doubtful_fields)}
        for rate in ("on_time_rate", *(name for name, _, _ in provision.rates)):
            run.execute(provision.id, engine_text("on_time.sql"), **case, rate=rate)
        return
    if provision.kind == "task":
        run.execute(provision.id, task_sql(standard, provision))
    elif provision.kind != "count":
        rule = replace(provision, values=(), rates=()).pruned
        read = reading if rule == provision else read_provision(standard, rule)
        run.execute(provision.id, verdict_sql(standard, rule, read))
    for statement in count_sql(standard, provision):
        run.execute(provision.id, statement)
