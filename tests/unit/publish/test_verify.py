"""Verify names exactly what differs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.errors import IntegrityError, PipelineError, UsageError
from pipelines.publish.backing import missing_backing
from pipelines.publish.manifest import read_manifest
from pipelines.publish.release import publish
from pipelines.publish.staleness import stale_releases
from pipelines.publish.verify import verify_integrity
from pipelines.settings import Settings

FIGURES = "reports/jinghong-2019/2026-10/figures.csv"


@pytest.fixture
def release(settings: Settings) -> Path:
    """A first release."""
    return publish(settings, "")


def overwrite(path: Path, content: bytes) -> None:
    """Replace a read-only file's content."""
    path.chmod(0o644)
    path.write_bytes(content)


def test_one_changed_byte_names_its_file(release: Path) -> None:
    content = bytearray((release / FIGURES).read_bytes())
    content[-3] ^= 1
    overwrite(release / FIGURES, bytes(content))
    problems = verify_integrity(release).problems
    assert [problem.split("：")[0] for problem in problems] == [FIGURES]
    assert "内容与发布时不同" in problems[0]


def test_missing_extra_and_swapped_files_are_named(release: Path) -> None:
    page = "reports/jinghong-2019/2026-10/index.html"
    (release / page).unlink()
    (release / "extra.csv").write_text("x", encoding="utf-8")
    guards, drills = "rows/core_guards.parquet", "rows/core_drills.parquet"
    (release / guards).rename(release / "swap")
    (release / drills).rename(release / guards)
    (release / "swap").rename(release / drills)
    problems = verify_integrity(release).problems
    assert [problem.split("：")[0] for problem in problems] == ["extra.csv", page, drills, guards]
    assert "清单以外的文件" in problems[0]
    assert "文件缺失" in problems[1]


@pytest.mark.parametrize("name", [FIGURES, "manifest.json", "manifest.sig", "keys.json"])
def test_a_link_in_place_of_a_file_is_named(release: Path, name: str, tmp_path: Path) -> None:
    (release / name).rename(tmp_path / "moved")
    (release / name).symlink_to(tmp_path / "moved")
    assert verify_integrity(release).problems == (f"{name}：是链接，不是文件",)


def test_a_damaged_manifest_is_one_sentence(release: Path) -> None:
    overwrite(release / "manifest.json", (release / "manifest.json").read_bytes()[:500])
    assert len(verify_integrity(release).problems) == 1
    assert "已损坏或不完整" in verify_integrity(release).problems[0]
    (release / "manifest.json").unlink()
    assert "没有 manifest.json" in verify_integrity(release).problems[0]


@pytest.mark.parametrize(
    ("found", "error", "said"),
    [(3, UsageError, "更新版本的程序"), (1, IntegrityError, "旧格式")],
    ids=["newer", "older"],
)
def test_a_manifest_of_another_format_is_refused(
    release: Path, found: int, error: type[PipelineError], said: str
) -> None:
    content = (release / "manifest.json").read_bytes().replace(b'"format": 2', b'"format": %d' % found)
    overwrite(release / "manifest.json", content)
    with pytest.raises(error, match=f"{said}.*格式 {found}"):
        read_manifest(release)


def test_file_and_manifest_changed_together_break_the_chain(settings: Settings, release: Path) -> None:
    second = publish(settings, "again")
    content = (release / "manifest.json").read_bytes().replace(b'"reason": ""', b'"reason": "other"')
    overwrite(release / "manifest.json", content)
    assert verify_integrity(release).problems == (
        "manifest.sig：签名与 manifest.json 不符",
        "manifest.json：与后一发布 jinghong-2019/2026-10/r2 记录的校验值不符",
    )
    assert verify_integrity(second).problems == ("manifest.json：所接续的上一发布 jinghong-2019/2026-10/r1 已被改动",)
    shutil.rmtree(release)
    assert verify_integrity(second).problems == ("manifest.json：所接续的上一发布 jinghong-2019/2026-10/r1 不在原处",)


def test_a_release_copied_elsewhere_verifies_alone(settings: Settings, release: Path, tmp_path: Path) -> None:
    second = publish(settings, "again")
    copied = shutil.copytree(second, tmp_path / "usb" / "r2")
    assert verify_integrity(copied).problems == ()
    assert verify_integrity(release).problems == ()


