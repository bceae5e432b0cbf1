"""What must hold in every month: figures as the second opinion has them, rows as they were planted, releases proven."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import duckdb
import pandas as pd
import pyarrow.parquet as pq

from pipelines.load.database import open_database
from pipelines.metadata.standards import load_standard
from pipelines.sample.facts import Arrival, Report, SchoolRow
from pipelines.settings import Settings
from tests.second_opinion.calendar import calendar_in
from tests.second_opinion.compare import differences
from tests.second_opinion.desk import Desk, table_of
from tests.second_opinion.periods import PeriodDesk
from tests.year.deeds import MOMENTS
from tests.year.standard import opinions

LISTS = ("guards", "trainings", "drills", "hazards", "incidents", "buses")
_PLAIN = (int, bool, date, datetime, type(None))
_UNWRITTEN = ("age",)
"""Fields for which the template has no column."""
_ACCEPTED = ("accepted", "accepted_with_findings")


def figure_problems(settings: Settings) -> list[str]:
    """Where the figures that the run wrote are not the second opinion's."""
    assert settings.as_of is not None
    standard = load_standard(settings.standard)
    folder = settings.home.stage_dir("measure") / settings.standard / settings.period.label
    figures, assessments = (pq.read_table(folder / f"{name}.parquet") for name in ("figures", "assessments"))
    with open_database(settings.home, settings.as_of) as connection:
        desk = desk_of(connection, settings)
    differ = differences(desk, opinions()[standard.id], figures.to_pandas(), assessments.to_pandas())
    return [f"{settings.standard} {settings.period.label}: {each}" for each in differ]


def desk_of(connection: duckdb.DuckDBPyConnection, settings: Settings) -> Desk:
    """The clerk's desk for the period at the moment of the settings."""
    assert settings.as_of is not None
    standard = load_standard(settings.standard)
    period = settings.period
    told = calendar_in(settings.home.root, standard.calendar), standard.excluded_school_types
    month = min(period.last_month, f"{settings.as_of:%Y-%m}")
    if len(period.months) == 1:
        return Desk(connection, *told, month, settings.as_of)
    return PeriodDesk(connection, *told, month, settings.as_of, first_day=period.start)


def planted_problems(settings: Settings, arrivals: Sequence[Arrival], register: Sequence[SchoolRow]) -> list[str]:
    """Where the loaded rows are not what was planted, for files received by the moment of the settings."""
    assert settings.as_of is not None
    with open_database(settings.home, settings.as_of) as connection:
        return [
            *_file_problems(connection, settings.as_of, arrivals),
            *_row_problems(connection, settings.as_of, arrivals),
            *_register_problems(connection, settings, register),
        ]


def _key(arrival: Arrival) -> tuple[datetime, str, str]:
    return arrival.received_at, arrival.month, arrival.file_name


def _sent_key(row: Mapping[Any, Any]) -> tuple[datetime, str, str]:
    return row["received_at"], row["sent_period"], row["file_name"].rpartition("/")[2]


def _submissions(connection: duckdb.DuckDBPyConnection, as_of: datetime) -> pd.DataFrame:
    sent = table_of(connection, "submissions")
    return sent[sent["received_at"] <= as_of]


def _file_problems(
    connection: duckdb.DuckDBPyConnection, as_of: datetime, arrivals: Sequence[Arrival]
) -> Iterable[str]:
    """Files that did not end as they were planted."""
    sent = _submissions(connection, as_of).to_dict("records")
    got = {_sent_key(row): (row["status"].removesuffix("_with_findings"), row["reject_code"]) for row in sent}
    wanted = {_key(arrival): arrival.outcome for arrival in arrivals if arrival.received_at <= as_of}
    for key in sorted(key for key in set(got) - set(wanted) if key[0] not in MOMENTS):
        yield f"{key}: nobody sent it"
    for key, outcome in wanted.items():
        status, code = got.get(key, ("not received", None))
        if status != outcome:
            yield f"{key}: {status} {code or ''}, planted {outcome}"


