"""A month in a bureau, command by command, over a small synthetic county."""

from __future__ import annotations

import csv
import io
import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipelines.cli import cli
from pipelines.commands.checking import write_check_receipt
from pipelines.commands.demo_releases import published_standard
from pipelines.commands.terminal import display_width
from pipelines.findings import Finding
from pipelines.metadata.standards import standard_ids
from pipelines.publish.wording import say
from pipelines.report import wording
from pipelines.report.timeliness import WORDS
from pipelines.sample.county import County, make_county
from pipelines.settings import read_settings
from pipelines.store.home import Home
from pipelines.store.ledger import read_ledger
from pipelines.validate.check import CheckedFile, check_files
from pipelines.wording import text
from tests.unit.report.finished import page_text

STANDARD, MONTH, NEXT, SCHOOLS = "jinghong-2019", "2026-10", "2026-11", 8


def invoke(*arguments: str | Path | date) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def done(*arguments: str | Path) -> str:
    """The output of a command that must succeed."""
    result = invoke(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    return make_county(tmp_path_factory.mktemp("county"), 11, SCHOOLS, (MONTH,), STANDARD)


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory, county: County) -> Path:
    """A home whose inbox holds the month's files, after `init`, `templates` and `run`."""
    home = tmp_path_factory.mktemp("bureau")
    done("init", "--home", home, "--standard", STANDARD, "--period", MONTH)
    files = [file for delivery in county.deliveries for file in delivery.files]
    inbox = home / "inbox" / MONTH
    for file in files:
        if file.name.startswith("00_"):
            shutil.copyfile(file, inbox / file.name)
    (home / "templates.txt").write_text(done("templates", "--home", home), encoding="utf-8")
    for number, file in enumerate(files):
        (inbox / str(number)).mkdir()
        shutil.copyfile(file, inbox / str(number) / file.name)
    (home / "run.txt").write_text(done("run", "--home", home), encoding="utf-8")
    return home


def report_of(home: Path) -> Path:
    return home / "reports" / STANDARD / MONTH


def test_templates_are_written_for_every_expected_school(bureau: Path, county: County) -> None:
    names = sorted(path.name for path in (bureau / "outbox" / MONTH).iterdir())
    expected = [row for row in county.register if row.is_expected(read_settings(bureau).period.end)]
    assert len(names) == len(expected) > 0
    assert str(len(names)) in (bureau / "templates.txt").read_text(encoding="utf-8")


def test_next_months_templates_need_nothing_of_that_month(bureau: Path, tmp_path: Path) -> None:
    """The register of the months before says who is asked: those valid on the new month's last day."""
    out = done("templates", "--home", bureau, "--period", NEXT, "--out", tmp_path / "next")
    names = {path.name for path in (tmp_path / "next").iterdir()}
    assert names and all(NEXT in name for name in names)
    assert f"run --period {NEXT}" in out and (bureau / "inbox" / NEXT).is_dir()
    assert read_settings(bureau).period.label == MONTH


def test_a_moment_before_the_register_came_is_named_and_not_kept(bureau: Path) -> None:
    params = (bureau / "params.yaml").read_bytes()
    received = [entry.received_at for entry in read_ledger(Home(bureau))]
    result = invoke("run", "--home", bureau, "--as-of", min(received).date() - timedelta(days=1))
    assert result.exit_code == 1
    said = " ".join(result.output.split())
    assert max(received).isoformat(timespec="seconds") in said and "--as-of latest" in said
    assert (bureau / "params.yaml").read_bytes() == params


def test_a_blank_template_is_refused_by_check_and_gets_a_receipt(bureau: Path, tmp_path: Path) -> None:
    blank = next((bureau / "outbox" / MONTH).iterdir())
    result = invoke("check", blank, "--home", bureau, "--receipt", tmp_path)
    assert result.exit_code == 1
    assert "[E-EMPTY-TEMPLATE]" in result.output
    assert (tmp_path / text("check.receipt_name", name=blank.name)).stat().st_size > 0


def test_check_says_what_is_no_workbook_and_goes_on_with_the_next(tmp_path: Path, bureau: Path) -> None:
    wrong = tmp_path / "wrong.xlsx"
    wrong.write_bytes(b"not a workbook")
    result = invoke("check", wrong, wrong.with_name("wrong.xlsx"), "--period", MONTH)
    assert result.exit_code == 1
    assert result.output.count("wrong.xlsx") >= 2
    assert "Traceback" not in result.output


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04torn"])
def test_a_file_that_is_unreadable_gets_a_receipt_and_no_traceback(tmp_path: Path, content: bytes) -> None:
    wrong = tmp_path / "wrong.xlsx"
    wrong.write_bytes(content)
    result = invoke("check", wrong, "--period", MONTH, "--receipt", tmp_path)
    assert result.exit_code == 1, result.output
    assert (tmp_path / text("check.receipt_name", name=wrong.name)).stat().st_size > 0


