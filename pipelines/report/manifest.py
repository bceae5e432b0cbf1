"""manifest.json: what the report was made of and what came out, by sha256, so that anybody can check and rebuild it."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from pipelines.metadata import METADATA_ROOT
from pipelines.report.material import Material
from pipelines.store.files import sha256_file, write_text_atomically
from pipelines.store.home import Home

FORM = 1
"""Version of the manifest's own form."""

_PROJECT = METADATA_ROOT.parent
_CODE = (("pipelines", "*.py"), ("pipelines", "*.sql"), ("pipelines", "*.yaml"), ("pipelines/report/templates", "*"))
_PACKAGES = (
    *("duckdb", "great-expectations", "jinja2", "nbconvert", "pandas", "papermill", "plotly", "pyarrow"),
    *("python-calamine", "python-docx", "scipy", "xlsxwriter"),
)


def _hashes(paths: Iterable[Path], root: Path) -> dict[str, str]:
    return {path.relative_to(root).as_posix(): sha256_file(path) for path in sorted(paths) if path.is_file()}


@cache
def _code_hash() -> str:
    """One sha256 over the code, queries, templates and the notebook; taken once, since a process runs what it read."""
    found = {path for folder, pattern in _CODE for path in (_PROJECT / folder).rglob(pattern)}
    found |= set((_PROJECT / "notebooks").glob("*.ipynb"))
    listing = json.dumps(_hashes((path for path in found if "__pycache__" not in path.parts), _PROJECT))
    return hashlib.sha256(listing.encode()).hexdigest()


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
    return found


def _metadata_files(material: Material) -> tuple[dict[str, str], dict[str, str]]:
    """(contracts and vocabularies, the standard and its calendar), each file with its hash."""
    own = {
        METADATA_ROOT / "standards" / f"{material.standard.id}.yaml",
        METADATA_ROOT / "calendars" / f"{material.standard.calendar}.yaml",
    }
    apart = ("standards", "calendars")
    shared = [path for path in METADATA_ROOT.rglob("*.yaml") if path.relative_to(METADATA_ROOT).parts[0] not in apart]
    return _hashes(shared, METADATA_ROOT), _hashes(own, METADATA_ROOT)


def _inputs(material: Material) -> list[dict[str, Any]]:
    return [
        {name: value.isoformat(timespec="seconds") if name == "received_at" else value for name, value in row.items()}
        for row in material.inputs
    ]


def _measured(home: Home, material: Material) -> dict[str, str]:
    folder = home.stage_dir("measure") / material.standard.id / material.period.label
    loaded = home.stage_dir("load") / "tables.json"
    return _hashes([*folder.glob("*"), loaded], home.data)


def write_manifest(material: Material, home: Home, folder: Path) -> None:
    """manifest.json over every other file in `folder`; holds no time but as_of and received_at."""
    contracts, standard = _metadata_files(material)
    outputs = [path for path in folder.iterdir() if path.name != "manifest.json" and not path.name.startswith(".")]
    content = {
        "form": FORM,
        "parameters": {
            "standard": material.standard.id,
            "period": material.period.label,
            "as_of": material.as_of.isoformat(timespec="seconds"),
        },
        "inputs": _inputs(material),
        "measured": _measured(home, material),
        "contracts": contracts,
        "standard": standard,
        "code": _code_hash(),
        "versions": _versions(),
        "outputs": _hashes(outputs, folder) | _hashes((home.reports / "assets").glob("*"), home.reports),
    }
    write_text_atomically(folder / "manifest.json", json.dumps(content, ensure_ascii=False, indent=1) + "\n")
