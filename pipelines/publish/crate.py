"""ro-crate-metadata.json: what a release holds and what it was made from, in the words of archives.

RO-Crate 1.1 with the profiles Process Run Crate and Workflow Run Crate. Nothing in it but what the release records:
no clock, no chance, no network; the same release gives the same bytes. Names of files that schools sent stand in it
as text only, masked as in the manifest, never as an address.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rocrate.model import ComputerLanguage, ContextEntity, Dataset, Entity, File, SoftwareApplication
from rocrate.rocrate import ROCrate

from pipelines.metadata import METADATA_ROOT
from pipelines.metadata.calendars import FILE as CALENDAR
from pipelines.metadata.contracts import contracts
from pipelines.metadata.periods import parse_period
from pipelines.metadata.standards import load_standard
from pipelines.publish.accepted_rows import FOLDER as ROWS
from pipelines.publish.environment import PROJECT
from pipelines.publish.manifest import NAME as MANIFEST
from pipelines.publish.manifest import Manifest
from pipelines.publish.wording import say, table
from pipelines.store.files import sha256_file

NAME = "ro-crate-metadata.json"
WORKFLOW = "dvc.yaml"
_TERMS = "https://w3id.org/ro/terms/workflow-run/context"
_PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": "Process Run Crate",
    "https://w3id.org/ro/wfrun/workflow/0.5": "Workflow Run Crate",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": "Workflow RO-Crate",
}
_MIT = "https://spdx.org/licenses/MIT"
_LATER = (MANIFEST, "manifest.sig")
"""Written after this file, over its hash."""
_FORMATS = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html",
    ".json": "application/json",
    ".lock": "text/plain",
    ".parquet": "application/vnd.apache.parquet",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".yaml": "application/yaml",
}
"""By our own list: the system's would differ from one machine to the next."""
_BYTES = "application/octet-stream"


def write_crate(building: Path, manifest: Manifest) -> None:
    """The crate's file, and the definition of the pipeline that its profile wants beside it, into the release."""
    shutil.copyfile(PROJECT / WORKFLOW, building / WORKFLOW)
    crate = ROCrate(version="1.1")
    crate.metadata.extra_contexts.append(_TERMS)
    licence = crate.add(ContextEntity(crate, _MIT, {"@type": "CreativeWork", "name": "MIT License"}))
    signer = _add(crate, "#signer", "Organization", name=say("crate.signer"), identifier=manifest.key)
    workflow = _workflow(crate, building, manifest, licence)
    inputs = [*_inputs(crate, building, manifest, licence), *_parameters(crate, workflow, manifest)]
    results = list(_results(crate, building, manifest))
    _rest(crate, building)
    run = crate.add_action(
        workflow, "#run", inputs, results, {"name": say("crate.run"), "description": say("crate.run_note")}
    )
    run["agent"], run["endTime"] = signer, manifest.published_at.isoformat(timespec="seconds")
    _describe_root(crate, manifest, signer, run)
    crate.metadata.write(building)


def _add(crate: ROCrate, address: str, kind: str, /, **properties: Any) -> Entity:
    """A thing that is no file of the release."""
    return crate.add(ContextEntity(crate, address, {"@type": kind, **properties}))


def _describe_root(crate: ROCrate, manifest: Manifest, signer: Entity, run: Entity) -> None:
    period, root = parse_period(manifest.period), crate.root_dataset
    title = {"standard": load_standard(manifest.standard).name_zh, "period": manifest.period}
    crate.name = say("crate.name", **title, number=manifest.number)
    crate.description = say("crate.description", **title, as_of=manifest.as_of.isoformat(sep=" ", timespec="seconds"))
    if manifest.reason:
        crate.description += say("crate.reason", reason=manifest.reason)
    crate.datePublished = manifest.published_at.isoformat(timespec="seconds")
    crate.license = _add(crate, "#licence", "CreativeWork", name=say("crate.licence"))
    crate.publisher = signer
    root["author"], root["mentions"] = signer, run
    root["identifier"], root["version"] = manifest.path, str(manifest.number)
    root["temporalCoverage"] = f"{period.start.isoformat()}/{period.end.isoformat()}"
    root["inLanguage"] = "zh-CN"
    for address, name in _PROFILES.items():
        profile = _add(crate, address, "CreativeWork", name=name, version=address.rpartition("/")[2])
        root.append_to("conformsTo", profile)


