"""What no tracked file may hold: a machine's paths, a registry's address, Chinese words in code, outgrown modules."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

MODULE_LINES = 400
FUNCTION_LINES = 60
BINARY = {".xlsx", ".xls", ".ods", ".png", ".zip", ".parquet", ".docx", ".mo"}
# Put together here so that this file does not hold them itself.
MACHINE_PATHS = re.compile(
    r"(?<![\w.])/(?:"
    + "|".join(["root", "work/main", "work/shared", "home/" + r"\w+/", "opt/", "tmp/scratch"])
    + r")\b"
)
REGISTRIES = re.compile(
    "|".join(
        [r"pypi\." + "org", "python" + r"hosted\.org", "index" + "-url ", r"registry\.npm" + "js", "find" + "-links"]
    )
)
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def tracked(checkout: Path) -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=checkout, capture_output=True, check=True)
    return [checkout / name for name in done.stdout.decode().split("\0") if name and (checkout / name).is_file()]


def matches(paths: list[Path], pattern: re.Pattern[str]) -> list[str]:
    texts = [path for path in paths if path.suffix not in BINARY]
    return [
        f"{path.name}:{number}: {line.strip()[:80]}"
        for path in texts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def program(tracked: list[Path], checkout: Path) -> list[Path]:
    return [path for path in tracked if path.suffix == ".py" and path.is_relative_to(checkout / "pipelines")]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_file_names_a_path_of_one_machine(tracked: list[Path]) -> None:
    assert matches(tracked, MACHINE_PATHS) == []


def test_no_file_names_a_package_registry(tracked: list[Path], checkout: Path) -> None:
    own = {checkout / "Makefile"}  # its `lock` rule turns the emission of addresses off by name
    assert matches([path for path in tracked if path not in own], REGISTRIES) == []


def test_every_locked_package_carries_hashes(checkout: Path) -> None:
    lock = (checkout / "requirements.lock").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", lock.strip())
    assert len(entries) > 100
    assert [entry.split("\n")[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert re.search("https?:", lock) is None


def test_the_program_holds_no_chinese_outside_the_synthetic_county(tracked: list[Path], checkout: Path) -> None:
    """Wording belongs to data_contracts and to templates, where people who do not program can mend it."""
    sample = checkout / "pipelines" / "sample"
    paths = [path for path in program(tracked, checkout) if not path.is_relative_to(sample)]
    assert matches(paths, CHINESE) == []


def test_no_module_and_no_function_has_outgrown_a_screen_or_two(tracked: list[Path], checkout: Path) -> None:
    paths = program(tracked, checkout)
    assert paths
    assert [path.name for path in paths if len(path.read_text(encoding="utf-8").splitlines()) > MODULE_LINES] == []
    long = [
        f"{path.name}: {node.name}"
        for path in paths
        for node in functions(path)
        if (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_LINES
    ]
    assert long == []


def test_no_module_bears_a_name_that_says_nothing(tracked: list[Path], checkout: Path) -> None:
    assert [
        p.name for p in program(tracked, checkout) if p.stem in {"utils", "helpers", "common", "base", "manager"}
    ] == []


def test_no_data_of_a_home_is_tracked(tracked: list[Path], checkout: Path) -> None:
    homes = {"data", "demo", "inbox", "outbox", "returns", "reports", "releases"}
    assert [path.name for path in tracked if path.relative_to(checkout).parts[0] in homes] == []
