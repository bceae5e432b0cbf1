"""The rates of the whole in groups that a reader looks for: training and drills, ratios, the rest."""

from __future__ import annotations

from dataclasses import replace

from pipelines.metadata.provisions import Provision, names_in
from pipelines.report import wording
from pipelines.report.material import Material
from pipelines.report.tables import Table, indicator_table

GROUPS = ("training", "ratios", "rules")
_RATIOS = ("ratio", "duration", "count")


def _is_training(provision: Provision) -> bool:
    """It gathers trainings or drills, or rests on an item that speaks of them."""
    if any(gathered.of in wording.entry("training_facts") for gathered in provision.aggregates):
        return True
    words = set(wording.entry("training_words"))
    told = [said for part, said in provision.expressions if not part.startswith("aggregates.")]
    return any(words & set(name.split("_")) for said in told for name in names_in(said))


def group_of(provision: Provision) -> str:
    """The group in which the rates of a provision stand."""
    if _is_training(provision):
        return GROUPS[0]
    return GROUPS[1] if provision.kind in _RATIOS else GROUPS[2]


def indicator_tables(material: Material) -> tuple[Table, ...]:
    """The indicator table in its groups; a group without a rate is left out, and every rate stands in one."""
    found: dict[str, set[str]] = {group: set() for group in GROUPS}
    for figure in material.county.values():
        if figure.is_rate:
            found[group_of(material.standard.provision(figure.indicator))].add(figure.indicator)
    titles = wording.table("page.groups")
    shown = [indicator_table(material, str(titles[group]), frozenset(names)) for group, names in found.items() if names]
    # What the columns mean is said once, below the last.
    return (*(replace(table, note="") for table in shown[:-1]), *shown[-1:])
