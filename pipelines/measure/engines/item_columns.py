"""Items as columns: only those that a standard names."""

from __future__ import annotations

from collections.abc import Collection

from pipelines.measure.scopes import ITEM_TABLES
from pipelines.metadata.items import Item, items

_CHECK = """
    CASE WHEN count(DISTINCT answer) FILTER (WHERE item_id = '{id}') = 1 THEN
        CASE min(answer) FILTER (WHERE item_id = '{id}')
        WHEN 'no' THEN false
        WHEN 'yes' THEN CASE WHEN max(answer_date) FILTER (WHERE item_id = '{id}') IS NOT NULL THEN true END END
    END AS {id},
    coalesce(bool_and(answer = 'na') FILTER (WHERE item_id = '{id}'), false) AS {id}_na,
    max(answer_date) FILTER (WHERE item_id = '{id}') AS {id}_date"""
_BODY = """
    CASE
        WHEN count(*) FILTER (WHERE item_id = '{id}') = 0 THEN NULL
        WHEN count(*) FILTER (WHERE item_id = '{id}' AND answer = 'no') > 0 THEN false
        WHEN count(*) FILTER (WHERE item_id = '{id}' AND (
            answer IS NULL OR answer = 'yes' AND answer_date IS NULL)) > 0 THEN NULL
        WHEN count(*) FILTER (WHERE item_id = '{id}' AND answer = 'yes') > 0 THEN true
    END AS {id},
    coalesce(bool_and(answer = 'na') FILTER (WHERE item_id = '{id}'), false) AS {id}_na,
    max(answer_date) FILTER (WHERE item_id = '{id}') AS {id}_date"""
_COUNT = """
    CASE WHEN count(*) FILTER (WHERE item_id = '{id}') = 1 THEN
        max(done_count) FILTER (WHERE item_id = '{id}') END AS {id}_done,
    CASE WHEN count(*) FILTER (WHERE item_id = '{id}') = 1 THEN
        max(due_count) FILTER (WHERE item_id = '{id}') END AS {id}_due"""
_BODY_COUNT = """
    CASE WHEN count(*) FILTER (WHERE item_id = '{id}' AND done_count IS NULL) = 0 THEN
        sum(done_count) FILTER (WHERE item_id = '{id}')::BIGINT END AS {id}_done,
    CASE WHEN count(*) FILTER (WHERE item_id = '{id}' AND due_count IS NULL) = 0 THEN
        sum(due_count) FILTER (WHERE item_id = '{id}')::BIGINT END AS {id}_due"""
_PIVOTS = {"checklist": _CHECK, "count": _COUNT, "body": _BODY, "body_count": _BODY_COUNT}
_OF_BODY = " JOIN known_body AS known ON known.written = body_key(answer.body)"
_DECIDING = {
    "checklist": "['answer', 'answer_date']",
    "count": "['done_count', 'due_count']",
    "body": "['answer', 'answer_date']",
    "body_count": "['done_count', 'due_count']",
}


BODY_KINDS = ("body", "body_count")
"""Kinds of item that bodies answer."""


def pivot_sql(kind: str, ids: Collection[str], *, by_body: bool = False) -> str:
    """Temp table item_<table>: one row per submission that states point facts, the columns of each item that is named.

    Conflicting answers to one item, and a yes without its date, are unknown; for bodies every one has to say yes.
    `by_body` makes item_<table>_by_body, one row per submission and body of the standard.
    """
    chosen = [item for item in items().values() if item.kind == kind and item.id in ids]
    columns = "".join(f",{_PIVOTS[kind].format(id=item.id)}" for item in chosen)
    table = ITEM_TABLES[kind]
    point = "fact_bureau" if kind in BODY_KINDS else "fact_point"
    suffix, key = ("_by_body", "submission_no, body") if by_body else ("", "submission_no")
    named = f"(SELECT answer.* REPLACE (known.body AS body) FROM core_{table} AS answer{_OF_BODY})"
    return f"""CREATE OR REPLACE TEMP TABLE item_{table}{suffix} AS
SELECT
    {key},
    coalesce(list_sort(list(DISTINCT item_id) FILTER (WHERE list_has_any(invalid_fields, {_DECIDING[kind]}))), [])
        AS invalid_{table}_items{columns}
FROM {named if by_body else f"core_{table}"}
WHERE item_id IS NOT NULL AND submission_no IN (SELECT submission_no FROM {point})
GROUP BY {key}
ORDER BY {key}"""


def missing_value(item: Item, column: str) -> str:
    """The column as a unit sees it: `<item>_na` is false in a submission that has no row for the item."""
    if column == f"{item.id}_na":
        return f"coalesce({column}, CASE WHEN has_submission THEN false END) AS {column}"
    return column
