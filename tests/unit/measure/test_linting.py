"""Lint: each kind of mistake in a standard's file is told with file, provision and reason, all of them at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.cli import cli
from pipelines.measure.linting import lint
from pipelines.metadata.standards import standard_ids, standard_path

_SOUND = """id: sound
name_zh: x
name_en: x
document: x
issuer: x
region: x
whole_name: x
calendar: yunnan
effective_from: 2020-01-01
excluded_school_types: []
headline: [drilled]
red_list: []
bodies:
  - {name: police, synonyms: [constables]}
populations: {all: 'true', bureau: 'true', body: 'true'}
provisions:
  - id: drilled
    name_zh: x
    name_en: x
    clause: x
    population: all
    kind: rule
    window: {default: month, kindergarten: quarter}
    scored: yes
    target: 1
    suppress_below: {value: 5, source: x}
    parameters:
      least: {value: 2, source: x}
    aggregates:
      held: {of: drill, count: is_evacuation}
    actual: held
    required: least
    values: {drills: held}
    reading: At least {least} drills.
  - id: gates
    name_zh: x
    name_en: x
    clause: x
    population: all
    kind: rule
    window: point
    scored: yes
    meets: closed_campus AND student_count > 0
  - id: police_channel
    name_zh: x
    name_en: x
    clause: x
    population: body
    kind: bureau_rule
    over: body
    window: point
    scored: yes
    meets: body_reporting_channel
  - id: first_task
    name_zh: x
    name_en: x
    clause: x
    population: bureau
    kind: task
    window: due
    scored: yes
    task: {'no': '1', lead_body: police, due: 2026-10-31}
