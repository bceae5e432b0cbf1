"""C6: the notebooks take five texts by name and nothing else; no value becomes code."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from pipelines.report.notebook import FOLDER, NAMES, PARAMETERS, checked_parameters

GOOD = {
    "home": "/home",
    "standard": "jinghong-2019",
    "period": "2026-10",
    "as_of": "2026-10-31T00:00:00",
    "township": "",
}


@pytest.mark.parametrize(
    "odd",
    [
        {**GOOD, "x = 1; import os": "1"},
        {key: value for key, value in GOOD.items() if key != "as_of"},
        {**{key: value for key, value in GOOD.items() if key != "home"}, "home; import os": "1"},
    ],
)
def test_c06_a_name_that_is_not_on_the_list_is_refused(odd: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="takes home, standard, period, as_of, township, not"):
        checked_parameters(odd)


@pytest.mark.parametrize("name", ["period", "township"])
@pytest.mark.parametrize("value", [7, 2026.1, None, True, ["2026-10"], {"a": 1}])
def test_c06_a_value_of_another_type_is_refused(name: str, value: Any) -> None:
    with pytest.raises(TypeError, match=f"{name} is not of type str"):
        checked_parameters({**GOOD, name: value})


@pytest.mark.parametrize("value", ["007", "2026.10", '2026-10"\nimport os\n"', "'); import os #", "{{x}}", "\\", "1e5"])
@pytest.mark.parametrize("name", NAMES)
def test_c06_a_text_arrives_as_that_very_text(name: str, value: str) -> None:
    """What papermill writes into a notebook is five assignments of texts, whatever they hold."""
    given = checked_parameters({**GOOD, "period": value, "township": value})
    loaded = load_notebook_node(str(FOLDER / f"{name}.ipynb"))
    notebook = parameterize_notebook(loaded, given, kernel_name="python3", language="python")
    (cell,) = [one for one in notebook.cells if "injected-parameters" in one.metadata.get("tags", [])]
    assigned = {}
    for statement in ast.parse(cell.source).body:
        assert isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
        assigned[statement.targets[0].id] = ast.literal_eval(statement.value)
    assert assigned == given
    assert assigned.keys() == PARAMETERS.keys()
