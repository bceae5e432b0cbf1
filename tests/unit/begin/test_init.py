"""init as a bureau runs it: what no flag tells is asked, what is there stays, a list mended is taken again."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
import openpyxl
import pytest
from click.testing import CliRunner, Result

from pipelines.cli import cli
from pipelines.commands.asking import Given, ask
from pipelines.metadata.calendars import calendar_for
from pipelines.metadata.standards import load_standard, standard_ids
from pipelines.settings import read_settings
from pipelines.store.home import Home
from pipelines.store.ledger import read_ledger
from tests.unit.begin.lists import by_stage

STANDARD = "jinghong-2019"
TERM = "2026-2027-S1:2026-09-01:2027-01-15"


def invoke(*arguments: object) -> Result:
    """The command's result."""
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def contents(home: Path) -> dict[str, bytes]:
    """Every file that people or later runs rest on."""
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and (path.parent == home or "originals" in path.parts or path.name == "ledger.jsonl")
    }


@pytest.mark.thorough
def test_a_home_is_begun_and_begun_again_without_a_change(tmp_path: Path) -> None:
    listed = by_stage(tmp_path / "基本情况.xlsx")
    home = tmp_path / "home"
    begin = ("init", "--home", home, "--standard", STANDARD, "--period", "2026-10")
    result = invoke(*begin, "--term", TERM, "--first-month", "2026-09", "--deadline", 8, "--register", listed)
    assert result.exit_code == 0, result.output
    for line in (
        "校历已写入",
        "学期按所给：2026-2027-S1 2026-09-01 至 2027-01-15",
        "认出的栏目：学校（机构）标识码→学校标识码、学校（机构）名称→学校名称、学校类别→办学类型",
        "没有读取、也没有保存的栏目：序号",
        "不是名册、没有读取的工作表：说明",
        "没有找到的栏目：办别、城乡",
        "读出学校 4 所：小学 2、初级中学 1、幼儿园 1",
        "名册已登记（2026-09 起计入），应报学校 4 所",
    ):
        assert line in result.output
    assert calendar_for(load_standard(STANDARD), home).deadline("2026-10") == date(2026, 11, 9)
    assert (read_settings(home).standard, read_settings(home).period.label) == (STANDARD, "2026-10")
    before = contents(home)
    assert {"calendar.yaml", "params.yaml", "data/ledger.jsonl"} <= before.keys()
    again = invoke("init", "--home", home, "--standard", "sunite-2022", "--deadline", 5, "--register", listed)
    assert again.exit_code == 0, again.output
    assert "所给的 sunite-2022 与此不同，没有采用" in again.output
    assert "与其中不同，没有采用" in again.output
    assert "名册与已登记的相同，没有改动；应报学校 4 所" in again.output
    assert contents(home) == before
    _mend(listed)
    assert "应报学校 5 所" in invoke("init", "--home", home, "--register", listed).output
    assert len(read_ledger(Home(home))) == 2
    told = ("--on", "2026-10-20", "--reason", "合并")
    assert invoke("register", "close", "2153990101", "--home", home, *told).exit_code == 0
    late = invoke("init", "--home", home, "--register", by_stage(tmp_path / "旧.xlsx"))
    assert late.exit_code == 2
    assert "名册后来有过变更" in late.output
    assert "以免冲掉变更" in late.output


def _mend(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    book["中学"].append([9, "3153990512", "石楝乡初级中学", "初中", "石楝乡"])
    book.save(path)


def test_an_edited_calendar_stays_and_is_read(tmp_path: Path) -> None:
    begin = ("init", "--home", tmp_path, "--standard", STANDARD, "--period", "2026-10", "--first-month", "2026-10")
    assert invoke(*begin).exit_code == 0
    calendar = Home(tmp_path).calendar
    edited = calendar.read_text(encoding="utf-8").replace("start: 2026-09-01", "start: 2026-09-03")
    calendar.write_text(edited, encoding="utf-8")
    result = invoke("init", "--home", tmp_path, "--term", TERM)
    assert "没有改动；要改，请直接编辑此文件；要重新生成，请先把它改名或删去" in result.output
    assert calendar.read_text(encoding="utf-8") == edited
    calendar.write_text(edited.replace("end: 2027-01-22", "end: 2026-01-22"), encoding="utf-8")
    broken = invoke("init", "--home", tmp_path)
    assert broken.exit_code == 1
    assert broken.stderr.startswith("未能完成：calendar.yaml：各学段的 2026-2027-S1 学期 2026-09-03 开学")


def test_without_a_word_of_time_the_standard_s_calendar_counts(tmp_path: Path) -> None:
    result = invoke("init", "--home", tmp_path, "--standard", STANDARD, "--period", "2026-10")
    assert result.exit_code == 0
    assert "没有写校历：按标准自带的云南校历计算" in result.output
    assert "还没有学校名册" in result.output
    assert not Home(tmp_path).calendar.exists()


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--term", "2026-2027-S1:2027-01-15:2026-09-01"), "所给校历：各学段的 2026-2027-S1 学期 2027-01-15 开学"),
        (("--first-month", "2026-12"), "首个报送月 2026-12 晚于报告期 2026-10"),
        (("--deadline", "40"), "请写次月几日截止，1 至 28"),
    ],
)
def test_what_cannot_be_leaves_nothing_behind(tmp_path: Path, flags: tuple[str, str], words: str) -> None:
    home = tmp_path / "home"
    result = invoke("init", "--home", home, "--standard", STANDARD, "--period", "2026-10", *flags)
    assert result.exit_code in (1, 2)
    assert words in result.stderr
    assert result.stderr.count("\n") == 1
    assert not home.exists()


