"""What is past its term goes, figures stay, and a program killed on the way comes to the same the next time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.store.home import Home
from pipelines.store.ledger import read_ledger
from pipelines.store.pruned import read_pruned
from tests.faults import homes
from tests.faults.test_b01_killed import at, killed

_WHEN = "2026-11-22T10:00:00"
_NEXT = "2026-11"
_RELEASE = homes.RELEASE / "r1"
_KILLS = {
    "before-the-rows-are-kept": at("pipelines.retain.pruning:_keep"),
    "before-the-record": at("pipelines.retain.pruning:append_pruned"),
    "after-the-record": at("pipelines.retain.pruning:append_pruned", "after"),
    "between-two-originals": at("pipelines.store.pruned:remove_file", "after", 2),
    "between-two-folders": at("pipelines.store.pruned:remove_folder", "after"),
    "before-the-database": at("pipelines.load.database:build_database"),
}


def pruned(root: Path, **plan: Any) -> homes.Ended:
    return homes.command("prune", "--home", root, "--before", _NEXT, "--force", "--yes", clock=_WHEN, **plan)


def left(root: Path) -> dict[str, list[str]]:
    """Names of what still tells what schools wrote."""
    home = Home(root)
    folders = (home.originals, home.inbox, home.returns, home.stage_dir("extract"))
    return {folder.name: [path.name for path in folder.rglob("*") if path.is_file()] for folder in folders}


def figures(root: Path) -> dict[str, bytes]:
    folder = root / "reports" / homes.STANDARD / homes.MONTH
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))}


@pytest.fixture(scope="session")
def past(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published home after its only month was pruned. Not to be changed."""
    root = homes.copy_of(published, tmp_path_factory.mktemp("past") / "home")
    homes.succeeded(pruned(root))
    return root


@pytest.mark.faults
def test_pruned_home_keeps_every_figure_and_names_what_is_gone(published: Path, past: Path, tmp_path: Path) -> None:
    home = Home(past)
    assert not any(left(past).values())
    ledger = read_ledger(home)
    assert [one.sequence for one in ledger] == sorted(read_pruned(home))
    assert home.ledger.read_bytes() == Home(published).ledger.read_bytes()
    assert homes.tables(past) == homes.tables(published)

    root = homes.copy_of(past, tmp_path / "home")
    before = figures(root)
    told = homes.succeeded(homes.run(root))
    assert figures(root) == before
    assert "2026-10 的 4 份原件已于 2026-11-22 10:00:00 按保存期限清除（2026-11 之前）" in told
    assert not left(root)["returns"]

    homes.done("verify", root / _RELEASE)
    again = homes.done("reproduce", root / _RELEASE, "--home", root)
    assert "与发布时完全相同" in again and "不全由原件重算" in again and "2026-11-22 10:00:00" in again
    elsewhere = homes.command("reproduce", root / _RELEASE, "--originals", homes.copy_of(root / "data", tmp_path / "b"))
    assert elsewhere.code == 1 and "没有原件" in elsewhere.said
    trace = homes.done("trace", "closed_campus", "--home", root, "--format", "csv")
    assert "（原件已按保存期限清除）" in trace
    assert "按保存期限清除" in homes.done("status", "--home", root)


@pytest.mark.faults
@pytest.mark.parametrize("plan", _KILLS.values(), ids=_KILLS)
def test_prune_killed_comes_to_the_same(plan: dict[str, Any], published: Path, past: Path, tmp_path: Path) -> None:
    root = homes.copy_of(published, tmp_path / "home")
    killed(pruned(root, **plan))
    homes.succeeded(homes.run(root))
    if not read_pruned(Home(root)):
        assert len(left(root)["originals"]) == len(read_ledger(Home(root)))
        homes.succeeded(pruned(root))
    whole = homes.copy_of(past, tmp_path / "past")
    homes.succeeded(homes.run(whole))
    assert homes.contents(root) == homes.contents(whole)
    assert homes.tables(root) == homes.tables(whole)


@pytest.mark.faults
def test_prune_refuses_what_is_still_needed_and_asks_first(reported: Path, published: Path, tmp_path: Path) -> None:
    root = homes.copy_of(reported, tmp_path / "reported")
    before = homes.contents(root)
    for arguments, said in (
        (("--before", _NEXT), "不在任何发布版中"),
        (("--older-than", "1"), "至少 2 年"),
        (("--before", "2026Q3"), "应是已经开始的一个月"),
        (("--before", _NEXT, "--older-than", "5"), "只能给一个"),
    ):
        ended = homes.command("prune", "--home", root, "--yes", *arguments, clock=_WHEN)
        assert ended.code in (1, 2) and said in ended.said
    assert "没有尚待清除" in homes.done("prune", "--home", root, "--yes", clock=_WHEN)
    assert "没有清除任何文件" in homes.done("prune", "--home", root, "--before", _NEXT, "--force", "--dry-run")
    assert homes.command("prune", "--home", root, "--before", _NEXT, "--force").code == 1
    assert homes.contents(root) == before
    ended = homes.command("prune", "--home", published, "--before", _NEXT, "--yes", clock=_WHEN)
    assert ended.code == 1 and "不满一年" in ended.said


@pytest.mark.faults
def test_pruned_rows_stay_when_the_program_reads_otherwise(past: Path, tmp_path: Path) -> None:
    """A later program reads every original again; of pruned ones it takes what was kept."""
    from tests.faults.test_b09_contract_changed import ended, other_program

    root = homes.copy_of(past, tmp_path / "home")
    before = figures(root)
    told = ended(other_program(tmp_path / "program"), "run", "--home", root, "--as-of", homes.AS_OF)
    assert told.code == 0, told
    assert figures(root) == before


@pytest.mark.faults
def test_pruned_original_that_a_backup_brings_back_goes_again(published: Path, past: Path, tmp_path: Path) -> None:
    root = homes.copy_of(past, tmp_path / "home")
    entry = read_ledger(Home(root))[0]
    back = Home(root).original(entry.sha256)
    back.parent.mkdir(parents=True, exist_ok=True)
    back.write_bytes(Home(published).original(entry.sha256).read_bytes())
    homes.succeeded(homes.run(root))
    assert not back.exists()


def test_a_line_of_the_record_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    from pipelines.errors import IntegrityError

    home = Home(tmp_path)
    home.data.mkdir()
    line = {"sequence": 1, "sha256": "a", "period": "2026-10", "pruned_at": _WHEN, "before": _NEXT, "years": None}
    home.pruned.write_text(json.dumps(line) + "\n{}\n" + json.dumps(line), encoding="utf-8")
    with pytest.raises(IntegrityError, match="第 2 行"):
        read_pruned(home)