def _flip(path: Path) -> None:
    """Change one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    overwrite(path, bytes(content))


def test_c07_one_bit_of_any_class_of_file_names_that_file(release: Path) -> None:
    """CSV, page, script, Parquet, contract, lock file, parameters: the first of each kind of name."""
    kinds = {path.suffix: path for path in sorted(release.rglob("*"), reverse=True) if path.is_file()}
    del kinds[".json"]
    assert kinds.keys() >= {".csv", ".html", ".js", ".parquet", ".yaml", ".lock"}
    for path in kinds.values():
        _flip(path)
        assert [problem.split("：")[0] for problem in verify_integrity(release).problems] == [
            path.relative_to(release).as_posix()
        ]
        _flip(path)
    assert verify_integrity(release).problems == ()


def test_c07_a_renamed_file_is_missing_and_extra(release: Path) -> None:
    (release / FIGURES).rename((release / FIGURES).with_name("numbers.csv"))
    assert sorted(problem.partition("：")[2] for problem in verify_integrity(release).problems) == [
        "文件缺失",
        "清单以外的文件",
    ]


def test_c07_an_older_release_in_the_place_of_a_newer_is_told(settings: Settings, release: Path) -> None:
    second = publish(settings, "again")
    shutil.rmtree(second)
    shutil.copytree(release, second)
    assert verify_integrity(second).problems == (
        "manifest.json：这里应是发布 jinghong-2019/2026-10/r2，放的却是发布 jinghong-2019/2026-10/r1",
    )


def test_c07_a_release_taken_out_of_the_chain_is_told_by_the_next(settings: Settings, release: Path) -> None:
    second, third = publish(settings, "again"), publish(settings, "once more")
    shutil.rmtree(second)
    assert verify_integrity(release).problems == ()
    assert verify_integrity(third).problems == ("manifest.json：所接续的上一发布 jinghong-2019/2026-10/r2 不在原处",)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda path: path.unlink(), "manifest.sig：缺失，发布版没有签名"),
        (lambda path: overwrite(path, path.read_bytes()[:40]), "manifest.sig：不完整（应为 64 字节，实为 40 字节）"),
        (lambda path: overwrite(path, b""), "manifest.sig：不完整（应为 64 字节，实为 0 字节）"),
        (lambda path: overwrite(path, bytes(64)), "manifest.sig：签名与 manifest.json 不符"),
    ],
    ids=["missing", "cut", "empty", "zeros"],
)
def test_a_signature_that_is_missing_cut_or_false_is_told(
    release: Path, harm: Callable[[Path], object], said: str
) -> None:
    harm(release / "manifest.sig")
    assert verify_integrity(release).problems == (said,)


def test_a_manifest_cut_anywhere_is_told(release: Path) -> None:
    """However much of it is left: a manifest that still reads is no longer what was signed."""
    content = (release / "manifest.json").read_bytes()
    for length in (0, 1, len(content) // 2, len(content) - 2, len(content) - 1):
        overwrite(release / "manifest.json", content[:length])
        (problem,) = verify_integrity(release).problems
        assert "manifest.json 已损坏" in problem or problem == "manifest.sig：签名与 manifest.json 不符"


def test_a_manifest_whose_values_are_of_another_kind_is_damaged(release: Path) -> None:
    document = json.loads((release / "manifest.json").read_bytes())
    changes: tuple[dict[str, object], ...] = (
        {"number": "1"},
        {"history": None},
        {"originals": [{}]},
        {"as_of": 5},
        {"files": []},
        {"format": "2"},
    )
    for change in changes:
        overwrite(release / "manifest.json", json.dumps({**document, **change}).encode())
        with pytest.raises(IntegrityError, match="已损坏或不完整"):
            read_manifest(release)


def test_the_chain_of_keys_is_needed_and_read(release: Path) -> None:
    overwrite(release / "keys.json", b"{}")
    found = verify_integrity(release)
    assert [problem.split("：")[0] for problem in found.problems] == [
        "keys.json",
        f"{release / 'keys.json'} 已损坏或不完整，不能读取；每个发布版中都有一份",
    ]
    (release / "keys.json").unlink()
    assert [problem.split("：")[1][:4] for problem in verify_integrity(release).problems[:1]] == ["文件缺失"]


def test_two_releases_whose_folders_were_swapped_are_both_told(settings: Settings, release: Path) -> None:
    second = publish(settings, "again")
    first = release.rename(release.with_name("aside"))
    second.rename(release)
    first.rename(second)
    for folder, other in ((release, "r2"), (second, "r1")):
        (problem,) = verify_integrity(folder).problems
        place = "jinghong-2019/2026-10"
        assert problem == f"manifest.json：这里应是发布 {place}/{folder.name}，放的却是发布 {place}/{other}"


def test_a_manifest_with_the_files_of_another_release_names_each_of_them(
    settings: Settings, release: Path, remake: Callable[..., None]
) -> None:
    remake(settings, {"closed_campus": (10, 13), "guards_staffing": (7, 13)})
    second = publish(settings, "again")
    for name in ("manifest.json", "manifest.sig"):
        overwrite(second / name, (release / name).read_bytes())
    named = {problem.split("：")[0] for problem in verify_integrity(second).problems}
    assert {FIGURES, "revision.csv", "manifest.json"} <= named
    assert "rows/core_guards.parquet" not in named


def test_a_home_with_a_release_of_a_newer_program_still_shows_its_state(settings: Settings, release: Path) -> None:
    content = (release / "manifest.json").read_bytes().replace(b'"format": 2', b'"format": 3')
    overwrite(release / "manifest.json", content)
    assert missing_backing(settings.home) is None
    assert stale_releases(settings.home) == ()
    with pytest.raises(UsageError, match="请换用新版程序"):
        publish(settings, "again")
