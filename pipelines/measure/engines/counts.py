"""Counts: numbers reported, not scored, and rates that no target judges; alone or beside a rule."""

from __future__ import annotations

from dataclasses import replace

from pipelines.measure.engines.coverage import coverage_ctes, sent_by_unit
from pipelines.measure.engines.rules import verdict_sql
from pipelines.measure.engines.unit_rows import UNIT_KINDS, fact_ctes
from pipelines.measure.scopes import Reading, read_provision
from pipelines.metadata.standards import Provision, Standard


def _known(reading: Reading, own: Reading) -> str:
    """Condition under which a count is known: every sheet that the unit sends and that is gathered is there, whole."""
    if not reading.needs_submission:
        return "true"
    gathered = len(own.event_tables | own.ledger_tables)
    if not gathered:
        return "has_submission"
    return f"has_submission AND lost.reported_sheet_count = {gathered} AND lost.lost_row_count = 0"


def count_sql(standard: Standard, provision: Provision) -> list[str]:
    """INSERTs into out_count (one row per value and unit; campuses added up) and, for rates, into out_verdict.

    Each value and rate is known by the sheets that it itself rests on.
    """
    plain = replace(provision, target=None, values=(), rates=(), meets=None, actual=None, required=None)
    plain = replace(plain, done=None, due=None)
    statements = [
        _values_sql(standard, replace(plain, values=tuple(values)).pruned)
        for values in _by_sheets(standard, plain, provision.values)
    ]
    for name, done, due in provision.rates:
        rate = replace(plain, id=f"{provision.id}.{name}", done=done, due=due).pruned
        statements.append(verdict_sql(standard, rate, read_provision(standard, rate)))
    return statements


def _by_sheets(
    standard: Standard, plain: Provision, values: tuple[tuple[str, str], ...]
) -> list[list[tuple[str, str]]]:
    """The values in groups that rest on the same sheets."""
    groups: dict[tuple[frozenset[str], ...], list[tuple[str, str]]] = {}
    for value in values:
        reading = read_provision(standard, replace(plain, values=(value,)).pruned)
        sheets = (reading.point_tables, reading.event_tables, reading.ledger_tables, reading.doubtful_fields)
        groups.setdefault(tuple(frozenset(names) for names in sheets), []).append(value)
    return list(groups.values())


def _values_sql(standard: Standard, provision: Provision) -> str:
    kind, reading = UNIT_KINDS[provision.over], read_provision(standard, provision)
    own = sent_by_unit(provision, reading)
    known = f"CASE WHEN {_known(reading, own)} THEN ({{}})::BIGINT END"
    names = ", ".join(f"'{provision.id}.{name}'" for name, _ in provision.values)
    values = ", ".join(known.format(f"{expression}\n") for _, expression in provision.values)
    return f"""INSERT INTO out_count
WITH {fact_ctes(provision, reading)},
{coverage_ctes(provision, own)},
wide AS (
    SELECT
        facts.unit_key, unnest([{names}]) AS indicator, unnest([{values}]) AS number,
        coalesce(missing.owed_month_count, 0) = 0 AS is_whole
    FROM facts
    LEFT JOIN lost ON lost.span_key = facts.span_key
    LEFT JOIN missing ON missing.span_key = facts.span_key
    WHERE ({standard.population_expression(provision)}
    ) IS NOT false
)
SELECT
    indicator,
    '{kind.level}' AS unit_level,
    unit_key AS unit_code,
    CASE WHEN count(*) = count(number) THEN sum(number)::BIGINT END AS number,
    bool_and(is_whole) AS is_whole
FROM wide
GROUP BY indicator, unit_key
ORDER BY unit_code, indicator"""
