"""Several workbooks in one archive give the month that they give one by one, down to a release that is reproduced."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.faults import homes

FIGURES = ("figures.csv", "assessments.csv", "cases.csv")


def report_of(root: Path) -> Path:
    return root / "reports" / homes.STANDARD / homes.MONTH


@pytest.mark.faults
def test_packed_workbooks_count_as_if_sent_one_by_one(inbox: Path, reported: Path, tmp_path: Path) -> None:
    sent = tmp_path / "sent"
    sent.mkdir()
    with zipfile.ZipFile(sent / "中心校.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for book in sorted(inbox.iterdir()):
            archive.write(book, f"十月/{book.name}")
    root = homes.begin(tmp_path / "home", sent)
    homes.succeeded(homes.run(root))
    assert all((report_of(root) / name).read_bytes() == (report_of(reported) / name).read_bytes() for name in FIGURES)
    submissions = (report_of(root) / "submissions.csv").read_text(encoding="utf-8-sig")
    alone = (report_of(reported) / "submissions.csv").read_text(encoding="utf-8-sig")
    assert submissions.replace("中心校.zip/十月/", "") == alone
    assert submissions.count("中心校.zip/十月/") == len(list(inbox.iterdir())) - 1, "the bureau's own is not listed"

    published = homes.publish(root)
    assert published.code == 0, published
    release = root / homes.RELEASE / "r1"
    homes.done("verify", release)
    homes.done("reproduce", release, "--originals", root / "data" / "originals")
