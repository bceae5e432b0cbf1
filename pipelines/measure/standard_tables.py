"""What a standard itself says, as small tables: labels of units, indicators, bodies, tasks."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import pyarrow as pa

from pipelines.metadata.standards import Provision, Standard
from pipelines.metadata.text import fold
from pipelines.metadata.values import vocabulary

_LABELLED = {"stage": "school_type", "urban_rural": "urban_rural", "ownership": "ownership"}
_WORD, _NUMBER, _YES_NO = pa.string(), pa.int64(), pa.bool_()
_INDICATOR_KIND = {
    **dict.fromkeys(("indicator", "provision", "clause", "kind"), _WORD),
    "is_ratio": _YES_NO,
    "measure_unit": _WORD,
    "has_gap": _YES_NO,
    "has_detail": _YES_NO,
    "suppress_below": _NUMBER,
}
_NUMBERS = {
    **dict.fromkeys(("indicator", "unit_level", "unit_code"), _WORD),
    "numerator": _NUMBER,
    "denominator": _NUMBER,
    "value": pa.float64(),
    "unreported": _NUMBER,
    "status": _WORD,
}


def write_standard_tables(connection: duckdb.DuckDBPyConnection, standard: Standard) -> None:
    """Temp tables unit_label, known_body (one row per written name) and standard_task."""
    labels = [("county", "county", standard.whole_name)]
    for level, name in _LABELLED.items():
        labels += [(level, term.value, term.zh) for term in vocabulary(name)]
    _write(connection, "unit_label", dict.fromkeys(("unit_level", "unit_code", "unit_name"), _WORD), labels)
    bodies = [(fold(name), body.name) for body in standard.bodies for name in (body.name, *body.synonyms)]
    _write(connection, "known_body", dict.fromkeys(("written", "body"), _WORD), bodies)
    tasks = [provision.task for provision in standard.provisions if provision.task]
    columns = {"task_no": _WORD, "lead_body": _WORD, "due_date": pa.date32()}
    _write(connection, "standard_task", columns, [(task.no, task.lead_body, task.due) for task in tasks])


def write_indicator_kinds(connection: duckdb.DuckDBPyConnection, standard: Standard) -> None:
    """Temp table indicator_kind: one row per indicator, how it is computed and published."""
    rows: list[tuple[object, ...]] = []
    for provision in standard.provisions:
        has_detail = provision.over in ("campus", "stage")
        rates = {f"{provision.id}.{name}" for name, _, _ in provision.rates} | {f"{provision.id}.on_time_rate"}
        suppressed = provision.suppress_below.value if provision.suppress_below else None
        for indicator in provision.indicators:
            is_rate = indicator in rates or indicator == provision.id
            is_ratio = indicator in rates or (is_rate and provision.done is not None)
            unit = "rate" if is_rate else _number_unit(provision, indicator)
            has_gap = bool(provision.gap) and indicator == provision.id
            described = (indicator, provision.id, provision.clause, provision.kind)
            rows.append((*described, is_ratio, unit, has_gap, has_detail, suppressed))
    _write(connection, "indicator_kind", _INDICATOR_KIND, rows)


def write_numbers(connection: duckdb.DuckDBPyConnection, numbers: Iterable[tuple[object, ...]]) -> None:
    """Temp table out_duration: survival estimates and counts of cases, one row per indicator and group."""
    _write(connection, "out_duration", _NUMBERS, numbers)


def _number_unit(provision: Provision, indicator: str) -> str:
    is_time = indicator.endswith((f".median_{provision.measure_unit}", f".p90_{provision.measure_unit}"))
    return provision.measure_unit if is_time else "count"


def _write(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    columns: dict[str, pa.DataType],
    rows: Iterable[tuple[object, ...]],
) -> None:
    found = list(rows)
    arrays = [pa.array([row[index] for row in found], type=kind) for index, kind in enumerate(columns.values())]
    connection.register("incoming", pa.table(arrays, names=list(columns)))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM incoming")
    connection.unregister("incoming")
