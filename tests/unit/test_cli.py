"""The command line: what it answers, how it refuses, and that every command is documented."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from filelock import FileLock

from pipelines.cli import cli
from pipelines.click_words import DOMAIN, LANGUAGE, LOCALE, catalogue
from pipelines.commands.terminal import display_width, format_table
from pipelines.errors import MetadataError
from pipelines.progress import track
from pipelines.settings import parse_as_of, read_settings
from pipelines.store.home import Home
from pipelines.wording import table, text

SLOW_LIBRARIES = (
    "pandas",
    "duckdb",
    "great_expectations",
    "plotly",
    "pyarrow",
    "scipy",
    "papermill",
    "xlsxwriter",
    "opencc",
)


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def assert_refused(result: Result, exit_code: int, words: str) -> None:
    """One plain sentence on stderr, that exit code, and no traceback."""
    assert result.exit_code == exit_code, result.output
    assert result.stderr.count("\n") == 1, result.stderr
    assert words in result.stderr
    assert "Traceback" not in result.output


@pytest.fixture
def home(tmp_path: Path) -> Path:
    result = invoke("init", "--home", tmp_path, "--standard", "jinghong-2019", "--period", "2026-10")
    assert result.exit_code == 0, result.output
    return tmp_path


def commands(group: click.Group, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command's full name, those of groups under the group's."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*before, name))
        else:
            yield (*before, name)


COMMANDS = list(commands(cli))


def test_help_imports_no_slow_library() -> None:
    code = "import sys, pipelines.cli; print(*[name for name in sys.argv[1:] if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code, *SLOW_LIBRARIES], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_module_and_console_script_are_the_same_program(checkout: Path) -> None:
    script = Path(sys.executable).with_name("school-safety")
    answers = [
        subprocess.run([*start, "--help"], capture_output=True, text=True, check=True, cwd=checkout).stdout
        for start in ([sys.executable, "-m", "pipelines"], [str(script)])
    ]
    assert answers[0] == answers[1]
    assert "Usage: school-safety" in answers[0]


def test_telemetry_is_off_as_soon_as_the_program_starts() -> None:
    code = "import os, pipelines.cli; print(os.environ['GX_ANALYTICS_ENABLED'], os.environ['DO_NOT_TRACK'])"
    environment = {"PATH": "", "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.split() == ["false", "1"]


@pytest.mark.parametrize("name", COMMANDS, ids=" ".join)
def test_every_command_answers_help_in_chinese_and_english(name: tuple[str, ...]) -> None:
    result = invoke(*name, "--help")
    assert result.exit_code == 0
    chinese = text(f"commands.{'-'.join(name)}")
    assert chinese in result.output
    assert f"Usage: cli {' '.join(name)}" in result.output


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
@pytest.mark.parametrize("name", COMMANDS, ids=" ".join)
def test_every_command_is_documented(checkout: Path, readme: str, name: tuple[str, ...]) -> None:
    assert f"`{' '.join(name)}" in (checkout / readme).read_text(encoding="utf-8")


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_every_option_of_run_and_every_exit_code_is_documented(checkout: Path, readme: str) -> None:
    page = (checkout / readme).read_text(encoding="utf-8")
    for option in cli.commands["run"].params:
        assert f"`{option.opts[0]}`" in page
    for code in (0, 1, 2, 75):
        assert f"| {code} |" in page


def test_init_makes_the_folders_and_keeps_the_choice(home: Path) -> None:
    settings = read_settings(home)
    assert (settings.standard, settings.period.label, settings.as_of) == ("jinghong-2019", "2026-10", None)
    assert (home / "inbox" / "2026-10").is_dir()
    assert {"outbox", "returns", "reports", "releases"} <= {path.name for path in home.iterdir()}


def test_unknown_standard_is_refused_and_the_known_ones_are_named(tmp_path: Path) -> None:
    result = invoke("init", "--home", tmp_path, "--standard", "jinghong-2091", "--period", "2026-10")
    assert_refused(result, 2, "jinghong-2019")
    assert not (tmp_path / "params.yaml").exists()


@pytest.mark.parametrize("period", ["2026-13", "10-2026", "2026Q5", "2026-2028", ""])
def test_unknown_period_is_refused_with_examples(tmp_path: Path, period: str) -> None:
    result = invoke("init", "--home", tmp_path, "--standard", "jinghong-2019", "--period", period)
    assert_refused(result, 2, "2026-10")


def test_a_moment_that_is_none_is_refused(home: Path) -> None:
    assert_refused(invoke("run", "--home", home, "--as-of", "yesterday"), 2, "2026-10-31")


@pytest.mark.parametrize("moment", ["2026-10-31T18:00+08:00", "2026-10-31T18:00Z", "20261031T1800+0800"])
def test_a_time_zone_is_refused(home: Path, moment: str) -> None:
    (home / "inbox" / "2026-10" / "a.xlsx").write_bytes(b"one")
    assert_refused(invoke("run", "--home", home, "--as-of", moment), 2, "带有时区")


@pytest.mark.parametrize("day", ["2026-11-20", "20261120", "2026-W47-5"])
def test_a_day_in_any_form_means_its_last_second(day: str) -> None:
    assert parse_as_of(day) == datetime(2026, 11, 20, 23, 59, 59)
    assert parse_as_of("2026-11-20T18:00") == datetime(2026, 11, 20, 18)


def test_run_without_a_choice_says_how_to_make_one(tmp_path: Path) -> None:
    assert_refused(invoke("run", "--home", tmp_path), 2, "--standard")


def test_a_home_that_is_missing_is_refused(tmp_path: Path) -> None:
    result = invoke("run", "--home", tmp_path / "none", "--standard", "jinghong-2019", "--period", "2026-10")
    assert_refused(result, 2, "school-safety init")


@pytest.mark.parametrize("command", ["run", "receive"])
def test_an_empty_inbox_ends_with_one_sentence(home: Path, command: str) -> None:
    assert_refused(invoke(command, "--home", home), 2, "inbox")


def test_an_inbox_that_is_missing_is_refused(home: Path) -> None:
    assert_refused(invoke("run", "--home", home, "--inbox", home / "nowhere"), 2, "nowhere")


def test_chase_before_anything_was_received_is_one_sentence(home: Path) -> None:
    assert_refused(invoke("chase", "--home", home), 2, text("errors.nothing_received", period="2026-10"))


@pytest.mark.parametrize("options", [("--period", "2026-13"), ("--as-of", "soon")], ids=" ".join)
def test_chase_of_a_period_or_moment_that_is_none_is_one_sentence(home: Path, options: tuple[str, str]) -> None:
    assert_refused(invoke("chase", "--home", home, *options), 2, options[1])


def test_a_missing_register_is_named(home: Path) -> None:
    (home / "inbox" / "2026-10" / "school.xlsx").write_bytes(b"not a workbook")
    result = invoke("run", "--home", home)
    assert result.exit_code == 1, result.output
    assert text("errors.no_register", inbox=home / "inbox" / "2026-10") in result.stderr
    assert "Traceback" not in result.output


def test_templates_without_a_register_say_where_it_belongs(home: Path) -> None:
    assert_refused(invoke("templates", "--home", home), 1, "inbox")


def test_status_before_the_first_receipt(home: Path) -> None:
    result = invoke("status", "--home", home)
    assert result.exit_code == 0
    assert text("status.none") in result.output
    assert "jinghong-2019" in result.output


def test_a_receipt_shows_in_status_and_is_not_entered_twice(home: Path) -> None:
    (home / "inbox" / "2026-10" / "a.xlsx").write_bytes(b"one")
    for _ in range(2):
        assert invoke("receive", "--home", home).exit_code == 0
    shown = invoke("status", "--home", home).output
    assert [line.split()[:2] for line in shown.splitlines() if line.startswith("2026-10")] == [["2026-10", "1"]]


def test_a_second_operator_is_told_who_works_here(home: Path) -> None:
    (home / "inbox" / "2026-10" / "a.xlsx").write_bytes(b"one")
    with FileLock(Home(home).lock):
        (home / "data" / ".lock-holder").write_text(
            '{"pid": 4711, "host": "bureau-pc", "since": "2026-11-05 09:00:00"}'
        )
        result = invoke("receive", "--home", home)
        shown = invoke("status", "--home", home)
    assert_refused(result, 75, "4711")
    assert "bureau-pc" in result.stderr
    assert "2026-11-05 09:00:00" in result.stderr
    assert "4711" in shown.output
    assert not Home(home).ledger.exists()


def test_a_killed_holder_does_not_lock_anybody_out(home: Path) -> None:
    (home / "data" / ".lock-holder").write_text('{"pid": 4711, "host": "bureau-pc", "since": "2026-11-05 09:00:00"}')
    (home / "inbox" / "2026-10" / "a.xlsx").write_bytes(b"one")
    assert "4711" not in invoke("status", "--home", home).output
    assert invoke("receive", "--home", home).exit_code == 0
    assert not (home / "data" / ".lock-holder").exists()


def test_flags_are_kept_for_the_next_command_only_where_they_name_the_run(home: Path) -> None:
    from pipelines.commands.options import chosen_settings
    from pipelines.settings import write_params

    write_params(chosen_settings(home, None, None, "2026-11-05"))
    assert str(chosen_settings(home, None, None, None).as_of) == "2026-11-05 23:59:59"
    assert chosen_settings(home, None, "2026-11", None).as_of is None
    assert chosen_settings(home, None, None, "latest").as_of is None


def test_the_demo_refuses_a_folder_with_other_content(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").touch()
    assert_refused(invoke("demo", "--home", tmp_path), 2, "--home")
    assert (tmp_path / "thesis.docx").exists()


def test_the_demo_leaves_a_home_alone_in_which_somebody_works(tmp_path: Path) -> None:
    (tmp_path / ".school-safety-demo").touch()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "ledger.jsonl").write_text("{}\n")
    with FileLock(Home(tmp_path).lock):
        assert invoke("demo", "--home", tmp_path).exit_code == 75
    assert (tmp_path / "data" / "ledger.jsonl").exists()


def test_the_demo_empties_its_own_home_while_it_holds_the_lock(tmp_path: Path) -> None:
    from pipelines.commands.demo import empty_home
    from pipelines.commands.locking import locked

    (tmp_path / "reports" / "x").mkdir(parents=True)
    (tmp_path / ".school-safety-demo").touch()
    with locked(Home(tmp_path)):
        (tmp_path / "data" / "ledger.jsonl").touch()
        empty_home(Home(tmp_path))
        left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")}
    assert left == {".school-safety-demo", "data", "data/.lock", "data/.lock-holder"}


def test_a_full_disk_is_a_sentence(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pipelines.receive.inbox

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "data/originals/ab")

    monkeypatch.setattr(pipelines.receive.inbox, "receive", full)
    assert_refused(invoke("receive", "--home", home), 1, "data/originals/ab")


def test_progress_hands_on_the_items_and_stays_silent_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(track(range(3), "report", 3)) == [0, 1, 2]
    assert capsys.readouterr() == ("", "")


def test_progress_labels_have_a_wording(checkout: Path) -> None:
    """A label is looked up only on a terminal, where no test would see that it is missing; none is left over."""
    used = [
        label
        for path in (checkout / "pipelines").rglob("*.py")
        for label in re.findall(r'\btrack\([^"]*"(\w+)"', path.read_text(encoding="utf-8"))
    ]
    assert set(used) == set(table("progress"))


def test_a_wording_that_is_missing_is_named() -> None:
    with pytest.raises(MetadataError, match=r"cli\.yaml: no entry commands\.nothing"):
        text("commands.nothing")


def test_a_table_counts_chinese_as_two_columns_and_takes_out_control_marks() -> None:
    lines = format_table(["名称", "n"], [["a\x1b[31m", "10"], ["学校甲", "9"]], numeric=frozenset({1})).splitlines()
    assert [display_width(line) for line in lines] == [10, 10, 10, 10]
    assert "\x1b" not in "".join(lines)
    assert lines[3].endswith(" 9")


def test_what_click_says_is_said_in_the_words_of_the_program() -> None:
    written = LOCALE / LANGUAGE / "LC_MESSAGES" / f"{DOMAIN}.mo"
    assert written.read_bytes() == catalogue(), "run python -m pipelines.click_words"
    for arguments in (("verify", "nowhere"), ("recieve",), ("run", "--stanard", "x"), ("demo", "--schools", "x")):
        said = invoke(*arguments).output
        assert "用法" in said and "未能完成" in said
        assert not re.search(r"Error|Invalid|No such|Try|not exist|not a valid|Did you", said)
