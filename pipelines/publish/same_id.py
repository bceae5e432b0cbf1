"""Whether a standard keeps its id while its rules change: allowed, but said."""

from __future__ import annotations

from pathlib import Path

from pipelines.errors import MetadataError
from pipelines.metadata import METADATA_ROOT
from pipelines.metadata.calendars import calendar_for
from pipelines.metadata.standards import Standard, parse_standard
from pipelines.publish.cause_text import rule_text
from pipelines.publish.manifest import read_manifest
from pipelines.publish.rule_changes import RuleChange, provision_changes, shared_changes
from pipelines.publish.wording import say

_SHOWN = 12


def rules_differ(before: Path, after: Path, standard_id: str, home: Path | None = None) -> str | None:
    """A sentence naming the standard, its file and the rules that differ between two folders of contracts.

    A calendar that is not the standard's own lies beside the contracts; that of the second side in `home`, if given.
    None where the rules are the same, or one of the two standards is of a kind that this program cannot read.
    """
    place = f"standards/{standard_id}.yaml"
    try:
        old, new = parse_standard(before / place), parse_standard(after / place)
        calendars = calendar_for(old, before.parent), calendar_for(new, home or after.parent)
        found = list(shared_changes(old, new, *calendars))
    except (MetadataError, OSError, ValueError):
        return None
    for provision in dict.fromkeys(one.id for one in (*old.provisions, *new.provisions)):
        found += [change for change in provision_changes(old, new, provision) if change.provision == provision]
    return _said((new, old), f"{METADATA_ROOT.name}/{place}", standard_id, found) if found else None


def _said(standards: tuple[Standard, Standard], path: str, standard_id: str, found: list[RuleChange]) -> str:
    rules = say("causes.list").join(rule_text(standards, change) for change in found[:_SHOWN])
    more = say("same_id.more", count=len(found)) if len(found) > _SHOWN else ""
    return say("same_id.differs", standard=standard_id, path=path, rules=rules, more=more)


def changed_since_last(release: Path) -> str | None:
    """The same sentence against the last release of the standard before this one, where that lies beside it."""
    manifest, folder = read_manifest(release), release.resolve()
    for link in reversed(manifest.history if len(folder.parents) > 2 else ()):
        earlier = folder.parents[2] / link.path
        if link.path.startswith(f"{manifest.standard}/") and earlier.is_dir():
            roots = (earlier / METADATA_ROOT.name, release / METADATA_ROOT.name)
            sentence = rules_differ(*roots, manifest.standard)
            return sentence and say("same_id.since", release=link.path, sentence=sentence)
    return None
