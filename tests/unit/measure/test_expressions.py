"""Expressions: what passes, what does not, and how it is said."""

from __future__ import annotations

import pytest

from pipelines.errors import MetadataError
from pipelines.measure.expressions import Place, check_expression

SCOPE = {"student_count", "staff_count", "level", "found_date", "is_listed"}
PLACE = Place("some.yaml", "some_rule", "meets")


@pytest.mark.parametrize(
    ("expression", "columns"),
    [
        ("true", set()),
        ("student_count + staff_count >= 100", {"student_count", "staff_count"}),
        ("CASE level WHEN 'major' THEN is_listed ELSE NOT is_listed END", {"level", "is_listed"}),
        (
            "level IN ('major', 'serious') AND found_date BETWEEN '2026-01-01'::DATE AND found_date",
            {"level", "found_date"},
        ),
        ("coalesce(nullif(max_of(student_count, 0), 0), 1) // 2", {"student_count"}),
        ("found_date - to_days(1) IS NOT NULL", {"found_date"}),
        ("regexp_matches(level, 'a|b') OR level LIKE '%x%'", {"level"}),
        ("'); DROP TABLE core_profile; --' = level", {"level"}),
    ],
)
def test_pure_expressions_pass_and_tell_their_columns(expression: str, columns: set[str]) -> None:
    """Operators, CASE, casts and the listed functions."""
    assert check_expression(expression, SCOPE, PLACE) == columns


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("(SELECT 1)", "subquery is not allowed"),
        ("EXISTS (SELECT 1 FROM core_guards)", "subquery is not allowed"),
        ("student_count IN (SELECT 1)", "subquery is not allowed"),
        ("student_count) FROM read_csv('x') --", "cannot be parsed"),
        ("student_count), (staff_count", "more than one expression"),
        ("student_count); SELECT (1", "more than one expression"),
        ("read_text('/etc/passwd')", "function 'read_text' is not allowed"),
        ("getenv('HOME')", "function 'getenv' is not allowed"),
        ("count(*)", "function 'count_star' is not allowed"),
        ("random() > 0.5", "function 'random' is not allowed"),
        ("now()", "function 'now' is not allowed"),
        ("current_date", "not"),
        ("greatest(student_count, 1)", "function 'greatest' is not allowed"),
        ("sum(student_count) OVER ()", "window is not allowed"),
        ("$cut_off", "parameter is not allowed"),
        ("*", "is not allowed"),
        ("list_transform([1], lambda x: x)", "is not allowed"),
        ("student_count::HUGEINT", "type 'HUGEINT' is not allowed"),
        ("core_profile.student_count", "column 'core_profile.student_count' is not known"),
        ("student_cuont > 1", "column 'student_cuont' is not known; did you mean 'student_count'?"),
        ("regexp_match(level, 'a')", "did you mean 'regexp_matches'?"),
        ("student_count >", "cannot be parsed"),
        ("", "is empty"),
    ],
)
def test_anything_else_is_refused_by_name(expression: str, reason: str) -> None:
    """The message begins with file, provision and field."""
    with pytest.raises(MetadataError) as raised:
        check_expression(expression, SCOPE, PLACE)
    assert str(raised.value).startswith("some.yaml: some_rule: meets: ")
    assert reason in str(raised.value)
