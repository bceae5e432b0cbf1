"""Standards: what the files hold, and what is said when one does not hold together."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
import yaml

from pipelines.errors import MetadataError, UsageError
from pipelines.measure.scopes import read_provision
from pipelines.metadata import METADATA_ROOT
from pipelines.metadata.calendars import load_calendar
from pipelines.metadata.items import items
from pipelines.metadata.standards import load_standard, names_in, read_standard, standard_ids
from pipelines.metadata.values import value_rules

_FOLDER = METADATA_ROOT / "standards"


@pytest.mark.parametrize("standard_id", standard_ids())
def test_every_file_follows_the_schema(standard_id: str) -> None:
    """Dates are text to JSON."""
    schema = json.loads((_FOLDER / "standard.schema.json").read_text(encoding="utf-8"))
    document = yaml.safe_load((_FOLDER / f"{standard_id}.yaml").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(json.dumps(document, default=str)), schema)
    assert document["id"] == standard_id


@pytest.mark.parametrize("standard_id", standard_ids())
def test_every_provision_can_be_compiled(standard_id: str) -> None:
    """Expressions name only what exists; the calendar is there."""
    standard = load_standard(standard_id)
    for provision in standard.provisions:
        read_provision(standard, provision)
    assert load_calendar(standard.calendar).id == standard.calendar


def test_unknown_standard_names_the_known_ones() -> None:
    """A usage error, with a choice."""
    with pytest.raises(UsageError, match="jinghong-2019"):
        load_standard("nowhere-1900")


def test_asked_items_follow_the_catalogue_and_leave_out_what_is_not_asked() -> None:
    """Items named by suffix count; a word inside a text literal does not."""
    asked = load_standard("jinghong-2019").asked_items
    assert list(asked) == [item for item in items() if item in asked]
    assert {"closed_campus", "alarm_police", "daily_reminder", "must_meeting", "risk_review"} <= set(asked)
    assert not {"gate_post", "national_security_hours_primary"} & set(asked)
    assert names_in("contains(label, 'gate_post') AND x_1") == {"contains", "label", "x_1"}


def test_windows_parameters_and_indicators() -> None:
    """A window by stage, a decimal target, the names under which figures appear."""
    standard = load_standard("jinghong-2019")
    drill = standard.provision("drill_frequency")
    assert (drill.window, dict(drill.windows)) == (
        "quarter|semester",
        {"default": "quarter", "kindergarten": "semester"},
    )
    assert drill.target == Decimal(1)
    assert standard.provision("guards_staffing").indicators == ("guards_staffing", "guards_staffing.gap")
    assert standard.provision("hazard_closure.median_days").indicators[:3] == (
        "hazard_closure.median_days",
        "hazard_closure.p90_days",
        "hazard_closure.on_time_rate",
    )
    with pytest.raises(UsageError, match="jinghong-2019 没有条款 'nothing'"):
        standard.provision("nothing")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  - id: first_lesson", "  - id: submission_rate", "submission_rate: the id is given twice"),
        ("    window: semester", "    window: fortnight", "window 'fortnight' is none of"),
        ("    kind: ratio", "    kind: ration", "kind 'ration' is none of"),
        ("    population: boarding", "    population: borders", "population 'borders' is not defined"),
        (
            "      limit_minutes: {value: 60",
            "      unused: {value: 1, source: x}\n      limit_minutes: {value: 60",
            "parameter 'unused' is used by no expression",
        ),
        ("  - submission_rate\n", "  - submission_rat\n", "headline: no indicator 'submission_rat'"),
        ("document: ", "dokument: ", "not a standard of ours"),
        (
            "    meets: closed_campus",
            "    meet: closed_campus",
            "closed_campus: 'meet' is no key; did you mean 'meets'?",
        ),
        ("    clause: 末段\n", "", "school_work_plan: 'clause' is missing"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    """File, provision and reason."""
    text = (_FOLDER / "jinghong-2019.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "jinghong-2019.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(MetadataError, match=r"jinghong-2019\.yaml") as raised:
        read_standard(path)
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("headcount <", "headcont <", "let.general_guards: column 'headcont' is not known; did you mean 'headcount'?"),
        ("meets: closed_campus", "meets: closed_cmpus", "closed_campus: meets: column 'closed_cmpus' is not known"),
        ("of: drill, count", "of: dril, count", "fact 'dril' is not known; did you mean 'drill'?"),
        ("boarder_steps: boarder", "headcount: boarder", "let.headcount: 'headcount' is already a column"),
        ("  public: ownership", "  public: owner", "population: column 'owner' is not known"),
        ("    over: hazard", "    over: hazards", "hazard_closure: over: fact 'hazards' is not known"),
    ],
)  # fmt: skip
def test_an_expression_that_names_nothing_is_placed(tmp_path: Path, old: str, new: str, message: str) -> None:
    """File, provision, field, column, and the nearest name."""
    text = (_FOLDER / "jinghong-2019.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "jinghong-2019.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    standard = read_standard(path)
    with pytest.raises(MetadataError) as raised:
        for provision in standard.provisions:
            read_provision(standard, provision)
    assert message in str(raised.value)


def test_stages_asked_and_stages_taught_agree() -> None:
    """A school is asked for the hours of exactly the stages in which it has to reach them."""
    taught = {entry["value"]: entry["teaches"] for entry in value_rules()["vocabularies"]["school_type"]}
    for stage in ("primary", "junior", "senior", "vocational"):
        asked = items()[f"national_security_hours_{stage}"].school_types
        assert sorted(asked) == sorted(kind for kind, stages in taught.items() if stage in stages)
