"""The rows on which a provision's expressions are evaluated: units, their window, parameters, items, aggregates."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pipelines.measure.expressions import supposed_columns
from pipelines.measure.relations import EVENT_KEYS, SCHOOL_UNITS, relations, window_columns
from pipelines.measure.scopes import ITEM_TABLES, Reading, item_columns
from pipelines.metadata.items import items
from pipelines.metadata.standards import Aggregate, Parameter, Provision

_EMPTY = {"count": "0", "distinct": "0", "sum": "0", "every": "true", "some": "false", "min": "NULL", "max": "NULL"}
_WINDOW = ("window_start", "window_end", "teaching_day_count", "teaching_week_count", "holiday_count", "has_duty")


@dataclass(frozen=True)
class UnitKind:
    """How a unit is found and named: its rows, its level, its code, and the key of its sheets."""

    rows: str
    level: str
    code: str
    sheet_key: str


UNIT_KINDS = {
    "school": UnitKind("SELECT * FROM fact_school", "school", "school_code", "school_code"),
    "campus": UnitKind(
        "SELECT * FROM fact_school JOIN fact_campus USING (school_code)",
        *("school", "school_code", "school_code"),
    ),
    "stage": UnitKind(
        "SELECT school.* EXCLUDE (teaches_kindergarten, teaches_primary, teaches_junior, teaches_senior,"
        " teaches_vocational), fact_stage.* EXCLUDE (school_code)"
        " FROM fact_school AS school JOIN fact_stage USING (school_code)",
        *("school", "school_code", "school_code"),
    ),
    "bureau": UnitKind("SELECT * FROM fact_bureau", "bureau", "'bureau'", "''"),
    "township": UnitKind("SELECT * FROM fact_township", "township", "township", "''"),
    "body": UnitKind("SELECT * FROM fact_body", "body", "body", "''"),
    "task": UnitKind(
        "SELECT fact_task.*, fact_bureau.* FROM fact_task CROSS JOIN fact_bureau", "task", "task_no", "''"
    ),
}


def literal(value: int | Decimal | str) -> str:
    """A parameter as SQL."""
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


def parameter_columns(parameters: tuple[Parameter, ...]) -> str:
    """The parameters as columns, each after a comma."""
    return "".join(f",\n        {literal(parameter.value)} AS {parameter.name}" for parameter in parameters)


def window_kind_sql(provision: Provision) -> str:
    """The kind of window of a unit, by its school type."""
    default = provision.windows.get("default", "month")
    branches = " ".join(
        f"WHEN '{stage}' THEN '{kind}'" for stage, kind in provision.windows.items() if stage != "default"
    )
    return f"CASE unit.calendar_stage {branches} ELSE '{default}' END" if branches else f"'{default}'"


def span_key_sql(provision: Provision) -> str:
    """What is lost and missing is asked of each unit, of a school of several campuses of each campus."""
    code = UNIT_KINDS[provision.over].code
    return f"{code} || '/' || coalesce(campus, '')" if provision.over == "campus" else code


def unit_cte(provision: Provision, reading: Reading) -> str:
    """CTE `unit`: one row per unit with fact columns, window, parameters and items."""
    kind = UNIT_KINDS[provision.over]
    joins, columns, invalid = "", "", []
    for item_kind, table in ITEM_TABLES.items():
        chosen = [item for item in items().values() if item.kind == item_kind and item.id in reading.items]
        if not chosen:
            continue
        suffix, key = ("_by_body", "submission_no, body") if provision.over == "body" else ("", "submission_no")
        joins += f"\n    LEFT JOIN item_{table}{suffix} USING ({key})"
        named = [column for item in chosen for column in item_columns(item)]
        columns += "".join(f",\n        {column}" for column in named)
        wanted = ", ".join(f"'{item.id}'" for item in chosen)
        invalid.append(f"list_has_any(invalid_{table}_items, [{wanted}])")
    if reading.profile_fields and provision.over in SCHOOL_UNITS:
        fields = ", ".join(f"'{name}'" for name in sorted(reading.profile_fields))
        invalid.append(f"list_has_any(unit.invalid_profile_fields, [{fields}])")
    cell_error = " OR ".join(f"coalesce({test}, false)" for test in invalid) or "false"
    windows = ", ".join(f"span.{column}" for column in _WINDOW)
    return f"""unit AS (
    SELECT
        unit.*,
        {kind.code} AS unit_key,
        {span_key_sql(provision)} AS span_key,
        {kind.sheet_key} AS sheet_key,
        {windows},
        $cut_off::DATE AS cut_off_date,
        $period_start::DATE AS period_start_date,
        $period_end::DATE AS period_end_date,
        {cell_error} AS has_cell_error{parameter_columns(provision.parameters)}{columns}
    FROM ({kind.rows}) AS unit
    JOIN calendar_window AS span
        ON span.stage = unit.calendar_stage AND span.kind = {window_kind_sql(provision)}{joins}
)"""


def _where(aggregate: Aggregate) -> str:
    """The rows that count: none with an unreadable cell for whose blank something is supposed."""
    named = set().union(*(supposed_columns(each) for each in (aggregate.value, aggregate.where) if each))
    of = relations()[aggregate.of]
    unread = sorted({source.split(".")[1] for column in named for source in of.sources.get(column, ())})
    where = f"({aggregate.where}\n)" if aggregate.where else "true"
    if not unread or not of.tells_unread:
        return where
    return f"({where} AND NOT list_has_any(event.unread_fields, {unread}))"


def _aggregate_column(aggregate: Aggregate) -> str:
    where = _where(aggregate)
    value = f"({aggregate.value}\n)"
    empty = aggregate.empty or _EMPTY[aggregate.how]
    if aggregate.how == "count":
        return f"count(*) FILTER (WHERE {where} AND {value}) AS {aggregate.name}"
    if aggregate.how == "distinct":
        return f"count(DISTINCT {value}) FILTER (WHERE {where}) AS {aggregate.name}"
    if aggregate.how in ("sum", "min", "max"):
        return f"coalesce({aggregate.how}({value}) FILTER (WHERE {where}), {empty}) AS {aggregate.name}"
    decided = f"count(*) FILTER (WHERE {where} AND {'NOT ' if aggregate.how == 'every' else ''}{value})"
    first, last = ("false", "true") if aggregate.how == "every" else ("true", "false")
    return (
        f"CASE WHEN count(*) FILTER (WHERE {where}) = 0 THEN {empty} WHEN {decided} > 0 THEN {first}"
        f" WHEN count(*) FILTER (WHERE {where} AND {value} IS NULL) > 0 THEN NULL ELSE {last} END AS {aggregate.name}"
    )


def aggregate_ctes(provision: Provision) -> tuple[list[str], str, str]:
    """CTEs that gather events a unit, the joins that bring them beside the unit, and their columns."""
    event_key = EVENT_KEYS[provision.over]
    groups: dict[tuple[str, bool], list[Aggregate]] = {}
    for aggregate in provision.aggregates:
        groups.setdefault((aggregate.of, aggregate.in_window), []).append(aggregate)
    ctes, joins, columns = [], "", ""
    shared = "".join(f", {name}" for name in (*window_columns(), *(p.name for p in provision.parameters)))
    for number, ((of, in_window), members) in enumerate(groups.items(), start=1):
        relation, name = relations()[of], f"gathered_{number}"
        on = [f"event.{event_key} = keyed.unit_key"] if event_key else []
        key = ["unit_key"]
        if provision.over == "campus" and "campus" in relation.keys:
            key.append("campus")
            on.append("event.campus IS NOT DISTINCT FROM keyed.campus")
        if relation.date and in_window:
            last_day = "least(keyed.window_end, keyed.cut_off_date)"
            on.append(f"event.{relation.date}::DATE BETWEEN keyed.window_start AND {last_day}")
        gathered = ",\n        ".join(_aggregate_column(member) for member in members)
        ctes.append(
            f"""{name} AS (
    SELECT
        {", ".join(f"keyed.{part}" for part in key)},
        {gathered}
    FROM (SELECT DISTINCT {", ".join(key)}{shared} FROM unit) AS keyed
    JOIN fact_{of} AS event ON {" AND ".join(on) or "true"}
    GROUP BY ALL
)"""
        )
        same = " AND ".join(f"{name}.{part} IS NOT DISTINCT FROM unit.{part}" for part in key)
        joins += f"\n    LEFT JOIN {name} ON {same}"
        for member in members:
            empty = member.empty or _EMPTY[member.how]
            value = f"CASE WHEN {name}.unit_key IS NULL THEN {empty} ELSE {name}.{member.name} END"
            columns += f",\n        {value} AS {member.name}"
    return ctes, joins, columns


def fact_ctes(provision: Provision, reading: Reading) -> str:
    """CTEs down to `facts`: units with aggregates and the values named under let."""
    ctes, joins, columns = aggregate_ctes(provision)
    let = "".join(f",\n        ({expression}\n) AS {name}" for name, expression in provision.let)
    ctes = [
        unit_cte(provision, reading),
        *ctes,
        f"joined AS (\n    SELECT\n        unit.*{columns}\n    FROM unit{joins}\n)",
        f"facts AS (\n    SELECT\n        *{let}\n    FROM joined\n)",
    ]
    return ",\n".join(ctes)
