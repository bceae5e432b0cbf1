"""What a gate says of a file before it is read: a refusal, remarks about its sheets, cells that cannot be known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

Cells = dict[tuple[int, int], tuple[str, str]]
Range = tuple[tuple[int, int], tuple[int, int]]


class Rejected(Exception):  # noqa: N818 - names what happened to the file
    """The file cannot be read; carries the finding's code, detail and sheet. Never leaves the extract stage."""

    def __init__(self, code: str, detail: str = "", sheet: str = "") -> None:
        super().__init__(code)
        self.code, self.detail, self.sheet = code, detail, sheet


@dataclass(frozen=True)
class Remark:
    """A finding of the gate that leaves every value known. `row` and `column` are zero-based.

    `sheet` is a title, empty where the remark is about the whole file. One about a sheet that is not read is dropped.
    """

    code: str
    sheet: str = ""
    detail: str = ""
    row: int | None = None
    column: int | None = None


def idle_contents(macros: Sequence[str], link_count: int) -> list[Remark]:
    """Remarks on programs in a file and on links to others, none of which is run or followed."""
    remarks = [Remark("W-MACRO", detail="、".join(macros))] if macros else []
    return [*remarks, Remark("W-EXTLINK", detail=str(link_count))] if link_count else remarks


@dataclass
class Sight:
    """What a look through a sheet as it is stored found, all addresses zero-based (row, column).

    `cells` holds those whose content is not known, `formulas` and `percents` those computed and those shown as
    percentages. Of an .xlsx `has_merged` tells whether any cells are merged; of others `merged` holds the ranges.
    """

    cells: Cells = field(default_factory=dict)
    formulas: list[tuple[int, int]] = field(default_factory=list)
    percents: set[tuple[int, int]] = field(default_factory=set)
    remarks: list[Remark] = field(default_factory=list)
    merged: list[Range] = field(default_factory=list)
    has_merged: bool = False


@dataclass
class Gate:
    """What the gate found: the kind of file and its remarks.

    Of an .xlsx, `sheets` maps each sheet's title to its XML, and `percent_styles` numbers the cell styles that show
    percentages; `opened` is the workbook to parse instead of the file, where there is one. Of an .xls, .xlsb or .ods,
    `sights` maps the title to what the sheet hides.
    """

    kind: str
    remarks: list[Remark] = field(default_factory=list)
    sheets: dict[str, bytes] = field(default_factory=dict)
    percent_styles: frozenset[bytes] = frozenset()
    sights: dict[str, Sight] = field(default_factory=dict)
    opened: bytes | None = None


def spans(numbers: Iterable[int], write: Callable[[int], str] = str) -> str:
    """Numbers in order as a person lists them, runs drawn together: 5、7—9."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number])
    return "、".join("—".join(map(write, run)) for run in runs)
