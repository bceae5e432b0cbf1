"""Whether the figures of a release follow from its own assessments and cases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.errors import PipelineError
from pipelines.measure.aggregating import aggregate
from pipelines.metadata import METADATA_ROOT
from pipelines.publish.manifest import Manifest
from pipelines.publish.published_tables import Published, read_csv, read_published
from pipelines.publish.wording import say
from pipelines.report.csv_files import COLUMNS, written
from pipelines.store.sql import sql_text

_SQL = Path(__file__).parent / "sql"
_KEY = ("indicator", "unit_level", "unit_code")
_COLUMNS = tuple(name for name in COLUMNS["figures"] if name not in _KEY)
_NUMBERS = ("numerator", "denominator", "value", "lower", "upper", "reported_value")
_BOUNDS = ("lower", "upper")
_LABELS = "values.yaml"

_Key = tuple[str, ...]


def figure_problems(release: Path, manifest: Manifest) -> list[str]:
    """A sentence for each column of a figure that does not follow from assessments.csv and cases.csv, by its place.

    Then one for each unit that a provision does not judge exactly once, and for each school whose campuses or stages
    come to something else. Computed offline from the release alone, with the statements that measure runs. Not seen,
    since the release does not publish it: whether a ratio's bounds had to be left out; of the cases, what cases.csv
    does not hold (re-opened, deadline moved); numbers of schools that are withheld. Only `reproduce` proves these, and
    that assessments and cases follow from the originals.
    """
    place = f"reports/{manifest.standard}/{manifest.period}"
    try:
        published = read_published(release, manifest)
        with published.run.connection:
            figures = read_csv(release / place / "figures.csv", "figures")
            return [*_check(release, place, published, figures)]
    except (PipelineError, OSError, KeyError, ValueError, duckdb.Error, pa.ArrowException) as error:
        return [say("figures.unknown", path=f"{place}/figures.csv", reason=error)]


def _check(release: Path, place: str, published: Published, figures: pa.Table) -> Iterator[str]:
    connection = published.run.connection
    expected = aggregate(published.run, published.standard, published.day).to_pylist()
    ratios = _names(connection, "SELECT indicator FROM indicator_kind WHERE is_ratio")
    withheld = _names(connection, sql_text(_SQL, "withheld"))
    is_labelled = _labels(release / METADATA_ROOT.name) == _labels(METADATA_ROOT)
    told: dict[_Key, dict[str, str]] = {}
    for row in figures.to_pylist():
        key = tuple(row[name] or "" for name in _KEY)
        if key in told:
            yield _say(place, "figures.repeated", key, row)
        told[key] = {name: value or "" for name, value in row.items()}
    for row in expected:
        made = {name: written(value) for name, value in row.items()}
        key = tuple(made[name] for name in _KEY)
        found = told.pop(key, None)
        if found is None:
            yield _say(place, "figures.missing", key, made)
            continue
        skipped = set() if is_labelled else {"unit_name"}
        if key[0] in withheld:
            skipped |= {*_NUMBERS, "status"} if made["measure_unit"] == "rate" else {"numerator", "value", "status"}
        if key[0] in published.unseen:
            skipped |= {"numerator", "value"}
        if key[0] in ratios:
            skipped |= {name for name in _BOUNDS if not found[name]}
        for name in _COLUMNS:
            if name not in skipped and made[name] != found[name]:
                yield _say(place, "figures.differs", key, found, column=name, made=made[name], found=found[name])
    for key, found in told.items():
        yield _say(place, "figures.extra", key, found)
    yield from _unlike_units(place, connection, withheld)


def _unlike_units(place: str, connection: duckdb.DuckDBPyConnection, withheld: set[str]) -> Iterator[str]:
    path = f"{place}/assessments.csv"
    for indicator, unit, count, is_expected in connection.execute(sql_text(_SQL, "unlike_units")).fetchall():
        key = "figures.unit_count" if is_expected else "figures.unit_extra"
        yield say(key, path=path, indicator=indicator, unit=unit, count=count)
    for indicator, unit in connection.execute(sql_text(_SQL, "unlike_sums")).fetchall():
        if indicator not in withheld:
            yield say("figures.unit_sum", path=path, indicator=indicator, unit=unit)


def _say(place: str, key: str, figure: _Key, row: dict[str, Any], **named: str) -> str:
    indicator, level, code = figure
    unit = row["unit_name"] or code
    said = {name: value or say("difference.absent") for name, value in named.items()}
    return say(key, path=f"{place}/figures.csv", indicator=indicator, unit=unit, level=level, **said)


def _names(connection: duckdb.DuckDBPyConnection, statement: str) -> set[str]:
    return {name for (name,) in connection.execute(statement).fetchall()}


def _labels(folder: Path) -> bytes:
    """The words by which groups of schools are named, as the file stands."""
    return (folder / _LABELS).read_bytes()
