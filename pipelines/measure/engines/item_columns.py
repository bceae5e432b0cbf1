"""Items as columns: only those that a standard names."""

from __future__ import annotations

from collections.abc import Collection

from pipelines.measure.scopes import ITEM_TABLES, item_columns
from pipelines.metadata.items import Item, items

_ANSWER = """
        CASE
            WHEN {unknown} OR {unread} THEN NULL
            WHEN count(*) FILTER (WHERE answer = 'no') > 0 THEN false
            WHEN count(*) FILTER (WHERE answer = 'yes') > 0 THEN true
        END AS answer_value,
        {na} AS na_value,
        max(answer_date) AS date_value"""
_IS_UNREAD = "bool_or(list_contains(invalid_fields, 'answer'))"
_CHECK = _ANSWER.format(
    unknown="count(DISTINCT answer) <> 1 OR min(answer) = 'yes' AND max(answer_date) IS NULL",
    unread=_IS_UNREAD,
    na=f"CASE WHEN count(DISTINCT answer) = 1 AND NOT {_IS_UNREAD} THEN min(answer) = 'na' END",
)
_BODY = _ANSWER.format(
    unknown="""count(*) FILTER (WHERE answer = 'no') = 0
                AND (count(*) FILTER (WHERE answer IS NULL OR answer = 'yes' AND answer_date IS NULL) > 0
                    OR {short})""",
    unread="false",
    na="CASE WHEN NOT ({short} AND bool_and(answer = 'na')) THEN bool_and(answer = 'na') END",
)
_COUNT = """
        CASE WHEN count(DISTINCT (done_count, due_count)) = 1 THEN max(done_count) END AS done_value,
        CASE WHEN count(DISTINCT (done_count, due_count)) = 1 THEN max(due_count) END AS due_value"""
_BODY_COUNT = """
        CASE WHEN count(*) = count(done_count) AND NOT {short} THEN sum(done_count)::BIGINT END AS done_value,
        CASE WHEN count(*) = count(due_count) AND NOT {short} THEN sum(due_count)::BIGINT END AS due_value"""
_SHORT = "submission_no IN (SELECT submission_no FROM core_sheets WHERE table_name = '{table}' AND lost_row_count > 0)"
_VALUES = {"checklist": _CHECK, "count": _COUNT, "body": _BODY, "body_count": _BODY_COUNT}
_OF_BODY = " JOIN known_body AS known ON known.written = body_key(answer.body)"
_DECIDING = {
    "checklist": "['answer', 'answer_date']",
    "count": "['done_count', 'due_count']",
    "body": "['answer', 'answer_date']",
    "body_count": "['done_count', 'due_count']",
}
BODY_KINDS = ("body", "body_count")
"""Kinds of item that bodies answer."""
_SEEN = """,
seen AS (
    SELECT point.submission_no, visit.item_id, visit.result = 'yes' AS answer_value, visit.held_date
    FROM fact_visited_item AS visit
    JOIN fact_point AS point ON point.school_code = visit.school_code AND point.point_month = visit.month
    WHERE visit.item_id IN ({wanted}) AND point.has_submission
),
counted AS (
    SELECT
        submission_no,
        item_id,
        seen.item_id IS NULL AND own.is_invalid AS is_invalid,
        coalesce(seen.answer_value, own.answer_value) AS answer_value,
        CASE WHEN seen.item_id IS NULL THEN own.na_value ELSE false END AS na_value,
        CASE WHEN seen.answer_value AND own.answer_value IS NOT true THEN seen.held_date ELSE own.date_value END
            AS date_value
    FROM answered AS own
    FULL JOIN seen USING (submission_no, item_id)
)"""


def pivot_sql(kind: str, ids: Collection[str], *, by_body: bool = False, by_visit: bool = False) -> str:
    """Temp table item_<table>: one row per submission that states point facts, the columns of each item that is named.

    Conflicting answers to one item or numbers of one, and a yes without its date, are unknown, and so is whether an
    item applies that nobody answered; for bodies every one has to say yes, and where a row of theirs was kept out only
    their no is known.
    `by_body` makes item_<table>_by_body, one row per submission and body of the standard. `by_visit`: what the month's
    last visit saw of a checklist item counts, whatever the school that sent the month says of it, a blank too; a yes
    that the school does not say itself bears the day of the visit.
    """
    chosen = [item for item in items().values() if item.kind == kind and item.id in ids]
    wanted = ", ".join(f"'{item.id}'" for item in chosen) or "NULL"
    columns = "".join(f",\n    {column}" for item in chosen for column in _columns(item))
    table = ITEM_TABLES[kind]
    point = "fact_bureau" if kind in BODY_KINDS else "fact_point"
    suffix, key = ("_by_body", "submission_no, body") if by_body else ("", "submission_no")
    is_seen = by_visit and kind == "checklist"
    seen = _SEEN.format(wanted=wanted) if is_seen else ""
    short = "false" if by_body else _SHORT.format(table=table)
    values = _VALUES[kind].format(short=short) if kind in BODY_KINDS else _VALUES[kind]
    rows = f"(SELECT answer.* REPLACE (known.body AS body) FROM core_{table} AS answer{_OF_BODY})"
    return f"""CREATE OR REPLACE TEMP TABLE item_{table}{suffix} AS
WITH answered AS (
    SELECT
        {key},
        item_id,
        bool_or(list_has_any(invalid_fields, {_DECIDING[kind]})) AS is_invalid,{values}
    FROM {rows if by_body else f"core_{table}"}
    WHERE item_id IN ({wanted}) AND submission_no IN (SELECT submission_no FROM {point})
    GROUP BY {key}, item_id
){seen}
SELECT
    {key},
    coalesce(list_sort(list(item_id) FILTER (WHERE is_invalid)), []) AS invalid_{table}_items{columns}
FROM {"counted" if is_seen else "answered"}
GROUP BY {key}
ORDER BY {key}"""


def _columns(item: Item) -> list[str]:
    names = item_columns(item)
    values = ("done_value", "due_value") if len(names) == 2 else ("answer_value", "na_value", "date_value")
    found = [f"any_value({value}) FILTER (WHERE item_id = '{item.id}')" for value in values]
    return [f"{value} AS {name}" for name, value in zip(names, found, strict=True)]
