"""The program that made a release: Python, the libraries that compute or draw, one hash over its own files."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from pipelines.metadata import METADATA_ROOT

PROJECT = METADATA_ROOT.parent
_FOLDERS = ("pipelines", "notebooks")
_CACHES = {"__pycache__", ".ipynb_checkpoints"}
_PACKAGES = (
    *("duckdb", "great-expectations", "jinja2", "nbconvert", "pandas", "papermill", "plotly", "pyarrow"),
    *("python-calamine", "python-docx", "scipy", "xlsxwriter"),
)


def versions() -> dict[str, str]:
    """Name to version: python, each package (empty where it is not installed), and code_sha256."""
    return {"python": platform.python_version(), "code_sha256": _code_hash()} | {
        name: _installed(name) for name in _PACKAGES
    }


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


@cache
def _code_hash() -> str:
    """Taken once, since a process runs what it read when it started."""
    digest = hashlib.sha256()
    for folder in _FOLDERS:
        for path in sorted((PROJECT / folder).rglob("*")):
            if path.is_file() and not _CACHES & set(path.parts):
                digest.update(path.relative_to(PROJECT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
