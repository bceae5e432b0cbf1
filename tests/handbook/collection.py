"""Every example of a standard, read from examples/<standard>.yaml.

An entry is an example, or names a template that expands into examples; `register` above them is theirs by default.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from pipelines.metadata.standards import load_standard
from tests.handbook.examples import Example, example
from tests.handbook.templates import expanded

FOLDER = Path(__file__).parent / "examples"


@cache
def examples(standard_id: str) -> tuple[Example, ...]:
    """Every example of the standard, in the order of the file."""
    document = yaml.load((FOLDER / f"{standard_id}.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    standard = load_standard(standard_id)
    found: list[Example] = []
    for entry in document["examples"]:
        if "template" in entry:
            found += expanded(standard, entry)
        else:
            found.append(example(standard, {"register": document["register"], **entry}))
    return tuple(found)


def documented() -> tuple[str, ...]:
    """Ids of the standards that have a file of examples."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))
