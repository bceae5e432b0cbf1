"""The stage list: its order, what it refuses, and that DVC knows the same stages."""

from __future__ import annotations

import importlib
import itertools
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from pipelines.errors import UsageError
from pipelines.metadata.periods import parse_period
from pipelines.settings import Settings
from pipelines.stages import STAGES, run_stages
from pipelines.store.home import Home


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(Home(tmp_path), "jinghong-2019", parse_period("2026-10"), datetime(2026, 11, 1))


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the stage packages in the order in which they ran; the stages themselves have tests of their own."""
    names: list[str] = []

    def stand_in(module: str) -> SimpleNamespace:
        return SimpleNamespace(run=lambda settings: names.append(module))

    monkeypatch.setattr(importlib, "import_module", stand_in)
    return names


def test_stages_run_in_order_whatever_order_they_are_named_in(settings: Settings, ran: list[str]) -> None:
    run_stages(settings, ("load", "extract"))
    assert ran == ["pipelines.extract.stage", "pipelines.load.stage"]


def test_all_five_run_by_default_and_each_is_announced_when_it_ends(settings: Settings, ran: list[str]) -> None:
    announced: list[str] = []
    run_stages(settings, announce=lambda name, seconds: announced.append(name))
    assert announced == list(STAGES) == ["extract", "validate", "load", "measure", "report"]
    assert ran == [f"pipelines.{name}.stage" for name in STAGES]


def test_an_unknown_stage_is_refused_before_any_runs(settings: Settings, ran: list[str]) -> None:
    with pytest.raises(UsageError, match="没有环节 'publish'"):
        run_stages(settings, ("extract", "publish"))
    assert ran == []


def dvc_file(checkout: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((checkout / "dvc.yaml").read_text(encoding="utf-8"))
    return document


def outputs(stage: dict[str, Any]) -> list[str]:
    return [path for entry in stage["outs"] for path in entry]


def test_dvc_runs_the_same_stages_by_the_same_command(checkout: Path) -> None:
    stages = dvc_file(checkout)["stages"]
    assert tuple(stages) == STAGES
    assert [stages[name]["cmd"] for name in STAGES] == [f"python -m pipelines stage {name}" for name in STAGES]


def test_dvc_stages_depend_on_their_code_the_contracts_and_the_stage_before(checkout: Path) -> None:
    stages = dvc_file(checkout)["stages"]
    for name in STAGES:
        assert f"pipelines/{name}" in stages[name]["deps"]
        assert "data_contracts" in stages[name]["deps"]
    for before, after in itertools.pairwise(STAGES):
        assert set(outputs(stages[before])) & set(stages[after]["deps"]), f"{after} does not follow {before}"


def test_dvc_never_owns_the_record_or_the_database(checkout: Path) -> None:
    """DVC deletes outputs before a stage: originals and ledger must never be among them, nor a .duckdb file."""
    for stage in dvc_file(checkout)["stages"].values():
        for path in outputs(stage):
            assert not "data/originals".startswith(path)
            assert not "data/ledger.jsonl".startswith(path)
            assert not "data/school_safety.duckdb".startswith(path)
            assert not path.endswith(".duckdb")
        assert all(next(iter(entry.values())) == {"cache": False, "persist": True} for entry in stage["outs"])


def test_dvc_sends_nothing_home(checkout: Path) -> None:
    config = (checkout / ".dvc" / "config").read_text(encoding="utf-8")
    assert "analytics = false" in config
    assert "check_update = false" in config
    assert "remote" not in config


def test_params_hold_what_dvc_reads(checkout: Path) -> None:
    params = yaml.safe_load((checkout / "params.yaml").read_text(encoding="utf-8"))
    assert list(params) == ["standard", "period", "as_of"]
