"""Rules, ratios, tasks and the bureau's rules: one verdict a unit."""

from __future__ import annotations

from dataclasses import replace

from pipelines.measure.engines.coverage import coverage_ctes, is_about_each, sent_by_unit, whole_elsewhere
from pipelines.measure.engines.unit_rows import UNIT_KINDS, fact_ctes, literal
from pipelines.measure.expressions import supposed_columns
from pipelines.measure.scopes import Reading, columns_of_items
from pipelines.metadata.standards import Provision, Standard, names_in


def _met(provision: Provision, gathered: int) -> str:
    """The rule; a share is not known while a sheet that it gathers is not there.

    Nor is a share, or what every row meets, known to be met while one of a month that is owed is not.
    """
    is_there = f"coalesce(lost.reported_sheet_count, 0) = {gathered}"
    if provision.meets:
        met = f"({provision.meets}\n)"
    elif not provision.done:
        met = f"({provision.actual}\n) >= ({provision.required}\n)"
    elif provision.target is None:
        known = f"({provision.done}\n) IS NOT NULL AND ({provision.due}\n) IS NOT NULL"
        return f"CASE WHEN {is_there} AND {known} THEN true END"
    else:
        met = f"CASE WHEN {is_there} THEN ({provision.done}\n) >= ({provision.due}\n) * {provision.target} END"
    if not gathered or not is_about_each(provision):
        return met
    is_whole = f"{is_there} AND coalesce(missing.owed_month_count, 0) = 0"
    return f"CASE WHEN is_decided OR {is_whole} OR NOT ({met}) THEN {met} END"


def _with_known_due(provision: Provision, reading: Reading) -> Provision:
    """The same provision; nothing is known to be due unless every gathered sheet of the unit is there.

    That nothing at all is due is known only where they are whole, too; and what is supposed for a blank is not supposed
    for a cell that cannot be read.
    """
    gathered = len(reading.event_tables | reading.ledger_tables)
    supposed = supposed_columns(provision.due or "NULL") & set(columns_of_items(provision.over))
    if supposed:
        said = " AND ".join(f"{name} IS NOT NULL" for name in sorted(supposed))
        due = f"CASE WHEN NOT has_cell_error OR {said} THEN ({provision.due}\n) END"
        provision = replace(provision, due=due)
    if not provision.due or not gathered:
        return provision
    known = f"lost.reported_sheet_count = {gathered} AND (({provision.due}\n) <> 0 OR lost.lost_row_count = 0)"
    return replace(provision, due=f"CASE WHEN {known} THEN ({provision.due}\n) END")


def _decided(provision: Provision) -> str:
    """Whether the rule comes to the same whatever the gathered rows say."""
    gathered = {aggregate.name for aggregate in provision.aggregates}
    if not gathered or not provision.meets or any(gathered & names_in(value) for _, value in provision.let):
        return "false"
    unknown = ", ".join(f"CASE WHEN false THEN facts.{name} END AS {name}" for name in sorted(gathered))
    return f"(SELECT ({provision.meets}\n) FROM (SELECT {unknown})) IS NOT NULL"


def _is_out_of_reach(provision: Provision) -> str:
    """Whether the demand is not met even if every lost row were one more that fits; only of rows that are counted."""
    gathered = {aggregate.name for aggregate in provision.aggregates}
    named = {name for _, value in (*provision.let, ("", provision.required or "")) for name in names_in(value)}
    if (
        provision.meets
        or gathered & named
        or any(each.how not in ("count", "distinct") for each in provision.aggregates)
    ):
        return "false"
    if provision.done:
        at_least = f"({provision.due}\n) * {provision.target}" if provision.target is not None else "NULL"
        return f"({provision.done}\n) + lost.lost_meeting_count < {at_least}"
    return f"({provision.actual}\n) + lost.lost_meeting_count < ({provision.required}\n)"


def _whole(expression: str | None) -> str:
    return f"({expression}\n)::BIGINT" if expression else "NULL"