def _workflow(crate: ROCrate, building: Path, manifest: Manifest, licence: Entity) -> Entity:
    """The pipeline as it ran: its stages, and the versions of the code and of every library that computes or draws."""
    about = {"name": say("crate.language"), "url": "https://dvc.org"}
    language = crate.add(ComputerLanguage(crate, "#dvc", about))
    workflow = crate.add_workflow(dest_path=WORKFLOW, main=True, lang=language, properties=_about(building, WORKFLOW))
    workflow["name"], workflow["license"] = say("crate.workflow"), licence
    workflow["version"] = manifest.versions["code_sha256"]
    for name, version in sorted(manifest.versions.items()):
        if version and name != "code_sha256":
            about = {"name": name, "softwareVersion": version}
            workflow.append_to("softwareRequirements", crate.add(SoftwareApplication(crate, f"#{name}", about)))
    return workflow


def _parameters(crate: ROCrate, workflow: Entity, manifest: Manifest) -> Iterator[Entity]:
    """Values of the run, each beside the slot of the pipeline that it fills."""
    moment = manifest.as_of.isoformat(timespec="seconds")
    for name, kind, value in (
        ("standard", "Text", manifest.standard),
        ("period", "Text", manifest.period),
        ("as_of", "DateTime", moment),
    ):
        slot = crate.add_formal_parameter(
            name, kind, f"#parameter-{name}", say(f"crate.parameters.{name}"), valueRequired=True
        )
        workflow.append_to("input", slot)
        yield _add(crate, f"#{name}", "PropertyValue", name=name, value=value, exampleOfWork=slot)


def _inputs(crate: ROCrate, building: Path, manifest: Manifest, licence: Entity) -> Iterator[Entity]:
    """Originals, which stay in the bureau's vault, and what they were judged and measured by."""
    for entry in manifest.originals:
        received = entry.received_at.isoformat(sep=" ", timespec="seconds")
        yield _add(
            crate,
            f"#received-{entry.sequence}",
            "CreativeWork",
            name=entry.file_name,
            description=say("crate.original", number=entry.sequence, received=received, period=entry.period),
            sha256=entry.sha256,
            contentSize=str(entry.size),
        )
    folder = METADATA_ROOT.name
    rules = _folder(crate, folder)
    rules["license"] = licence
    standard = load_standard(manifest.standard)
    yield rules
    yield _file(crate, building, f"{folder}/standards/{standard.id}.yaml", f"{standard.name_zh}　{standard.document}")
    own = building / CALENDAR
    calendar = CALENDAR if own.is_file() else f"{folder}/calendars/{standard.calendar}.yaml"
    yield _file(crate, building, calendar, say("crate.calendar"))


def _results(crate: ROCrate, building: Path, manifest: Manifest) -> Iterator[Entity]:
    """Report and rows: each file of their folders, and each folder within the report as one."""
    place = f"reports/{manifest.standard}/{manifest.period}"
    for path in sorted((building / place).iterdir()):
        name = f"{place}/{path.name}"
        yield _folder(crate, name) if path.is_dir() else _file(crate, building, name)
    titles = {contract.table: contract.title for contract in contracts()}
    for path in sorted((building / ROWS).iterdir()):
        title = titles.get(path.stem)
        yield _file(crate, building, f"{ROWS}/{path.name}", say("crate.rows", sheet=title) if title else "")


def _rest(crate: ROCrate, building: Path) -> None:
    """What stands beside the results: the folders that hold everything else, and the files of the release's root."""
    for path in sorted(building.iterdir()):
        if path.is_dir():
            _folder(crate, path.name)
        elif path.name != WORKFLOW:
            _file(crate, building, path.name)
    for name in _LATER:
        _file(crate, building, name)


def _folder(crate: ROCrate, name: str) -> Entity:
    """A folder, described once however often it is asked for."""
    title = Path(name).name
    about = {"name": title, "description": table("crate.folders").get(title, title)}
    return crate.get(f"{name}/") or crate.add(Dataset(crate, dest_path=name, properties=about))


def _file(crate: ROCrate, building: Path, name: str, words: str = "") -> Entity:
    return crate.add(File(crate, dest_path=name, properties=_about(building, name, words)))


def _about(building: Path, name: str, words: str = "") -> dict[str, str]:
    """What is said of a file: its format, and size and hash where it is there already."""
    path = building / name
    title = words or table("crate.files").get(path.name, path.name)
    about = {"name": path.name, "description": title, "encodingFormat": _FORMATS.get(path.suffix, _BYTES)}
    if path.is_file():
        about |= {"contentSize": str(path.stat().st_size), "sha256": sha256_file(path)}
    return about
