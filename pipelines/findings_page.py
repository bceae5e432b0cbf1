"""The page of every finding code: what it says and how to mend it, in Chinese and English.

`python -m pipelines.findings_page` writes docs/findings.md.
"""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipelines.findings import FindingKind, catalogue
from pipelines.metadata.contracts import contracts

PAGE = Path(__file__).resolve().parents[1] / "docs" / "findings.md"
_TEMPLATE = Path(__file__).with_suffix(".md")
_GAP = "…"


class _Gapped(string.Formatter):
    """Puts a gap wherever a text names what is filled in."""

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
        return _GAP


def _row(kind: FindingKind, sheet: str) -> str:
    texts = [_Gapped().format(text) for text in (kind.zh, kind.hint_zh, kind.en, kind.hint_en)]
    cells = [f"`{kind.code}`", kind.severity, sheet, *texts]
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def findings_page() -> str:
    """The page as Markdown: one row a code, the general ones first, then those of each sheet."""
    sheets = {rule.code: contract.title for contract in contracts() for rule in contract.rules}
    rows = [_row(kind, sheets.get(code, "")) for code, kind in catalogue().items()]
    return _TEMPLATE.read_text(encoding="utf-8").replace("{rows}", "\n".join(rows))


if __name__ == "__main__":
    PAGE.write_bytes(findings_page().encode())
