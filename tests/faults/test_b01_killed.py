"""B1: the process is killed at each named point; a plain rerun comes to what an undisturbed run came to."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.faults import homes


def at(place: str, when: str = "before", call: int = 1) -> dict[str, Any]:
    return {"kill": {"at": place, "when": when, "call": call}}


# Each from a home that has received nothing.
EARLY = {
    "copy-in": at("pipelines.receive.inbox:_copy", "after", 2),
    "before-the-ledger": at("pipelines.receive.inbox:append_entries"),
    "after-the-ledger": at("pipelines.receive.inbox:append_entries", "after"),
    "parse-child": at("pipelines.extract.children:_Watch.line"),
    "after-the-parse": at("pipelines.extract.stage:extract_isolated", "after"),
    "validate": at("pipelines.validate.batch:Validator.validate", "after"),
    "before-a-batch-is-sealed": at("pipelines.validate.stage:seal_batch"),
}
# Each from a home that was read and validated: an earlier point is none of theirs.
LATE = {
    "before-commit": {"statement": "COMMIT"},
    "after-commit": {"statement": "CHECKPOINT"},
    "after-checkpoint": at("pipelines.load.database:_contents"),
    "after-the-database-is-in-place": at("pipelines.load.database:sync_folder"),
    "measure": at("pipelines.measure.stage:write_table", "after", 2),
    "before-the-workbook": at("pipelines.report.stage:write_workbook"),
    "after-the-workbook": at("pipelines.report.stage:write_workbook", "after"),
    "after-the-document": at("pipelines.report.stage:write_document", "after"),
    "notebook-run": at("pipelines.report.in_process:_run", "before", 2),
    "after-the-notebook": at("pipelines.report.stage:write_notebooks", "after"),
    "before-the-reports-manifest": at("pipelines.report.stage:write_manifest"),
    "receipts": at("pipelines.report.receipts:write_receipt", "after"),
}
PUBLISH = {
    "copy-of-the-report": at("pipelines.publish.release:_fill", "after"),
    "before-the-manifest": at("pipelines.publish.release:manifest_text"),
    "after-the-manifest": at("pipelines.publish.release:_seal"),
    "before-the-rename": at("pipelines.publish.release:_seal", "after"),
}
SHORT = ("after-commit", "before-the-rename")


def points(named: dict[str, dict[str, Any]]) -> list[Any]:
    marks = {name: [] if name in SHORT else [pytest.mark.faults] for name in named}
    return [pytest.param(plan, id=name, marks=marks[name]) for name, plan in named.items()]


@pytest.fixture(scope="session")
def validated(reported: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home as it was before its first load: what later stages made is gone. Not to be changed."""
    root = homes.copy_of(reported, tmp_path_factory.mktemp("validated") / "home")
    for made in ("data/load", "data/measure", "reports", "returns"):
        shutil.rmtree(root / made)
    (root / "data" / "school_safety.duckdb").unlink()
    return root


def killed(ended: homes.Ended) -> None:
    assert ended.code == -signal.SIGKILL, f"the point was not reached: {ended}"


def converges(plan: dict[str, Any], start: Path, root: Path, undisturbed: Path) -> None:
    """A run from that start, killed by the plan, then run again."""
    killed(homes.run(homes.copy_of(start, root), **plan))
    homes.succeeded(homes.run(root))
    assert homes.contents(root) == homes.contents(undisturbed)
    assert homes.tables(root) == homes.tables(undisturbed)


@pytest.mark.parametrize("plan", points(EARLY))
def test_b01_killed_while_it_receives_reads_and_validates(
    plan: dict[str, Any], begun: Path, reported: Path, tmp_path: Path
) -> None:
    converges(plan, begun, tmp_path / "home", reported)


@pytest.mark.parametrize("plan", points(LATE))
def test_b01_killed_while_it_loads_measures_and_reports(
    plan: dict[str, Any], validated: Path, reported: Path, tmp_path: Path
) -> None:
    converges(plan, validated, tmp_path / "home", reported)


@pytest.mark.parametrize("plan", points(PUBLISH))
def test_b01_killed_while_it_publishes(plan: dict[str, Any], reported: Path, published: Path, tmp_path: Path) -> None:
    root = homes.copy_of(reported, tmp_path / "home")
    killed(homes.publish(root, **plan))
    assert not (root / homes.RELEASE / "r1").exists()
    homes.succeeded(homes.publish(root))
    assert homes.contents(root) == homes.contents(published)


@pytest.mark.faults
def test_b01_killed_after_the_release_was_in_place(reported: Path, published: Path, tmp_path: Path) -> None:
    root = homes.copy_of(reported, tmp_path / "home")
    killed(homes.publish(root, **at("pathlib:Path.rename", "after")))
    left, whole = homes.contents(root), homes.contents(published)
    assert left.pop("keys/trust.json") != whole.pop("keys/trust.json")
    assert left == whole
    homes.done("verify", root / homes.RELEASE / "r1", "--trust", root / "keys" / "trust.json")
