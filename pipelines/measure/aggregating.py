"""Figures of every group of units, from what each unit came to; the check of a release counts them the same way."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from pipelines.measure.engines.durations import Number, duration_numbers
from pipelines.measure.running import Run, engine_text
from pipelines.measure.standard_tables import write_indicator_kinds, write_numbers
from pipelines.metadata.standards import Standard


def aggregate(run: Run, standard: Standard, day: date) -> pa.Table:
    """The figures as of that day, in total order.

    Reads the temp tables out_assessment, out_count, out_case, unit_group, unit_label, fact_task and fact_bureau.
    """
    write_indicator_kinds(run.connection, standard)
    numbers: list[Number] = []
    for provision in standard.provisions:
        if provision.kind == "duration" and provision.is_in_force(day):
            numbers += duration_numbers(run.connection, provision)
    write_numbers(run.connection, numbers)
    for part in ("rates", "numbers"):
        run.execute(part, f"CREATE OR REPLACE TEMP TABLE out_{part} AS\n" + engine_text(f"{part}.sql"))
    return run.fetch("figures")