def test_a_file_that_changes_while_it_is_checked_gets_a_receipt_without_its_sheets(tmp_path: Path) -> None:
    path = tmp_path / "school.xlsx"
    path.write_bytes(b"half saved")
    finding = Finding("E-DATE", "error", "1", "A2", "x", "wrong", "mend")
    file = CheckedFile(path, "accepted_with_findings", "school", None, None, MONTH, (finding,))
    assert write_check_receipt(tmp_path, file).stat().st_size > 0


def test_the_bureaus_workbook_is_checked_as_the_bureaus(county: County) -> None:
    own = next(file for delivery in county.deliveries for file in delivery.files if file.name.startswith("00_"))
    assert [file.origin for file in check_files([own], MONTH)] == ["bureau"]


def test_a_tidy_workbook_passes_check(tmp_path: Path) -> None:
    tidy = make_county(tmp_path, 3, 4, (MONTH,), STANDARD, mess=False)
    report = next(file for delivery in tidy.deliveries for file in delivery.files if not file.name.startswith("00_"))
    result = invoke("check", report, "--period", MONTH)
    assert result.exit_code == 0, result.output


def test_run_tells_files_missing_schools_headline_figures_and_what_to_do_next(bureau: Path) -> None:
    summary = (bureau / "run.txt").read_text(encoding="utf-8")
    submissions = [row for row in rows(report_of(bureau) / "submissions.csv") if row["file"]]
    assert f" {len(submissions)} " in summary
    for row in submissions:
        if row["status"] == "rejected":
            assert row["file"] in summary
    missing = {
        row["unit_code"]
        for row in rows(report_of(bureau) / "assessments.csv")
        if row["unit_level"] == "school" and row["reason"] == "no_submission"
    }
    assert f" {len(missing)} " in summary
    figures = {
        row["indicator"]: row for row in rows(report_of(bureau) / "figures.csv") if row["unit_level"] == "county"
    }
    guards = figures["guards_staffing"]
    assert f"{guards['numerator']}/{guards['denominator']}" in summary
    assert str(report_of(bureau) / "index.html") in summary
    assert "school-safety publish" in summary


def test_terminal_page_and_figures_agree_for_a_school_year(bureau: Path, tmp_path: Path) -> None:
    """Point facts are October's; nobody is silent because July has not come."""
    home = tmp_path / "home"
    shutil.copytree(bureau / "data", home / "data")
    ledger = Home(home).ledger
    ledger.write_text(re.sub(r'"received_at": "[^"]*"', '"received_at": "2026-11-05T09:00:00"', ledger.read_text()))
    told = done("run", "--home", home, "--standard", STANDARD, "--period", "2026-2027", "--as-of", "2026-11-20")
    folder = home / "reports" / STANDARD / "2026-2027"
    rate = next(
        row
        for row in rows(folder / "figures.csv")
        if (row["indicator"], row["unit_level"]) == ("submission_rate", "county")
    )
    month = next(
        row
        for row in rows(report_of(bureau) / "figures.csv")
        if (row["indicator"], row["unit_level"]) == ("submission_rate", "county")
    )
    assert (rate["numerator"], rate["denominator"]) == (month["numerator"], month["denominator"])
    submitted, expected = int(rate["numerator"]), int(rate["denominator"])
    assert submitted > 0
    assert text("summary.expected", expected=expected, submitted=submitted, missing=expected - submitted) in told
    page = page_text(folder / "index.html")
    assert wording.text("page.submission_note", expected=expected, submitted=submitted) in page
    missing = [row for row in rows(folder / "submissions.csv") if row["status"] == "missing"]
    assert len(missing) <= expected - submitted


