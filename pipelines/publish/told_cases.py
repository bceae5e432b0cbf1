"""Cases of a release as measure would have left them, as far as cases.csv tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipelines.errors import MetadataError
from pipelines.measure.engines.durations import case_sql
from pipelines.measure.expressions import Place, check_expression
from pipelines.measure.relations import window_columns
from pipelines.measure.running import Run
from pipelines.measure.scopes import Reading
from pipelines.metadata.standards import Provision
from pipelines.publish.wording import say

_MOMENTS = ("start", "end", "observed_until", "deadline")
_DOUBTS = ("is_in_doubt", "is_education_in_doubt")
"""Facts that a case's status in_doubt tells."""


@dataclass(frozen=True)
class Told:
    """A duration as far as its cases tell it: the same provision over the columns of cases.csv, the rest left out.

    `moments` names, for each column of cases.csv that holds a moment, the fact that it is. `rates` are the indicators
    whose cases are told, `unseen` those of which a column of figures.csv cannot be computed.
    """

    provision: Provision
    moments: Mapping[str, str]
    rates: Mapping[str, str]
    unseen: frozenset[str]


def read_told(provision: Provision) -> Told:
    """What cases.csv tells of the duration; MetadataError where it does not tell which cases the estimates rest on."""
    moments = {name: _fact(provision, name) for name in _MOMENTS}
    place = Place("cases.csv", provision.id, "cases")
    scope = {*moments.values(), *_DOUBTS, "case_status", *window_columns(), *(one.name for one in provision.parameters)}

    def is_told(*expressions: str | None) -> bool:
        try:
            return all(check_expression(each, scope, place) is not None for each in expressions if each)
        except MetadataError:
            return False

    let = []
    for name, expression in provision.let:
        if name not in scope and is_told(expression):
            let.append((name, expression))
            scope.add(name)
    has_due = is_told(provision.done, provision.due)
    values = tuple(pair for pair in provision.values if is_told(pair[1]))
    rates = tuple(rate for rate in provision.rates if is_told(*rate[1:]))
    unseen = {f"{provision.id}.{name}" for name, _ in set(provision.values) - set(values)}
    if not is_told(provision.cohort):
        raise MetadataError(say("figures.cohort", provision=provision.id))
    names = [*(["on_time_rate"] if has_due else []), *(name for name, _, _ in rates)]
    told = replace(provision, **moments, let=tuple(let), case_status="case_status", within=None)  # type: ignore[arg-type]
    told = replace(told, values=values, rates=rates)
    if not has_due:
        told = replace(told, done="false", due="false")
    return Told(told, moments, {f"{provision.id}.{name}": name for name in names}, frozenset(unseen))


def _fact(provision: Provision, moment: str) -> str:
    """The fact that a column of cases.csv holds; a name of its own where the standard computes it on the spot."""
    expression = str(getattr(provision, moment)).strip()
    return expression if expression.isidentifier() else f"stated_{moment}"


def write_told(run: Run, told: Told) -> None:
    """Into out_case: the cases of the duration; needs duration_addressed, calendar_window and published_cases."""
    provision = told.provision
    kind = "DATE" if str(provision.start).endswith("_date") else "TIMESTAMP"
    stated = {fact: f'"{column}"::{kind}' for column, fact in told.moments.items()}
    stated |= dict.fromkeys(_DOUBTS, "status = 'in_doubt'")
    columns = "".join(f",\n    {expression} AS {name}" for name, expression in stated.items())
    run.execute(
        provision.id,
        f"""CREATE OR REPLACE TEMP TABLE fact_{provision.over} AS
SELECT school_code, case_no, status AS case_status, []::VARCHAR[] AS unread_fields{columns}
FROM published_cases
WHERE indicator = $indicator""",
        indicator=provision.id,
    )
    run.execute(provision.id, case_sql(provision, Reading()))
