"""Durations: the cases of a provision, each school's on-time share, and survival estimates a group."""

from __future__ import annotations

from itertools import groupby

import duckdb

from pipelines.measure.engines.survival import quantile
from pipelines.measure.engines.unit_rows import parameter_columns, window_kind_sql
from pipelines.measure.scopes import Reading
from pipelines.metadata.standards import Provision, Standard

_PARTS = {"days": "day", "minutes": "minute", "hours": "hour"}
QUANTILES = (("median", 0.5), ("p90", 0.9))

Number = tuple[str, str, str, int | None, int | None, float | None, int, str]
"""indicator, unit_level, unit_code, numerator, denominator, value, unreported, status."""


def addressed_sql(standard: Standard, provision: Provision) -> str:
    """Temp table duration_addressed: one row per school, whether the provision is about it."""
    return f"""CREATE OR REPLACE TEMP TABLE duration_addressed AS
SELECT school_code, calendar_stage, ({standard.population_expression(provision)}
) AS is_addressed
FROM fact_school
ORDER BY school_code"""


def _flags_sql(provision: Provision, reading: Reading) -> str:
    """The flags of a case: its values that hold, of each rate what is done and due, and `doubt`.

    A case is in doubt by its status, or where a cell that the provision looks at cannot be read.
    """
    rates = (("on_time_rate", provision.done, provision.due), *provision.rates)
    shares = [(f"{name}.{part}", test) for name, done, due in rates for part, test in (("done", done), ("due", due))]
    unread = sorted(name.split(".")[1] for name in reading.doubtful_fields)
    doubt = f"CASE WHEN case_status = 'in_doubt' OR list_has_any(unread_fields, {unread}::VARCHAR[]) THEN 'doubt' END"
    flags = ", ".join(f"CASE WHEN ({test}\n) THEN '{name}' END" for name, test in (*provision.values, *shares))
    return f"list_filter([{doubt}, {flags}], lambda flag: flag IS NOT NULL)"


def case_sql(provision: Provision, reading: Reading) -> str:
    """INSERT into out_case: one row per case within the provision's window.

    An open case is censored at the last moment that the school's accepted submissions cover.
    """
    let = "".join(f",\n        ({expression}\n) AS {name}" for name, expression in provision.let)
    return f"""INSERT INTO out_case
WITH cases AS (
    SELECT
        event.*,
        span.window_start,
        span.window_end,
        span.teaching_day_count,
        span.teaching_week_count,
        span.holiday_count,
        $cut_off::DATE AS cut_off_date,
        $period_start::DATE AS period_start_date,
        $period_end::DATE AS period_end_date{parameter_columns(provision.parameters)}
    FROM fact_{provision.over} AS event
    JOIN duration_addressed AS unit ON unit.school_code = event.school_code AND unit.is_addressed
    JOIN calendar_window AS span
        ON span.stage = unit.calendar_stage AND span.kind = {window_kind_sql(provision)}
),
facts AS (
    SELECT
        *{let}
    FROM cases
)
SELECT
    '{provision.id}' AS indicator,
    school_code,
    case_no,
    ({provision.start}) AS start_at,
    ({provision.end}) AS end_at,
    ({provision.observed_until}) AS observed_until_at,
    ({provision.deadline}) AS deadline_at,
    ({provision.case_status}
    ) AS case_status,
    coalesce(({provision.cohort}
    ), false) AS is_in_cohort,
    greatest(date_diff('{_PARTS[provision.measure_unit]}', start_at, coalesce(end_at, observed_until_at)), 0)
        AS duration,
    end_at IS NOT NULL AS is_observed,
    {str(provision.start).endswith("_date")} AS is_daily,
    {_flags_sql(provision, reading)} AS flags
FROM facts
WHERE ({provision.within or "true"}
)
ORDER BY school_code, case_no"""


_GROUPS = """
SELECT
    unit_group.unit_level,
    unit_group.unit_code,
    count(*) FILTER (WHERE status <> 'exempt' AND due IS NULL) AS unknown,
    count(*) FILTER (WHERE due IS NOT NULL) AS known
FROM out_assessment AS assessment
JOIN unit_group ON unit_group.source_level = 'school' AND unit_group.source_code = assessment.unit_code
WHERE assessment.indicator = $indicator
GROUP BY ALL
ORDER BY unit_group.unit_level, unit_group.unit_code"""
_TIMES = """
SELECT unit_group.unit_level, unit_group.unit_code, duration, is_observed
FROM out_case
JOIN unit_group ON unit_group.source_level = 'school' AND unit_group.source_code = out_case.school_code
WHERE indicator = $indicator AND is_in_cohort
ORDER BY unit_group.unit_level, unit_group.unit_code, duration, is_observed"""
_FLAGS = """
SELECT unit_group.unit_level, unit_group.unit_code, flagged.flag, count(*)
FROM (SELECT school_code, unnest(flags) AS flag FROM out_case WHERE indicator = $indicator) AS flagged
JOIN unit_group ON unit_group.source_level = 'school' AND unit_group.source_code = flagged.school_code
GROUP BY ALL
ORDER BY ALL"""


def duration_numbers(connection: duckdb.DuckDBPyConnection, provision: Provision) -> list[Number]:
    """Median and P90 by Kaplan–Meier, and counts of cases, a group; needs the on-time assessments.

    The numerator of a quantile is the number of events, the denominator the cohort. One that the estimate does not
    reach has no value.
    """
    groups = connection.execute(_GROUPS, {"indicator": f"{provision.id}.on_time_rate"}).fetchall()
    times = {
        key: [(row[2], row[3]) for row in rows]
        for key, rows in groupby(
            connection.execute(_TIMES, {"indicator": provision.id}).fetchall(), key=lambda row: (row[0], row[1])
        )
    }
    flags = {
        (level, code, flag): total
        for level, code, flag, total in connection.execute(_FLAGS, {"indicator": provision.id}).fetchall()
    }
    numbers: list[Number] = []
    for level, code, unknown, known in groups:
        found = times.get((level, code), [])
        nothing = "not_reached" if known else "no_data"
        for name, share in QUANTILES:
            value = quantile([time for time, _ in found], [observed for _, observed in found], share)
            status = "final" if value is not None else nothing
            events = sum(observed for _, observed in found)
            indicator = f"{provision.id}.{name}_{provision.measure_unit}"
            numbers.append((indicator, level, code, events, len(found), value, unknown, status))
        for flag, _ in provision.values:
            total = flags.get((level, code, flag), 0) if known else None
            numbers.append(
                (
                    *(f"{provision.id}.{flag}", level, code, total, None),
                    *(None if total is None else float(total), unknown, "final" if known else "no_data"),
                )
            )
    return numbers
