"""manifest.json: what the report was made of and what came out, by sha256, so that anybody can check and rebuild it.

Nothing in it depends on what else the home received, nor on the program: that is recorded once, when a release is made.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.metadata import METADATA_ROOT
from pipelines.report.material import Material, previous_period
from pipelines.store.files import sha256_file, write_text_atomically
from pipelines.store.home import Home

NAME = "manifest.json"
_APART = (
    *("standards", "calendars", "audit.yaml", "cli.yaml", "handbook.yaml", "init.yaml", "receipt.yaml"),
    "runbook.yaml",
)
"""In no report: other standards and calendars, and the words of the terminal, of the docs and of receipts."""


def _hashes(paths: Iterable[Path], root: Path) -> dict[str, str]:
    return {path.relative_to(root).as_posix(): sha256_file(path) for path in sorted(paths) if path.is_file()}


def _metadata_files(material: Material, home: Home) -> tuple[dict[str, str], dict[str, str]]:
    """(contracts and vocabularies, the standard and its calendar), each file with its hash."""
    standard = _hashes([METADATA_ROOT / "standards" / f"{material.standard.id}.yaml"], METADATA_ROOT)
    calendar = METADATA_ROOT / "calendars" / f"{material.standard.calendar}.yaml"
    standard |= _hashes([home.calendar], home.root) or _hashes([calendar], METADATA_ROOT)
    shared = [path for path in METADATA_ROOT.rglob("*.yaml") if path.relative_to(METADATA_ROOT).parts[0] not in _APART]
    return _hashes(shared, METADATA_ROOT), standard


def _iso(moment: Any) -> str:
    """A moment as text; what measure left as text stays so."""
    return moment.isoformat(timespec="seconds") if isinstance(moment, datetime) else str(moment)


def _compared(material: Material) -> dict[str, str] | None:
    """The earlier period whose figures stand beside the report's own, and as of when; None where there are none."""
    moments = sorted({_iso(figure.as_of) for figure in material.previous.values()})
    if not moments:
        return None
    return {"period": previous_period(material.period).label, "as_of": moments[-1]}


def _earlier(material: Material) -> list[dict[str, str]]:
    """The periods before the compared one whose rates the trends show, each with the moment as of which it was."""
    compared = previous_period(material.period).label
    return [
        {"period": past.period.label, "as_of": past.as_of}
        for past in material.history
        if past.pairs and past.period.label != compared
    ]


def _trust(material: Material) -> dict[str, Any] | None:
    """What the bulletin prints of keys and last release: an input, since it changes with every release."""
    if material.trust is None:
        return None
    from pipelines.publish.trust import trust_document

    return trust_document(material.trust)


def input_entries(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of inputs.sql as the manifest lists them: without their number, which is the home's own.

    The day of receipt that the bureau stated is there where it stated one.
    """
    return [
        {name: row[name] for name in row if name not in ("submission_no", "received_on")}
        | {"received_at": _iso(row["received_at"])}
        | ({"received_on": row["received_on"].isoformat()} if row["received_on"] else {})
        for row in rows
    ]


def shared_assets(folder: Path, reports: Path) -> list[Path]:
    """Files of reports/assets that the pages in `folder` name; older reports may use others."""
    pages = b"".join(page.read_bytes() for page in sorted(folder.glob("*.html")))
    return [path for path in sorted((reports / "assets").glob("*")) if path.is_file() and path.name.encode() in pages]


def output_hashes(folder: Path, reports: Path) -> dict[str, str]:
    """Path to sha256 of every file in `folder` but the manifest and hidden ones, and of the assets of its pages."""
    outputs = [
        path
        for path in folder.rglob("*")
        if path != folder / NAME and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    return _hashes(outputs, folder) | _hashes(shared_assets(folder, reports), reports)


def write_manifest(material: Material, home: Home, folder: Path) -> None:
    """manifest.json over every other file in `folder`; holds no time but as_of and received_at."""
    contracts, standard = _metadata_files(material, home)
    content = {
        "parameters": {
            "standard": material.standard.id,
            "period": material.period.label,
            "as_of": _iso(material.as_of),
        },
        "compared": _compared(material),
        "earlier": _earlier(material),
        "trust": _trust(material),
        "inputs": input_entries(material.inputs),
        "contracts": contracts,
        "standard": standard,
        "outputs": output_hashes(folder, home.reports),
    }
    write_text_atomically(folder / NAME, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
