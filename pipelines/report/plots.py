"""Plotly figures of the line charts as plain dictionaries: few colours, each with one meaning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

BLUE, SOFT, GRID = "#2f6f9f", "#55534c", "#dcd9cf"
BAND = "rgba(47,111,159,0.16)"
_FONT = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', sans-serif"


def layout(height: int, **more: Any) -> dict[str, Any]:
    """A bare layout: no title, no legend, nothing to drag."""
    whole: dict[str, Any] = {
        "height": height,
        "margin": {"l": 8, "r": 14, "t": 14, "b": 28},
        "font": {"family": _FONT, "size": 12, "color": SOFT},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "hoverlabel": {"font": {"family": _FONT}},
        "dragmode": False,
    }
    return whole | more


def axis(**more: Any) -> dict[str, Any]:
    """An axis that stays as it is."""
    return {"gridcolor": GRID, "zeroline": False, "fixedrange": True, "automargin": True} | more


def share_axis(ticks: Sequence[float], **more: Any) -> dict[str, Any]:
    """From zero to one hundred percent, whatever the line does."""
    return axis(range=[0, 1.04], tickvals=list(ticks), tickformat=".0%", **more)


def line(x: Sequence[Any], y: Sequence[float | None], **more: Any) -> dict[str, Any]:
    """A line with gaps where there is no value."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(x),
        "y": list(y),
        "connectgaps": False,
        "showlegend": False,
    } | more