def test_a_database_that_is_gone_is_built_again_by_measure(bureau: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(bureau / "data", home / "data")
    shutil.copyfile(bureau / "params.yaml", home / "params.yaml")
    Home(home).database.unlink()
    figures = Path("data") / "measure" / STANDARD / MONTH / "figures.parquet"
    (home / figures).unlink()
    done("stage", "measure", "--home", home)
    assert (home / figures).read_bytes() == (bureau / figures).read_bytes()


def test_running_again_with_nothing_new_changes_no_figure_and_no_ledger_entry(bureau: Path) -> None:
    names = ("figures.csv", "assessments.csv", "cases.csv", "submissions.csv", "findings.csv")
    before = [(report_of(bureau) / name).read_bytes() for name in names]
    entries = read_ledger(Home(bureau))
    done("run", "--home", bureau)
    assert [(report_of(bureau) / name).read_bytes() for name in names] == before
    assert read_ledger(Home(bureau)) == entries


def test_chase_receives_the_inbox_and_writes_texts_and_list_alone(bureau: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(bureau, home)
    (home / "inbox" / MONTH / "new.xlsx").write_bytes(b"not a workbook")
    folder = home / "outbox" / MONTH / str(WORDS.entry("folder"))
    folder.mkdir()
    (folder / "old.txt").write_text("of an earlier day", encoding="utf-8")
    told = done("chase", "--home", home, "--contact", "安全科", "--as-of", "2099-12-31")
    assert len(read_ledger(Home(home))) == len(read_ledger(Home(bureau))) + 1
    texts = [path.read_text(encoding="utf-8-sig") for path in folder.glob("*.txt")]
    assert texts
    assert all("安全科" in each for each in texts)
    assert (folder / WORDS.text("list_name", month=MONTH)).stat().st_size > 0
    assert str(folder) in told
    for name in ("params.yaml", f"reports/{STANDARD}/{MONTH}/manifest.json"):
        assert (home / name).read_bytes() == (bureau / name).read_bytes()


def test_status_shows_the_month_and_its_report(bureau: Path) -> None:
    line = next(line for line in done("status", "--home", bureau).splitlines() if line.startswith(MONTH))
    assert line.split()[1] == str(len(read_ledger(Home(bureau))))
    assert line.split()[-1] == STANDARD


def test_standards_are_listed_for_people_and_for_programs() -> None:
    assert STANDARD in done("standards", "list")
    listed = list(csv.DictReader(io.StringIO(done("standards", "list", STANDARD, "--format", "csv"))))
    assert "guards_staffing" in {row["id"] for row in listed}
    assert list(listed[0]) == ["id", "name", "clause", "kind", "population", "window", "scored"]


def test_the_standards_that_we_ship_are_written_right() -> None:
    assert text("standards.lint_ok", count=len(standard_ids())) in done("standards", "lint")


def test_sql_prints_what_an_indicator_runs() -> None:
    statement = done("sql", "guards_staffing", "--standard", STANDARD, "--period", MONTH)
    assert "SELECT" in statement.upper()
    refused = invoke("sql", "guards_stafing", "--standard", STANDARD, "--period", MONTH)
    assert refused.exit_code == 2
    assert "guards_staffing" in refused.stderr


def test_trace_follows_a_figure_to_schools_and_cells(bureau: Path) -> None:
    told = done("trace", "guards_staffing", "--home", bureau)
    codes = {
        row["unit_code"] for row in rows(report_of(bureau) / "assessments.csv") if row["indicator"] == "guards_staffing"
    }
    assert codes
    assert all(code in told for code in codes)


def test_a_report_is_published_verified_reproduced_and_compared(bureau: Path) -> None:
    as_of = rows(report_of(bureau) / "figures.csv")[0]["as_of"]
    assert invoke("publish", "--home", bureau, "--reason", "first").exit_code == 2
    unsigned = invoke("publish", "--home", bureau, "--as-of", as_of, "--reason", "first")
    assert unsigned.exit_code == 2
    assert "school-safety keygen" in unsigned.stderr
    done("keygen", "--home", bureau)
    done("publish", "--home", bureau, "--as-of", as_of, "--reason", "first")
    release = bureau / "releases" / STANDARD / MONTH / "r1"
    done("verify", release)
    done("reproduce", release, "--home", bureau)
    assert text("diff.same") in done("diff", report_of(bureau), release)

    figures = next(release.rglob("figures.csv"))
    figures.chmod(0o644)
    figures.write_bytes(figures.read_bytes().replace(b"2026", b"2025", 1))
    changed = invoke("verify", release)
    assert changed.exit_code == 1
    assert "figures.csv" in changed.stderr


@pytest.mark.thorough
def test_the_demo_ends_with_a_row_and_a_page_for_every_standard(tmp_path: Path) -> None:
    told = done("demo", "--home", tmp_path, "--schools", "3", "--months", "1").splitlines()
    for standard in standard_ids():
        folder = tmp_path / standard / "reports" / standard / "2026-09"
        rate = next(
            row
            for row in rows(folder / "figures.csv")
            if (row["indicator"], row["unit_level"]) == ("submission_rate", "county")
        )
        (line,) = [line for line in told if line.startswith(f"{standard}  ")]
        assert f" {rate['numerator']}/{rate['denominator']} " in line
        assert display_width(line) <= 80
        assert text("demo.page_path", path=folder / "index.html") in told
        assert (folder / "index.html").stat().st_size > 0
        assert read_settings(tmp_path / standard).standard == standard
    assert done("status", "--home", tmp_path / "wujin-2020").splitlines()[-1].startswith("2026-09")
    assert_two_releases(tmp_path / published_standard(), told)


def assert_two_releases(home: Path, told: list[str]) -> None:
    """The demo published a month twice, said so, and made the first release again."""
    month = home / "releases" / home.name / "2026-09"
    first, second = (month / name for name in ("r1", "r2"))
    assert [f"  {one}" in told for one in (first, second)] == [True, True]
    same = say("reproduce.same", figures="#", files="#")
    assert len([line for line in told if re.sub(r"\d+", "#", line).endswith(same)]) == 1
    revision = rows(second / "revision.csv")
    assert len(revision) > 100
    assert "unexplained" not in {row["cause"] for row in revision}
    trust = home / "keys" / "trust.json"
    for one in (first, second):
        assert done("verify", one, "--trust", trust).startswith(text("verify.ok", path=one))
