"""From typed rows to findings: type failures, repairs, items, row rules, and what each does to its cell or row."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.metadata.contracts import Contract, Rule
from pipelines.store.sql import sql_text
from pipelines.validate.columns import decoded_table
from pipelines.validate.expectations import RowRules

_SQL = Path(__file__).parent / "sql"
_FAILED_SCHEMA = pa.schema([("position", pa.int64()), ("code", pa.string()), ("rank", pa.int32())])
_RULE_SCHEMA = pa.schema(
    [("code", pa.string()), ("field", pa.string()), ("effect", pa.string()), ("partners", pa.list_(pa.string()))]
)
_REGISTER = "register"
_ANSWERED_ONCE = ("checklist", "counts", "body_checklist", "body_counts")
_SAID = ("answer", "answer_date", "done_count", "due_count")


def judge_table(connection: duckdb.DuckDBPyConnection, contract: Contract, typed: pa.Table, rules: RowRules) -> None:
    """Add the table's findings to `found`; fill `spoilt` (position, field) and `lost` (position).

    Needs `raw`, `cells` and `odd` as typing left them. On one cell the first failure speaks: its type, then
    a rule on the cell alone, then a rule across cells, in the contract's order. Nothing is compared with a cell
    that is itself in error.
    """
    table = {"table": contract.name}
    connection.register("typed", typed)
    connection.execute("CREATE OR REPLACE TEMP TABLE spoilt AS SELECT position, field FROM odd WHERE e IS NOT NULL")
    connection.execute("CREATE OR REPLACE TEMP TABLE lost (position BIGINT)")
    connection.execute(sql_text(_SQL, "cell_findings"), table)
    if contract.item_kind:
        connection.execute(sql_text(_SQL, "unknown_items"), table)
        connection.execute(sql_text(_SQL, "contradicting_codes"), {**table, "items": f"item:{contract.item_kind}"})
    if contract.name in _ANSWERED_ONCE:
        said = ", ".join(f"{field.name}::VARCHAR" for field in contract.fields if field.name in _SAID)
        answers = f"SELECT position, concat_ws('|', {said}) AS said FROM typed"
        connection.execute(f"CREATE OR REPLACE TEMP VIEW answer AS {answers}")
        connection.execute(sql_text(_SQL, "repeated_items"))
        connection.execute("INSERT INTO lost SELECT position FROM repeated WHERE is_differing OR turn > 1")
        connection.execute(sql_text(_SQL, "repeated_item_findings"), table)
    if contract.rules:
        _find_rule_failures(connection, contract, typed, rules)
    if contract.name == _REGISTER:
        connection.execute(sql_text(_SQL, "overlapping_entries"))
    required = [field.name for field in contract.fields if field.required]
    connection.execute(
        "INSERT INTO lost SELECT position FROM spoilt WHERE list_contains($names, field)", {"names": required}
    )


def _rule_columns(contract: Contract) -> list[str]:
    """The columns that the contract's rules look at, in the table's order."""
    words = " ".join(str(value) for rule in contract.rules for value in rule.arguments.values())
    return [name for name in ("submission_no", *(field.name for field in contract.fields)) if name in words]


def _partners(rule: Rule) -> list[str]:
    """The other cells that a rule across cells compares; none for a rule on one cell."""
    columns = [rule.arguments.get("column_A"), rule.arguments.get("column_B"), *rule.arguments.get("column_list", ())]
    return [name for name in columns if name not in (None, rule.field)]


def _rank(contract: Contract) -> dict[str, int]:
    """Order in which rules speak: those on one cell before those across cells."""
    ordered = sorted(contract.rules, key=lambda rule: bool(_partners(rule)))
    return {rule.code: rank for rank, rule in enumerate(ordered)}


def _failed(contract: Contract, typed: pa.Table, rules: RowRules) -> pa.Table:
    """Grain: one row per rule and row that fails it."""
    frame = decoded_table(typed.select(_rule_columns(contract))).to_pandas(date_as_object=False)
    ranks = _rank(contract)
    failed: dict[str, list[int | str]] = {"position": [], "code": [], "rank": []}
    for code, positions in rules.failures(contract, frame):
        failed["position"] += positions
        failed["code"] += [code] * len(positions)
        failed["rank"] += [ranks[code]] * len(positions)
    return pa.table(failed, schema=_FAILED_SCHEMA)


def _find_rule_failures(
    connection: duckdb.DuckDBPyConnection, contract: Contract, typed: pa.Table, rules: RowRules
) -> None:
    failed = _failed(contract, typed, rules)
    if not failed.num_rows:
        return
    entries = [
        {"code": rule.code, "field": rule.field, "effect": rule.effect, "partners": _partners(rule)}
        for rule in contract.rules
    ]
    connection.register("failed", failed)
    connection.register("rule", pa.Table.from_pylist(entries, schema=_RULE_SCHEMA))
    connection.execute(sql_text(_SQL, "speaking_rules"))
    texts = " ".join(f"WHEN '{name}' THEN raw.{name}" for name in sorted({rule.field for rule in contract.rules}))
    connection.execute(
        f"""INSERT INTO found
        SELECT submission_no, code, $table, sheet_no, row_no, field, CASE field {texts} END, NULL, row_label
        FROM speaking JOIN cells USING (position) JOIN raw USING (position, submission_no, sheet_no, row_no)""",
        {"table": contract.name},
    )
    connection.execute("INSERT INTO lost SELECT position FROM speaking WHERE effect = 'row'")
    connection.execute("INSERT INTO spoilt SELECT position, field FROM speaking WHERE effect = 'cell'")


def kept_sql(contract: Contract) -> str:
    """SELECT of the core rows from `typed`, of the positions from $first to $last: lost rows out, spoilt cells NULL and
    named, names masked.
    """
    fields = []
    for field in contract.fields:
        value = f"CASE WHEN list_contains(bad.fields, '{field.name}') THEN NULL ELSE typed.{field.name} END"
        if field.mask == "name":
            value = f"({value})[1] || '*'"
        elif field.mask:
            value = f"CASE WHEN ({value}) IS NOT NULL THEN '***' END"
        fields.append(f"{value} AS {field.name}")
    item = ", item_id" if contract.item_kind else ""
    return f"""WITH bad AS (
    SELECT position, list(DISTINCT field ORDER BY field) AS fields FROM spoilt GROUP BY position
)
SELECT submission_no, row_no, {", ".join(fields)}{item}, coalesce(bad.fields, []::VARCHAR[]) AS invalid_fields
FROM typed LEFT JOIN bad USING (position) ANTI JOIN lost USING (position)
WHERE position BETWEEN $first AND $last
ORDER BY position"""
