"""However a table is headed and surrounded, the same records come of it."""

from __future__ import annotations

import csv
import io
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.collect.plan import plan_sheet
from pipelines.extract.batch import Extracted
from pipelines.extract.claims import claim
from pipelines.extract.headings import find_layout
from pipelines.metadata.contracts import Contract, contracts
from pipelines.metadata.text import normal, traditional
from pipelines.sample.formats import write_file
from tests.property.books import drawn_sheet, extracted, rows_of
from tests.property.written import widened

Grid = list[list[str]]
STYLES = ("plain", "traditional", "padded", "spaced", "wide", "nfd", "starred", "colon", "numbered", "broken")


@cache
def own_headings(contract: Contract) -> dict[str, tuple[str, ...]]:
    """The headings of each field of the template that mean no other field; a unit of its own changes the numbers."""
    columns = [column.field for column in plan_sheet(contract, ()).columns]
    counted = Counter(normal(word) for field in contract.fields for word in {normal(word) for word in field.headings})
    return {
        field.name: tuple(word for word in field.headings if counted[normal(word)] == 1 and "万" not in word)
        for field in columns
    }


def decorated(heading: str, style: str, number: int) -> str:
    """The heading as people dress it up."""
    return {
        "plain": heading,
        "traditional": traditional(heading),
        "padded": f" {heading}\u3000",
        "spaced": "\u3000".join(heading),
        "wide": widened(heading),
        "nfd": unicodedata.normalize("NFD", heading),
        "starred": f"*{heading}",
        "colon": f"{heading}：",
        "numbered": f"{number}、{heading}",
        "broken": "\n".join((heading[: len(heading) // 2], heading[len(heading) // 2 :])),
    }[style]


def headed(contract: Contract, rng: Random) -> dict[str, str]:
    """A heading for every field, each any of its own in any dress."""
    return {
        name: decorated(rng.choice(words), rng.choice(STYLES), number)
        for number, (name, words) in enumerate(own_headings(contract).items(), 1)
        if words
    }


@pytest.mark.parametrize("contract", contracts(), ids=lambda contract: contract.name)
@given(seed=st.integers(0, 2**32))
def test_any_heading_in_any_dress_names_its_field(contract: Contract, seed: int) -> None:
    rng = Random(seed)
    for _ in range(20):
        headings = list(headed(contract, rng).items())
        rng.shuffle(headings)
        layout = find_layout(contract.title, [[heading for _, heading in headings], ["x"] * len(headings)])
        assert layout is not None and layout.contract is contract, headings
        assert layout.columns == {name: column for column, (name, _) in enumerate(headings)}, headings


def _grid(contract: Contract, rows: Sequence[dict[str, str]], headings: dict[str, str]) -> Grid:
    return [list(headings.values()), *([row[name] for name in headings] for row in rows)]


def _as_csv(contract: Contract, grid: Grid) -> tuple[str, bytes]:
    width = max(map(len, grid))
    text = io.StringIO(newline="")
    csv.writer(text).writerows([*line, *[""] * (width - len(line))] for line in grid)
    return f"{contract.title}.csv", text.getvalue().encode("utf-8-sig")


def _variants(contract: Contract, rows: Sequence[dict[str, str]], rng: Random) -> list[tuple[str, Grid]]:
    """The same records otherwise laid out."""
    labels = {column.field.name: column.field.label for column in plan_sheet(contract, ()).columns}
    grid = _grid(contract, rows, labels)
    width = len(labels)
    names = list(labels)
    rng.shuffle(names)
    shuffled = _grid(contract, rows, {name: labels[name] for name in names})
    foreign = [
        [*line[:1], heading, *line[1:], ""]
        for line, heading in zip(grid, ["办公室批注", *["阅"] * len(rows)], strict=True)
    ]
    at = rng.randrange(1, len(grid) + 1)
    form = ["填报单位：某某学校", *[""] * (width - 1)]
    return [
        ("plain", grid),
        ("shuffled", shuffled),
        ("foreign column", foreign),
        ("dressed", _grid(contract, rows, headed(contract, rng))),
        ("blank row", [*grid[:at], [""] * width, *grid[at:]]),
        ("blanks row", [*grid[:at], [" "] * width, *grid[at:]]),
        ("blank rows below", [*grid, *[[""] * width] * 3]),
        ("form line below", [*grid, form]),
        ("form line above", [form, *grid]),
        ("title above", [[f"某某学校{contract.title}"], [""], *grid]),
        ("numbers below the heading", [grid[0], [str(number) for number in range(1, width + 1)], *grid[1:]]),
    ]


def _records(batch: Extracted, contract: Contract, number: int) -> list[tuple[str | None, ...]]:
    table = batch.records.get(contract.name)
    if table is None:
        return []
    names = plan_sheet(contract, ()).field_names
    return [tuple(row[name] or None for name in names) for row in table.to_pylist() if row["submission_no"] == number]


@pytest.mark.parametrize("contract", contracts(), ids=lambda contract: contract.name)
@given(data=st.data())
def test_what_stands_around_the_records_does_not_change_them(contract: Contract, data: st.DataObject) -> None:
    made = data.draw(rows_of(contract, at_most=5))
    sheet = drawn_sheet(contract, made)
    rows = _plain_rows(contract, write_file("csv_bom", None, [sheet]))
    variants = _variants(contract, rows, Random(data.draw(st.integers(0, 2**32))))
    with tempfile.TemporaryDirectory() as folder:
        batch = extracted(Path(folder), [_as_csv(contract, grid) for _, grid in variants])
    wanted = _records(batch, contract, 1)
    assert len(wanted) == len(rows)
    for number, (name, _) in enumerate(variants, 1):
        assert _records(batch, contract, number) == wanted, name


def _plain_rows(contract: Contract, packed: bytes) -> list[dict[str, str]]:
    """The rows as a spreadsheet program writes them into a text file."""
    import zipfile

    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        text = archive.read(archive.namelist()[0]).decode("utf-8-sig")
    names = plan_sheet(contract, ()).field_names
    return [dict(zip(names, line, strict=True)) for line in list(csv.reader(io.StringIO(text, newline="")))[1:]]


def test_dressed_headings_are_claimed_one_by_one() -> None:
    for contract in contracts():
        for name, words in own_headings(contract).items():
            for word in words:
                for style in STYLES:
                    claimed = claim(contract, normal(decorated(word, style, 3)))
                    assert claimed is not None and claimed[0] == name, (contract.name, word, style)
