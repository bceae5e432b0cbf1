"""From typed rows to findings: type failures, repairs, items, row rules, and what each does to its cell or row."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from pipelines.metadata.contracts import Contract
from pipelines.validate.expectations import RowRules

_FAILED_SCHEMA = pa.schema([("position", pa.int64()), ("code", pa.string()), ("rank", pa.int32())])
_ANSWERED_ONCE = ("checklist", "counts", "body_checklist", "body_counts")

CREATE_FOUND = """CREATE OR REPLACE TEMP TABLE found (submission_no BIGINT, code VARCHAR, table_name VARCHAR, sheet_no INTEGER,
    row_no INTEGER, field VARCHAR, value VARCHAR, detail VARCHAR, row_label VARCHAR)"""


def judge_table(connection: duckdb.DuckDBPyConnection, contract: Contract, typed: pa.Table, rules: RowRules) -> None:
    """Add the table's findings to `found`; fill `spoilt` (position, field) and `lost` (position).

    Needs `raw`, `cells` and `odd` as typing left them. On one cell the first failure speaks: its type, then
    a rule on the cell alone, then a rule across cells, in the contract's order.
    """
    connection.register("typed", typed)
    connection.execute("CREATE OR REPLACE TEMP TABLE spoilt AS SELECT position, field FROM odd WHERE e IS NOT NULL")
    connection.execute("CREATE OR REPLACE TEMP TABLE lost (position BIGINT)")
    label = "raw.item_name" if contract.item_kind else "NULL"
    _find_cells(connection, contract, label)
    if contract.item_kind:
        _find_items(connection, contract)
    if contract.rules:
        _find_rule_failures(connection, contract, typed, rules, label)
    required = [field.name for field in contract.fields if field.required]
    connection.execute("INSERT INTO lost SELECT position FROM spoilt WHERE list_contains($names, field)", {"names": required})


def _find_cells(connection: duckdb.DuckDBPyConnection, contract: Contract, label: str) -> None:
    """Unreadable cells one by one; repairs once a sheet, field and kind, with their number and first text."""
    connection.execute(
        f"""INSERT INTO found
        SELECT raw.submission_no, odd.e, $table, raw.sheet_no, raw.row_no, odd.field, odd.text, NULL, {label}
        FROM odd JOIN raw USING (position) WHERE odd.e IS NOT NULL AND odd.e <> 'UNREADABLE'
        UNION ALL
        SELECT raw.submission_no, odd.r, $table, raw.sheet_no, min(raw.row_no), odd.field, arg_min(odd.text, position),
            count(*)::VARCHAR, NULL
        FROM odd JOIN raw USING (position) WHERE odd.r IS NOT NULL
        GROUP BY raw.submission_no, odd.r, raw.sheet_no, odd.field""",
        {"table": contract.name},
    )


def _find_items(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Items that the catalogue does not know; items answered twice: the same answer counts once, differing ones not at all."""
    connection.execute(
        """INSERT INTO found
        SELECT submission_no, 'E-ITEM-UNKNOWN', $table, sheet_no, row_no, 'item_name', coalesce(item_name, item_code), NULL, NULL
        FROM typed WHERE item_id IS NULL AND coalesce(item_name, item_code) IS NOT NULL""",
        {"table": contract.name},
    )
    if contract.name not in _ANSWERED_ONCE:
        return
    whose = ", ".join(["submission_no", "item_id", *(name for name in ("body", "township") if _has(contract, name))])
    answer = "coalesce(answer, '') || coalesce(answer_date::VARCHAR, '')" if _has(contract, "answer") else (
        "coalesce(done_count::VARCHAR, '') || '/' || coalesce(due_count::VARCHAR, '')")
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE repeated AS
        SELECT position, min({answer}) OVER same <> max({answer}) OVER same AS is_differing,
            row_number() OVER (PARTITION BY {whose} ORDER BY position) AS turn
        FROM typed WHERE item_id IS NOT NULL
        WINDOW same AS (PARTITION BY {whose})
        QUALIFY count(*) OVER same > 1"""
    )
    connection.execute("INSERT INTO lost SELECT position FROM repeated WHERE is_differing OR turn > 1")
    connection.execute(
        """INSERT INTO found
        SELECT submission_no, 'E-ITEM-DUP', $table, sheet_no, row_no, 'item_name', item_name, NULL, item_name
        FROM typed JOIN repeated USING (position) WHERE is_differing""",
        {"table": contract.name},
    )


def _has(contract: Contract, field: str) -> bool:
    return any(candidate.name == field for candidate in contract.fields)


def _rule_frame_columns(contract: Contract) -> list[str]:
    words = {str(value) for rule in contract.rules for value in rule.arguments.values()}
    lists = {name for rule in contract.rules for name in rule.arguments.get("column_list", ())}
    return [
        name
        for name in ("submission_no", *(field.name for field in contract.fields))
        if name in words | lists or any(name in word for word in words)
    ]


def _find_rule_failures(
    connection: duckdb.DuckDBPyConnection, contract: Contract, typed: pa.Table, rules: RowRules, label: str
) -> None:
    frame = typed.select(_rule_frame_columns(contract)).to_pandas(date_as_object=False)
    ranks = {rule.code: (len(rule.arguments.keys() & {"column_A", "column_list"}), index) for index, rule in enumerate(contract.rules)}
    order = {code: rank for rank, code in enumerate(sorted(ranks, key=lambda code: ranks[code]))}
    failed: dict[str, list[int | str]] = {"position": [], "code": [], "rank": []}
    for code, positions in rules.failures(contract, frame):
        failed["position"] += positions
        failed["code"] += [code] * len(positions)
        failed["rank"] += [order[code]] * len(positions)
    if not failed["position"]:
        return
    connection.register("failed", pa.table(failed, schema=_FAILED_SCHEMA))
    rows = {rule.code: (rule.field, rule.effect) for rule in contract.rules}
    fields = " ".join(f"WHEN '{code}' THEN '{field}'" for code, (field, _) in rows.items())
    effects = " ".join(f"WHEN '{code}' THEN '{effect}'" for code, (_, effect) in rows.items())
    texts = " ".join(f"WHEN '{rule.field}' THEN raw.{rule.field}" for rule in {rule.field: rule for rule in contract.rules}.values())
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE speaking AS
        WITH named AS (SELECT *, CASE code {fields} END AS field, CASE code {effects} END AS effect FROM failed)
        SELECT named.* FROM named ANTI JOIN spoilt USING (position, field)
        QUALIFY row_number() OVER (PARTITION BY position, field ORDER BY rank) = 1"""
    )
    connection.execute(
        f"""INSERT INTO found
        SELECT raw.submission_no, code, $table, raw.sheet_no, raw.row_no, field, CASE field {texts} END, NULL, {label}
        FROM speaking JOIN raw USING (position)""",
        {"table": contract.name},
    )
    connection.execute("INSERT INTO lost SELECT position FROM speaking WHERE effect = 'row'")
    connection.execute("INSERT INTO spoilt SELECT position, field FROM speaking WHERE effect = 'cell'")


def kept_sql(contract: Contract) -> str:
    """SELECT of the core rows from `typed`: lost rows out, spoilt cells NULL and named, names masked."""
    fields = []
    for field in contract.fields:
        value = f"CASE WHEN list_contains(bad.fields, '{field.name}') THEN NULL ELSE typed.{field.name} END"
        if field.mask == "name":
            value = f"({value})[1] || '*'"
        elif field.mask:
            value = f"CASE WHEN ({value}) IS NOT NULL THEN '***' END"
        fields.append(f"{value} AS {field.name}")
    item = ", item_id" if contract.item_kind else ""
    return f"""WITH bad AS (SELECT position, list(DISTINCT field ORDER BY field) AS fields FROM spoilt GROUP BY position)
SELECT submission_no, row_no, {", ".join(fields)}{item}, coalesce(bad.fields, []::VARCHAR[]) AS invalid_fields
FROM typed LEFT JOIN bad USING (position) ANTI JOIN lost USING (position)
ORDER BY position"""
