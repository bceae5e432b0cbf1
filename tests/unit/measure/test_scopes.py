"""References between provisions and facts: what does not fit is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import MetadataError
from pipelines.measure.scopes import read_provision
from pipelines.metadata.standards import Standard
from tests.spec.world import made_up_standard

_HEAD = """
  - id: {id}
    name_zh: x
    name_en: x
    clause: x
    population: all
    window: month
    scored: yes
"""


def provision(name: str, **keys: str) -> str:
    """One provision as a YAML list item, its own keys below the shared ones."""
    return _HEAD.format(id=name).rstrip() + "".join(f"\n    {key}: {value}" for key, value in keys.items())


def lint(standard: Standard) -> None:
    """Every provision of the standard compiled."""
    for each in standard.provisions:
        read_provision(standard, each)


def test_a_mistyped_part_is_named_with_the_nearest(tmp_path: Path) -> None:
    """It used to drop out of the rate in silence."""
    text = provision("drilled", kind="rule", meets="'true'") + provision("whole", kind="rule", all_of="[drild]")
    with pytest.raises(MetadataError, match=r"made-up\.yaml: whole: all_of: .*'drild'; did you mean 'drilled'\?"):
        made_up_standard(tmp_path, text)


def test_a_part_without_a_verdict_is_refused(tmp_path: Path) -> None:
    """A composed rule is none of the parts of another."""
    text = provision("drilled", kind="rule", meets="'true'") + provision("whole", kind="rule", all_of="[drilled]")
    with pytest.raises(MetadataError, match="more: all_of: 'whole' is no rule"):
        made_up_standard(tmp_path, text + provision("more", kind="rule", all_of="[whole]"))


@pytest.mark.parametrize(
    ("over", "of", "reason"),
    [
        ("school", "meeting", "fact 'meeting' has no school_code"),
        ("campus", "task", "fact 'task' has no school_code"),
        ("stage", "township", "fact 'township' has no school_code"),
        ("township", "task", "fact 'task' has no township"),
    ],
)
def test_events_that_do_not_belong_to_the_unit_are_refused(tmp_path: Path, over: str, of: str, reason: str) -> None:
    """The bureau gathers everything, the others by their key."""
    aggregates = f"{{found: {{of: {of}, count: 'true'}}}}"
    text = provision("one", kind="rule", over=over, aggregates=aggregates, meets="found > 0")
    with pytest.raises(MetadataError, match=rf"made-up\.yaml: one: aggregates\.found\.of: {reason}"):
        lint(made_up_standard(tmp_path, text))
    lint(made_up_standard(tmp_path, text.replace(f"over: {over}", "over: bureau")))


@pytest.mark.parametrize("over", ["drill", "meeting", "school"])
def test_a_duration_needs_cases_of_a_school(tmp_path: Path, over: str) -> None:
    """A drill has no number by which it could be followed."""
    with pytest.raises(MetadataError, match=r"one: over: .*no cases of a school"):
        lint(made_up_standard(tmp_path, provision("one", kind="duration", over=over, measure_unit="days")))