def _row_problems(connection: duckdb.DuckDBPyConnection, as_of: datetime, arrivals: Sequence[Arrival]) -> Iterable[str]:
    """Rows of accepted workbooks that do not say what the school meant."""
    sent = _submissions(connection, as_of)
    numbers = {_sent_key(row): row["submission_no"] for row in sent[sent["status"].isin(_ACCEPTED)].to_dict("records")}
    tables = {name: _by_submission(connection, name) for name in ("profile", "checklist", "counts", *LISTS)}
    for arrival in arrivals:
        number = numbers.get(_key(arrival))
        if number is None or arrival.report is None:
            continue
        for name, wanted in _planted(arrival.report).items():
            got = tables[name].get(number, [])
            for problem in _unlike(name, got, wanted):
                yield f"{arrival.month} {arrival.file_name} ({arrival.mess}): {problem}"


def _by_submission(connection: duckdb.DuckDBPyConnection, name: str) -> dict[int, list[dict[str, Any]]]:
    grouped: dict[int, list[dict[str, Any]]] = {}
    for row in table_of(connection, name).to_dict("records"):
        grouped.setdefault(row["submission_no"], []).append({str(key): value for key, value in row.items()})
    return grouped


def _planted(report: Report) -> dict[str, list[Mapping[str, Any]]]:
    """By core table the rows that the report means."""
    answers: list[Mapping[str, Any]]
    counts: list[Mapping[str, Any]]
    answers = [{"item_id": item, "answer": one.value, "answer_date": one.day} for item, one in report.answers.items()]
    counts = [{"item_id": item, "done_count": one.done, "due_count": one.due} for item, one in report.counts.items()]
    rows: dict[str, list[Mapping[str, Any]]] = {"profile": [report.profile], "checklist": answers, "counts": counts}
    return rows | {name: [vars(row) for row in getattr(report, name)] for name in LISTS}


def _unlike(name: str, got: list[dict[str, Any]], wanted: list[Mapping[str, Any]]) -> Iterable[str]:
    """What is on one side only, of the fields that both know and that are no words."""
    if len(got) != len(wanted):
        yield f"{name}: {len(got)} rows, planted {len(wanted)}"
        return
    if not got:
        return
    shared = [field for field in wanted[0] if field in got[0] and field not in _UNWRITTEN]
    fields = [field for field in shared if all(isinstance(row[field], _PLAIN) for row in wanted)]
    fields += ["item_id", "answer"] if name == "checklist" else ["item_id"] if name == "counts" else []
    left, right = (Counter(tuple(row[field] for field in fields) for row in rows) for rows in (got, wanted))
    for row in left - right:
        nearest = max(right - left, key=lambda other: sum(map(_same, row, other)))
        cells = [f"{f} {a!r} but {b!r}" for f, a, b in zip(fields, row, nearest, strict=True) if not _same(a, b)]
        yield f"{name}: {'; '.join(cells)} was planted"


def _same(left: Any, right: Any) -> bool:
    return bool(left == right)


def _register_problems(
    connection: duckdb.DuckDBPyConnection, settings: Settings, register: Sequence[SchoolRow]
) -> Iterable[str]:
    """Schools expected at the period's end, with type and township, by the run and by the true register."""
    desk = desk_of(connection, settings)
    day = desk.cut_off
    got = {(row["school_code"], row["school_type"], row["township"]) for row in desk.schools.to_dict("records")}
    wanted = {(row.school_code, row.school_type, row.township) for row in register if row.is_expected(day)}
    for code, kind, township in sorted(got - wanted):
        yield f"register: {code} {kind} of {township} is expected, but is not by what was planted"
    for code, kind, township in sorted(wanted - got):
        yield f"register: {code} {kind} of {township} is not expected, but should be"
