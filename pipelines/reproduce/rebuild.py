"""A release built again from the originals in a clean home, and compared with itself."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pipelines.errors import IntegrityError
from pipelines.metadata import METADATA_ROOT
from pipelines.metadata.calendars import FILE as CALENDAR
from pipelines.metadata.periods import parse_period
from pipelines.publish.accepted_rows import FOLDER as ROWS
from pipelines.publish.accepted_rows import write_rows
from pipelines.publish.difference import compare, figures_path, read_figures
from pipelines.publish.environment import versions
from pipelines.publish.manifest import Manifest, hash_files, read_manifest
from pipelines.publish.report_check import read_printed
from pipelines.publish.same_id import rules_differ
from pipelines.publish.trust import NAME as TRUST
from pipelines.publish.trust import write_trust
from pipelines.publish.verify import verify_integrity
from pipelines.publish.wording import say
from pipelines.report.manifest import NAME as REPORT_MANIFEST
from pipelines.reproduce.originals import fill_home
from pipelines.settings import Settings
from pipelines.stages import run_stages
from pipelines.store.files import sha256_file
from pipelines.store.home import Home
from pipelines.store.pruned import pruned_lines
from pipelines.store.tables import read_table


@dataclass(frozen=True)
class Reproduction:
    """What came out again: identical figures and files, and every difference as a sentence.

    `environment` names what was not made from originals, since they were pruned, and what differs between the program
    that published and this one; by itself it is no failure.
    """

    figure_count: int
    file_count: int
    differences: tuple[str, ...]
    environment: tuple[str, ...]

    @property
    def is_identical(self) -> bool:
        """Whether every figure and every file is as published."""
        return not self.differences

    @property
    def summary(self) -> str:
        """N figures, N files identical, or how many differ."""
        key = "reproduce.same" if self.is_identical else "reproduce.differs"
        return say(key, figures=self.figure_count, files=self.file_count, count=len(self.differences))

    def __str__(self) -> str:
        return "\n".join([self.summary, *self.differences, *self.environment])


def reproduce(release: Path, originals: Path, workdir: Path | None = None) -> Reproduction:
    """Run the five stages again over the originals that the release lists; `originals` is only read.

    `workdir` keeps the clean home, which must be empty or absent; without it the home is temporary. IntegrityError
    where the release was changed, or an original is missing or was changed.
    """
    problems = verify_integrity(release).problems
    if problems:
        raise IntegrityError(say("reproduce.tampered", release=release, problems=say("reproduce.join").join(problems)))
    manifest = read_manifest(release)
    if workdir is not None:
        return _reproduce(release, manifest, originals, workdir)
    with tempfile.TemporaryDirectory(prefix="school-safety-") as folder:
        return _reproduce(release, manifest, originals, Path(folder))


def _reproduce(release: Path, manifest: Manifest, originals: Path, workdir: Path) -> Reproduction:
    home = Home(workdir)
    if home.data.exists():
        raise IntegrityError(say("reproduce.not_empty", folder=workdir))
    pruned = fill_home(home, manifest, originals)
    if (release / CALENDAR).is_file():
        shutil.copyfile(release / CALENDAR, home.calendar)
    give_trust(home, release, manifest)
    settings = rebuild(home, manifest)
    write_rows(settings, workdir / ROWS, [entry.sequence for entry in manifest.originals])
    made = compare_release(release, manifest, workdir)
    told = (say("reproduce.pruned", months=line) for line in pruned_lines(pruned))
    return replace(made, environment=(*told, *made.environment))


def give_trust(home: Home, release: Path, manifest: Manifest) -> None:
    """Write trust.json as it stood when the report was made: the bulletin prints it. No key goes with it."""
    report = release / "reports" / manifest.standard / manifest.period / REPORT_MANIFEST
    if printed := read_printed(json.loads(report.read_bytes())):
        write_trust(home.keys / TRUST, printed)


def rebuild(home: Home, manifest: Manifest) -> Settings:
    """The five stages, after measuring the earlier periods that the report shows beside its own; returns the run."""
    settings = Settings(home, manifest.standard, parse_period(manifest.period), manifest.as_of)
    shown = [(each.period, each.as_of) for each in manifest.earlier]
    if manifest.compared_period and manifest.compared_as_of:
        shown.append((manifest.compared_period, manifest.compared_as_of))
    for period, as_of in shown:
        earlier = Settings(home, manifest.standard, parse_period(period), as_of)
        run_stages(earlier, ("extract", "validate", "load", "measure"))
    run_stages(settings)
    return settings


def compare_release(release: Path, manifest: Manifest, workdir: Path) -> Reproduction:
    """Figures by key and column, files byte by byte; `workdir` holds reports/ and rows/ made again."""
    place = Path("reports") / manifest.standard / manifest.period
    before = read_figures(figures_path(release / place))
    after = read_figures(figures_path(workdir / place))
    moved = compare(before, after)
    unlike = {one.key for one in moved}
    published = {name: digest for name, digest in manifest.files.items() if name.startswith(("reports/", f"{ROWS}/"))}
    made: dict[str, str] = {}
    for folder in (place, Path(ROWS)):
        hashes = hash_files(workdir / folder) if (workdir / folder).exists() else {}
        made |= {(folder / name).as_posix(): digest for name, digest in hashes.items()}
    made |= _assets(workdir, published)
    recoded = [name for name in sorted(made.keys() & published.keys()) if _is_recoded(release, workdir, name)]
    made |= {name: published[name] for name in recoded}
    files = list(_file_differences(published, made))
    return Reproduction(
        figure_count=len(before.keys() - unlike),
        file_count=sum(made.get(name) == digest for name, digest in published.items()),
        differences=(
            *_rules(release, manifest, workdir),
            *(say("reproduce.figure", line=one) for one in moved),
            *files,
        ),
        environment=(*_environment(manifest), *(say("reproduce.recoded", path=name) for name in recoded)),
    )


def _rules(release: Path, manifest: Manifest, workdir: Path) -> Iterator[str]:
    """That the standard at hand bears the id of the published one and demands something else."""
    if sentence := rules_differ(release / METADATA_ROOT.name, METADATA_ROOT, manifest.standard, workdir):
        yield say("reproduce.rules", sentence=sentence)


def _is_recoded(release: Path, workdir: Path, name: str) -> bool:
    """Whether a Parquet file holds the same rows in other bytes: each version of pyarrow writes its own name."""
    before, after = release / name, workdir / name
    if not name.endswith(".parquet") or sha256_file(before) == sha256_file(after):
        return False
    return bool(read_table(before).equals(read_table(after)))


def _assets(workdir: Path, published: dict[str, str]) -> dict[str, str]:
    """Shared files of the pages, those that the release holds."""
    names = [name for name in published if name.startswith("reports/assets/") and (workdir / name).is_file()]
    return {name: sha256_file(workdir / name) for name in names}


def _file_differences(published: dict[str, str], made: dict[str, str]) -> Iterator[str]:
    for name in sorted(published.keys() | made.keys()):
        if name not in made:
            yield say("reproduce.missing", path=name)
        elif name not in published:
            yield say("reproduce.extra", path=name)
        elif published[name] != made[name]:
            yield say("reproduce.changed", path=name)


def _environment(manifest: Manifest) -> Iterator[str]:
    """What the program at hand has otherwise than the one that published: contracts, code, libraries."""
    folder = METADATA_ROOT.name
    recorded = {name: digest for name, digest in manifest.files.items() if name.startswith(f"{folder}/")}
    present = {f"{folder}/{name}": digest for name, digest in hash_files(METADATA_ROOT).items()}
    for name in sorted(recorded.keys() | present.keys()):
        if recorded.get(name) != present.get(name):
            yield say("reproduce.contract", path=name)
    now = versions()
    for name, text in manifest.versions.items():
        if now.get(name) != text:
            yield say("reproduce.version", name=name, recorded=text, present=now.get(name, ""))
