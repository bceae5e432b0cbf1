"""The crate of a release: read back by the library, complete, inert, the same bytes each time."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from rocrate.rocrate import ROCrate

from pipelines.publish.crate import NAME, WORKFLOW, write_crate
from pipelines.publish.manifest import Manifest, read_manifest
from pipelines.publish.release import publish
from pipelines.settings import Settings
from pipelines.store.files import sha256_file

HOSTILE = '"}]</script><img src=x onerror=alert(1)>../../\u202egnp.exe'
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5",
    "https://w3id.org/ro/wfrun/workflow/0.5",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0",
}


@pytest.fixture
def release(settings: Settings) -> Path:
    """October, published."""
    report = settings.home.reports / settings.standard / settings.period.label
    assert (report / "figures.csv").is_file()
    return publish(settings, "monthly")


@pytest.fixture
def manifest(release: Path) -> Manifest:
    """Its manifest."""
    return read_manifest(release)


def graph(release: Path) -> dict[str, dict[str, Any]]:
    """Every entity of the crate by its id, as written."""
    entities = json.loads((release / NAME).read_bytes())["@graph"]
    by_id = {entity["@id"]: entity for entity in entities}
    assert len(by_id) == len(entities)
    return by_id


def ids(value: Any) -> list[str]:
    """What a property points to."""
    return [one["@id"] for one in (value if isinstance(value, list) else [value])]


def test_every_file_is_described_with_its_hash_or_lies_in_a_folder_that_is(release: Path) -> None:
    entities = graph(release)
    parts = ids(entities["./"]["hasPart"])
    folders = [name for name in parts if name.endswith("/")]
    found = 0
    for path in sorted(path for path in release.rglob("*") if path.is_file()):
        name = path.relative_to(release).as_posix()
        entity = entities.get(name)
        if entity is None or name == NAME:
            assert name == NAME or any(name.startswith(unquote(folder)) for folder in folders), name
            continue
        found += 1
        assert name in parts
        assert entity["description"]
        assert "/" in entity["encodingFormat"]
        if name not in ("manifest.json", "manifest.sig"):
            assert (entity["sha256"], entity["contentSize"]) == (sha256_file(path), str(path.stat().st_size))
    assert found > 20
    assert {"manifest.json", "manifest.sig"} <= set(parts)


def test_the_profiles_are_claimed_and_their_properties_are_there(release: Path, manifest: Manifest) -> None:
    crate = ROCrate(release)
    root, workflow, run = crate.root_dataset, crate.mainEntity, crate.get("#run")
    assert {profile.id for profile in root["conformsTo"]} == PROFILES
    assert {profile.type for profile in root["conformsTo"]} == {"CreativeWork"}
    assert {one if isinstance(one, str) else one.id for one in crate.metadata["conformsTo"]} == {
        "https://w3id.org/ro/crate/1.1",
        "https://w3id.org/workflowhub/workflow-ro-crate/1.0",
    }
    assert all(root[name] for name in ("name", "description", "license"))
    assert root["datePublished"] == run["endTime"] == manifest.published_at.isoformat()
    assert "startTime" not in run
    assert root["mentions"] == run
    assert workflow.id == WORKFLOW
    assert set(workflow.type) == {"File", "SoftwareSourceCode", "ComputationalWorkflow"}
    assert workflow["programmingLanguage"].type == "ComputerLanguage"
    assert workflow["version"] == manifest.versions["code_sha256"]
    assert {tool["name"]: tool["softwareVersion"] for tool in workflow["softwareRequirements"]} == {
        name: version for name, version in manifest.versions.items() if version and name != "code_sha256"
    }
    assert run.type == "CreateAction"
    assert run["instrument"] == workflow
    assert (run["agent"].type, run["agent"]["identifier"]) == ("Organization", manifest.key)
    assert all(slot["additionalType"] in ("Text", "DateTime") for slot in workflow["input"])


def test_the_run_leads_from_originals_rules_and_parameters_to_the_results(release: Path, manifest: Manifest) -> None:
    crate = ROCrate(release)
    run = crate.get("#run")
    objects = {one.id: one for one in run["object"]}
    for entry in manifest.originals:
        one = objects.pop(f"#received-{entry.sequence}")
        assert (one["name"], one["sha256"], one["contentSize"]) == (entry.file_name, entry.sha256, str(entry.size))
    values = {name: objects.pop(f"#{name}") for name in ("standard", "period", "as_of")}
    assert [one["value"] for one in values.values()] == ["jinghong-2019", "2026-10", "2026-11-05T18:00:00"]
    assert [one["exampleOfWork"]["name"] for one in values.values()] == list(values)
    standard = "data_contracts/standards/jinghong-2019.yaml"
    assert set(objects) == {"data_contracts/", standard, "data_contracts/calendars/yunnan.yaml"}
    results = {one.id for one in run["result"]}
    assert "reports/jinghong-2019/2026-10/figures.csv" in results
    assert "rows/core_guards.parquet" in results
    assert not results & set(objects)


def test_the_same_release_gives_the_same_bytes(release: Path, manifest: Manifest, tmp_path: Path) -> None:
    again = tmp_path / "again"
    shutil.copytree(release, again, copy_function=shutil.copyfile)
    for name in ("manifest.json", "manifest.sig", NAME):
        (again / name).unlink(missing_ok=True)
    write_crate(again, replace(manifest, files={}))
    assert (again / NAME).read_bytes() == (release / NAME).read_bytes()


def test_a_hostile_file_name_and_reason_stand_as_text_alone(release: Path, manifest: Manifest, tmp_path: Path) -> None:
    building = tmp_path / "building"
    shutil.copytree(release, building, copy_function=shutil.copyfile)
    entry = replace(manifest.originals[0], name_hex=HOSTILE.encode().hex())
    write_crate(building, replace(manifest, originals=(entry,), reason=HOSTILE))
    entities = graph(building)
    assert entities["#received-1"]["name"] == HOSTILE.replace("\u202e", "\\u202e")
    assert not [name for name in entities if "script" in name or ".." in name]
    assert {name for name, one in entities.items() if "onerror" in json.dumps(one)} == {"#received-1", "./"}
