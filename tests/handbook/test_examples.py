"""Every example of the handbook, run by the real engines."""

from __future__ import annotations

import pytest

from pipelines.metadata.standards import load_standard
from tests.handbook.collection import documented, examples
from tests.handbook.running import check, measured


@pytest.mark.parametrize(
    ("standard_id", "number"),
    [
        pytest.param(standard_id, number, id=f"{standard_id}-{number}-{each.provisions[0]}")
        for standard_id in documented()
        for number, each in enumerate(examples(standard_id))
    ],
)
def test_example(standard_id: str, number: int) -> None:
    """What was sent comes out as the page says, for each provision that the example is about."""
    standard = load_standard(standard_id)
    each = examples(standard_id)[number]
    held = {standard.provision(indicator).id for indicator in check(measured(standard, each), each)}
    assert held == set(each.provisions)
