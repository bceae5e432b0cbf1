"""The runbook's table of finding codes: what the bureau does when one shows, in each of its two languages.

`python -m pipelines.runbook_page` writes the tables in docs/runbook.md and docs/runbook.zh-CN.md; the rest of those
pages is written by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from pipelines.findings import FindingKind, catalogue
from pipelines.metadata import METADATA_ROOT
from pipelines.metadata.contracts import contracts

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGES = {DOCS / "runbook.md": "en", DOCS / "runbook.zh-CN.md": "zh"}
"""The pages and their languages."""
_BEGIN, _END = "<!-- codes: make docs -->\n", "<!-- end of codes -->\n"


def _texts() -> dict[str, Any]:
    texts: dict[str, Any] = yaml.load((METADATA_ROOT / "runbook.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    return texts


def _is_of(group: dict[str, Any], kind: FindingKind, origin: str) -> bool:
    return (
        kind.code in group.get("codes", ())
        or kind.code.startswith(tuple(group.get("prefixes", ())))
        or kind.severity in group.get("severities", ())
        or bool(origin and origin == group.get("origin"))
    )


def grouped_codes() -> list[tuple[dict[str, Any], list[str]]]:
    """Every group with its codes; each code of the catalogue stands in exactly one. KeyError for a code without."""
    origins = {rule.code: contract.origin for contract in contracts() for rule in contract.rules}
    known = _texts()["groups"]
    found: list[tuple[dict[str, Any], list[str]]] = [(group, []) for group in known]
    for code, kind in catalogue().items():
        place = next((n for n, group in enumerate(known) if _is_of(group, kind, origins.get(code, ""))), None)
        if place is None:
            raise KeyError(f"runbook.yaml: no group for {code}")
        found[place][1].append(code)
    return found


def _rows(language: str) -> Iterator[str]:
    yield "| " + " | ".join(_texts()["columns"][language]) + " |"
    yield "| --- | --- | --- |"
    for group, codes in grouped_codes():
        cells = (group[language], " ".join(f"`{code}`" for code in codes), group[f"step_{language}"])
        yield "| " + " | ".join(cells) + " |"


def with_codes(page: str, language: str) -> str:
    """The page with its table of codes written anew; ValueError where it has no place for one."""
    before, begin, rest = page.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not (begin and end):
        raise ValueError("no place for the table of codes")
    return before + begin + "\n".join(_rows(language)) + "\n" + end + after


if __name__ == "__main__":
    for path, language in PAGES.items():
        path.write_bytes(with_codes(path.read_text(encoding="utf-8"), language).encode())