"""


def _file(folder: Path, old: str = "", new: str = "") -> Path:
    assert old in _SOUND
    path = folder / "sound.yaml"
    path.write_text(_SOUND.replace(old, new, 1) if old else _SOUND, encoding="utf-8")
    return path


def test_a_sound_file_has_no_problem(tmp_path: Path) -> None:
    """Nor has any that we ship."""
    assert lint(_file(tmp_path)) == []
    assert [problem for name in standard_ids() for problem in lint(standard_path(name))] == []


@pytest.mark.parametrize(
    ("old", "new", "problems"),
    [
        pytest.param(
            "student_count > 0",
            "student_cuont > 0",
            ["gates: meets: column 'student_cuont' is not known; did you mean 'student_count'?"],
            id="unknown fact column",
        ),
        pytest.param(
            "closed_campus AND",
            "closed_canpus AND",
            [
                "gates: meets: column 'closed_canpus' is not known, and items.yaml has no such item;"
                " did you mean 'closed_campus'?"
            ],
            id="missing item",
        ),
        pytest.param(
            "{default: month, kindergarten: quarter}",
            "{default: month, kindergarten: fortnight}",
            [
                "drilled: window 'fortnight' is none of point, event, week, month, quarter, semester, school_year,"
                " calendar_year, due"
            ],
            id="bad window",
        ),
        pytest.param(
            "{default: month, kindergarten: quarter}",
            "{default: month, kindergarden: quarter}",
            ["drilled: window: 'kindergarden' is no school type; did you mean 'kindergarten'?"],
            id="window of no school type",
        ),
        pytest.param("id: gates", "id: drilled", ["drilled: the id is given twice"], id="duplicate id"),
        pytest.param(
            "id: gates",
            "id: drilled.drills",
            ["drilled.drills: the indicator 'drilled.drills' is also one of drilled"],
            id="an id that is another's number",
        ),
        pytest.param(
            "      least: {value: 2, source: x}\n",
            "      least: {value: 2, source: x}\n      most: {value: 3, source: x}\n",
            ["drilled: parameter 'most' is used by no expression"],
            id="dead parameter",
        ),
        pytest.param(
            "student_count > 0",
            "(SELECT true)",
            ["gates: meets: subquery is not allowed in an expression"],
            id="forbidden expression",
        ),
        pytest.param(
            "student_count > 0",
            "random() > 0",
            ["gates: meets: function 'random' is not allowed"],
            id="forbidden function",
        ),
        pytest.param(
            "{least} drills",
            "{leest} drills",
            ["drilled: reading: no parameter 'leest' to fill in; did you mean 'least'?"],
            id="unknown placeholder",
        ),
        pytest.param(
            "meets: body_reporting_channel",
            "meets: closed_campus",
            ["police_channel: meets: column 'closed_campus' is not known"],
            id="an item that another unit answers",
        ),
        pytest.param(
            "bodies:\n  - {name: police, synonyms: [constables]}\n",
            "",
            ["police_channel: over: the standard names no bodies"],
            id="rule over bodies without any",
        ),
        pytest.param(
            "synonyms: [constables]",
            "synonyms: [constables, police]",
            ["bodies: 'police' names two bodies"],
            id="one name for two bodies",
        ),
        pytest.param(
            "    task: {'no': '1', lead_body: police, due: 2026-10-31}\n",
            "    task: {'no': '1', lead_body: police}\n",
            ["first_task: 'due' is missing"],
            id="task without its last day",
        ),
        pytest.param(
            "kind: task",
            "kind: bureau_rule\n    meets: 'true'",
            ["first_task: task: a provision of kind 'bureau_rule' is no task"],
            id="task of another kind",
        ),
        pytest.param(
            "task: {'no':",
            "task: {no:",
            ["first_task: task: write the key 'no' in quotes; bare, YAML reads it as false"],
            id="a key that YAML reads otherwise",
        ),
        pytest.param(
            "of: drill, count",
            "of: dril, count",
            ["drilled: aggregates.held.of: fact 'dril' is not known; did you mean 'drill'?"],
            id="no fact",
        ),
        pytest.param(
            "headline: [drilled]",
            "headline: [driled]",
            ["headline: no indicator 'driled'; did you mean 'drilled'?"],
            id="headline of nothing",
        ),
        pytest.param("calendar: yunnan", "calendar: nowhere", ["calendar: calendars/nowhere.yaml"], id="no calendar"),
        pytest.param("id: sound", "id: other", ["id: 'other' is not the file's name"], id="another file's id"),
        pytest.param(
            "suppress_below: {value: 5, source: x}",
            "suppress_below: {value: 1, source: x}",
            ["drilled: suppress_below.value: 1 is less than the minimum of 2"],
            id="schema: a number out of range",
        ),
        pytest.param(
            "    meets: closed_campus AND student_count > 0\n",
            "",
            ["gates: needs one of actual, all_of, meets, required"],
            id="schema: a rule without a rule",
        ),
        pytest.param(
            "    scored: yes\n    target",
            "    scored: 2\n    target",
            ["drilled: scored: 2 is not one of"],
            id="schema: a word that is none of the choice",
        ),
        pytest.param(
            "    clause: x\n",
            "    claus: x\n",
            ["drilled: 'claus' is no key; did you mean 'clause'?"],
            id="unknown key",
        ),
        pytest.param("id: sound\n", "id: [\n", ["cannot be read"], id="no YAML"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_once(tmp_path: Path, old: str, new: str, problems: list[str]) -> None:
    """File, provision, part, reason, and the nearest name."""
    found = lint(_file(tmp_path, old, new))
    assert [problem.startswith(f"sound.yaml: {wanted}") for problem, wanted in zip(found, problems, strict=True)] == [
        True
    ] * len(problems), found


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    """Two in one provision, one in another."""
    path = _file(tmp_path, "student_count > 0", "student_cuont > 0 AND staff > 1")
    path.write_text(path.read_text(encoding="utf-8").replace("actual: held", "actual: helt"), encoding="utf-8")
    assert [problem.split(": ")[1:3] for problem in lint(path)] == [["drilled", "actual"], ["gates", "meets"]]
    path.write_text(path.read_text(encoding="utf-8").replace("required: least", "required: leest"), encoding="utf-8")
    assert [problem.split(": ")[1:3] for problem in lint(path)] == [
        ["drilled", "parameter 'least' is used by no expression"],
        *(["drilled", "actual"], ["drilled", "required"], ["gates", "meets"]),
    ]


def test_the_command_lints_a_path(tmp_path: Path) -> None:
    """Exit code 1 and the problems on stderr; 0 for a sound file."""
    sound = CliRunner().invoke(cli, ["standards", "lint", str(_file(tmp_path))])
    assert sound.exit_code == 0, sound.output
    wrong = CliRunner().invoke(cli, ["standards", "lint", str(_file(tmp_path, "window: point", "window: dot"))])
    assert wrong.exit_code == 1
    assert wrong.stderr.startswith("sound.yaml: gates: window 'dot' is none of")
