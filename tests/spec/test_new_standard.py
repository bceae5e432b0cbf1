"""A new policy document is one YAML file: linted, measured and read without any Python or SQL of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.measure.linting import lint
from pipelines.metadata.standards import Standard, read_standard
from tests.spec.world import World, expect

_FILE = Path(__file__).parent / "standards" / "hubei-like.yaml"


@pytest.fixture(scope="module")
def standard() -> Standard:
    """The invented document."""
    return read_standard(_FILE)


def test_the_file_is_sound_and_its_readings_follow_its_numbers(standard: Standard, tmp_path: Path) -> None:
    """A changed threshold changes the prose too."""
    assert lint(_FILE) == []
    assert "每满200名寄宿生另加1名" in standard.provision("guards_staffing").reading
    changed = tmp_path / "hubei-like.yaml"
    text = _FILE.read_text(encoding="utf-8").replace("boarder_step: {value: 200", "boarder_step: {value: 250")
    changed.write_text(text, encoding="utf-8")
    assert "每满250名寄宿生另加1名" in read_standard(changed).provision("guards_staffing").reading


def test_its_bands(standard: Standard) -> None:
    """299 and 300, 999 and 1000, 1599 and 1600; 199 and 200 boarders on top of any band."""
    vectors = [(299, 0, 1), (300, 0, 2), (999, 0, 2), (1000, 0, 3), (1599, 0, 3), (1600, 0, 4)]
    vectors += [(299, 199, 1), (299, 200, 2), (1600, 400, 6)]
    codes = [f"S{number}" for number in range(len(vectors))]
    table = "school_code | school_type | township\n" + "\n".join(f"{code} | primary | East" for code in codes)
    world = World().register(table, month="2026-10")
    for code, (people, boarders, _) in zip(codes, vectors, strict=True):
        profile = f"student_count | staff_count | boarder_count\n{people - 20} | 20 | {boarders}"
        world.report(code, "2026-10", profile=profile, guards="employment\nfull_time\nfull_time")
    measured = world.measure(standard)
    drawn = [
        f"{code} | {'met' if need <= 2 else 'unmet'} | 2 | {need}"
        for code, (_, _, need) in zip(codes, vectors, strict=True)
    ]
    expect(measured.assessments, "guards_staffing", "\n".join(["unit_code | status | actual | required", *drawn]))
    expect(measured.figures, "guards_staffing.gap", "value\n8", level="county")
    expect(measured.figures, "guards_staffing.on_duty", "value\n18", level="county")


def test_its_ages_drills_and_managers(standard: Standard) -> None:
    """24 and 56 are outside, 25 and 55 within; a month for schools, a quarter for kindergartens; one manager short."""
    world = World().register("school_code | school_type | township\nA | primary | East\nK | kindergarten | East")
    guards = "employment | birth_year\nfull_time | 2002\nfull_time | 2001\nfull_time | 1971\nfull_time | 1970"
    profile = "student_count | staff_count | boarder_count | dorm_manager_count\n400 | 30 | 151 | 1"
    world.report("A", "2026-10", profile=profile, guards=guards, drills="held_date | drill_name\n2026-09-30 | 消防疏散")
    world.report("K", "2026-10", profile="student_count | staff_count | boarder_count\n90 | 9 | 0", drills="nil")
    measured = world.measure(standard)
    expect(measured.figures, "guard_age", "numerator | denominator\n2 | 4", level="county")
    expect(measured.assessments, "drills", "unit_code | status\nA | unmet\nK | pending")
    expect(measured.assessments, "dorm_managers", "unit_code | status | done | due\nA | met | 1 | 2\nK | exempt | | 0")