def _judged_cte(
    standard: Standard, provision: Provision, gathered: int, told_by_others: str, *, populated: bool
) -> str:
    """CTEs to `judged`: the facts with who is addressed, what is met, and what no row that is lost could change.

    `told_by_others`: a condition on what others than the unit send.
    `populated`: rows of a list tell who is addressed; where some are lost, nobody is known not to be.
    """
    addressed = f"({standard.population_expression(provision)}\n)"
    if populated:
        addressed = f"CASE WHEN {addressed} OR lost.lost_population_count = 0 THEN {addressed} END"
    due = _whole(provision.due)
    # Without a target there is nothing to fail: what is told of a ledger stands, those in doubt being left aside.
    is_told = provision.done and provision.target is None
    failing = "lost.kept_out_failing_count" if is_told else "lost.lost_failing_count"
    is_there = f"has_submission AND coalesce(lost.reported_sheet_count, 0) = {gathered}"
    done = f"CASE WHEN {is_there} THEN min_of({_whole(provision.done)}, {due}) END" if provision.done else "NULL"
    if provision.done:
        addressed = f"CASE WHEN ({provision.due}\n) = 0 THEN false ELSE {addressed} END"
    return f"""decided AS (
    SELECT
        facts.*,
        {_decided(provision)} AS is_decided
    FROM facts
),
judged AS (
    SELECT
        facts.*,
        {_whole(provision.actual)} AS actual_number,
        {_whole(provision.required)} AS required_number,
        {done} AS done_number,
        {due} AS due_number,
        coalesce(lost.reported_sheet_count, 0) AS reported_sheet_count,
        coalesce(missing.missing_month_count, 0) AS missing_month_count,
        coalesce(missing.owed_month_count, 0) AS owed_month_count,
        coalesce(lost.lost_failing_count, 0) = 0 AND coalesce(lost.reported_sheet_count, 0) = {gathered}
            AND coalesce(missing.missing_month_count, 0) = 0{told_by_others} AS is_whole,
        {addressed} AS is_addressed,
        {_met(provision, gathered)} AS is_met,
        CASE
            WHEN is_met IS NULL OR is_addressed IS NULL THEN coalesce(lost.lost_row_count, 0)
            WHEN is_decided THEN 0
            WHEN is_met THEN coalesce({failing}, 0)
            WHEN {_is_out_of_reach(provision)} THEN 0
            ELSE coalesce(lost.lost_meeting_count, 0)
        END AS lost_row_count
    FROM decided AS facts
    LEFT JOIN lost ON lost.span_key = facts.span_key
    LEFT JOIN missing ON missing.span_key = facts.span_key
)"""


def verdict_sql(standard: Standard, provision: Provision, reading: Reading) -> str:
    """INSERT into out_verdict: one row per unit; campuses and stages are details of their school."""
    kind, needs_submission = UNIT_KINDS[provision.over], str(reading.needs_submission).lower()
    everything, reading = reading, sent_by_unit(provision, reading)
    told_by_others = whole_elsewhere(provision, everything, reading)
    provision = _with_known_due(provision, reading)
    gathered = len(reading.event_tables | reading.ledger_tables)

    # The school calendar says when schools and bodies act; what a list of the bureau adds up to is no such act.
    has_duty = "true" if provision.done and provision.over == "bureau" else "has_duty"
    detail = {"campus": ("campus", "NULL"), "stage": ("NULL", "stage")}.get(provision.over, ("NULL", "NULL"))
    return f"""INSERT INTO out_verdict
WITH {fact_ctes(provision, reading)},
{coverage_ctes(provision, reading)},
{_judged_cte(standard, provision, gathered, told_by_others, populated=bool(reading.population_fields))}
SELECT
    '{provision.id}' AS indicator,
    '{kind.level}' AS unit_level,
    unit_key AS unit_code,
    {detail[0]} AS campus,
    {detail[1]} AS stage,
    {str(provision.over in ("campus", "stage")).lower()} AS is_detail,
    is_addressed,
    is_met,
    actual_number AS actual,
    required_number AS required,
    done_number AS done,
    due_number AS due,
    due_number IS NOT NULL AND is_whole AS is_due_whole,
    {has_duty} AS has_duty,
    window_end > cut_off_date AS is_open,
    has_submission,
    {needs_submission} AS needs_submission,
    has_cell_error,
    lost_row_count,
    CASE WHEN is_decided THEN 0 ELSE {gathered} - reported_sheet_count END AS missing_sheet_count,
    CASE WHEN is_decided THEN 0 ELSE missing_month_count END AS missing_month_count,
    CASE WHEN is_decided THEN 0 ELSE owed_month_count END AS owed_month_count,
    window_start,
    window_end
FROM judged
ORDER BY unit_code, campus, stage"""


def task_sql(standard: Standard, provision: Provision) -> str:
    """INSERT into out_verdict: one row per task, the provision's own or each of the list; not yet due is pending."""
    number = literal(provision.task.no) if provision.task else None
    chosen = f"task_no = {number}" if number else "is_listed"
    return f"""INSERT INTO out_verdict
SELECT
    '{provision.id}' AS indicator,
    'task' AS unit_level,
    task_no AS unit_code,
    NULL AS campus,
    NULL AS stage,
    false AS is_detail,
    true AS is_addressed,
    CASE task_status WHEN 'done_on_time' THEN true WHEN 'late' THEN false WHEN 'overdue' THEN false
        WHEN 'open' THEN false END AS is_met,
    NULL AS actual,
    NULL AS required,
    NULL AS done,
    NULL AS due,
    false AS is_due_whole,
    true AS has_duty,
    task_status = 'open' AS is_open,
    fact_bureau.has_submission,
    true AS needs_submission,
    task_status IS NULL AND is_listed AS has_cell_error,
    0 AS lost_row_count,
    0 AS missing_sheet_count,
    0 AS missing_month_count,
    0 AS owed_month_count,
    NULL AS window_start,
    due_date AS window_end
FROM fact_task
CROSS JOIN fact_bureau
WHERE {chosen} AND ({standard.population_expression(provision)}
)
ORDER BY task_no"""