@pytest.fixture
def asked() -> Iterator[list[Given]]:
    """What the questions came to."""
    yield []


def answer(asked: list[Given], *answers: str) -> str:
    """What was asked, with these answers typed."""
    command = click.Command("ask", callback=lambda: asked.append(ask(Given(None, None))))
    result = CliRunner().invoke(command, input="\n".join((*answers, "")))
    assert result.exit_code == 0, result.output
    return result.output


def test_everything_is_asked_with_an_answer_at_hand(asked: list[Given]) -> None:
    said = answer(asked, STANDARD, "云南省某某市", "2026-10", "", "", "", "", "")
    assert "  jinghong-2019　景洪市" in said
    assert "各学段　第一学期　2026-09-01 至 2027-01-22" in said
    (given,) = asked
    assert (given.standard, given.period, given.first_month) == (STANDARD, "2026-10", "2026-10")
    assert (given.region, given.deadline_day, given.register) == ("云南省某某市", 5, None)
    assert [(one.label, one.is_assumed) for one in given.terms] == [("2026-2027-S1", False), ("2026-2027-S2", False)]


def test_an_answer_that_cannot_be_is_asked_for_again(asked: list[Given], tmp_path: Path) -> None:
    listed = by_stage(tmp_path / "名册.xlsx")
    first = ("nowhere", STANDARD, "", "九月", "2026-10", "2026-09", "2026-10", "n")
    terms = ("", "2027-01-20", "", "2026-07-02", "", "2027/7/2", "2027-07-02", "n", "", "", "", "2027-06-25")
    said = answer(asked, *first, *terms, "8", str(tmp_path / "无.xls"), f"'{listed}'")
    for words in (
        "没有标准 'nowhere'",
        "首个报送月 九月 看不懂",
        "晚于报告期 2026-09",
        "2026-07-02 就结束",
        "“2027/7/2”不是日期",
    ):
        assert words in said
    (given,) = asked
    assert (given.region, given.deadline_day, given.register) == ("云南", 8, listed)
    spans = [(one.stage, one.end) for one in given.terms]
    assert spans == [
        *(("default", date(2027, 1, 20)), ("default", date(2027, 7, 2))),
        *(("kindergarten", date(2027, 1, 20)), ("kindergarten", date(2027, 6, 25))),
    ]


def test_a_standard_is_taken_by_number_or_part_of_its_name_and_never_by_default(asked: list[Given]) -> None:
    said = answer(asked, "", "中小学", "旗", "y", "云南省某某市", "2026年9月", "", "", "", "", "")
    assert "“中小学”不止一个：" in said
    assert "地区“y”看不懂" in said
    answer(asked, "1", "", "２０２６年１０月份", "2026Q4", "是", "是", "", "")
    by_part, by_number = asked
    assert (by_part.standard, by_part.first_month, by_part.period) == ("sunite-2022", "2026-09", "2026-09")
    assert (by_number.standard, by_number.first_month, by_number.period) == (standard_ids()[0], "2026-10", "2026Q4")


@pytest.mark.parametrize(("told", "is_made"), [("", True), ("否", False)])
def test_nothing_is_written_until_the_summary_is_confirmed(tmp_path: Path, told: str, is_made: bool) -> None:
    """In a terminal: the questions that flags leave open, the summary, then the files."""
    home = tmp_path / "home"
    ours, theirs = pty.openpty()
    flags = ("--standard", STANDARD, "--region", "云南省某某市", "--term", TERM, "--first-month", "2026年10月")
    program = [sys.executable, "-m", "pipelines", "init", "--home", str(home), *flags, "--deadline", "5"]
    with subprocess.Popen(program, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as running:
        os.write(ours, f"\n\n{told}\n".encode())
        try:
            said = running.communicate(timeout=60)[0].decode()
        finally:
            running.kill()
    os.close(ours)
    os.close(theirs)
    assert "地区　　　　云南省某某市" in said
    assert ("school-safety keygen" in said, "什么也没有写" in said) == (is_made, not is_made)
    assert home.exists() == is_made
