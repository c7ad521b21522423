"""The charts of a report, drawn by matplotlib as SVG (text stays text, in the fonts of the reader) or PNG.

Colours are Okabe and Ito's for bars and marks and one scale from light to dark for the heat map: both are told apart by the colour-blind.
"""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#888888"
#: Fonts with Chinese characters on the usual systems.
FONTS = ("Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "SimHei", "WenQuanYi Micro Hei", "Noto Sans SC")
#: Inches of a character of 9 points, as wide as it is high, and of a row of a chart.
CHARACTER, ROW = 0.128, 0.27
WIDTH = 8.6
#: More bars than this are no longer named one by one.
NAMED = 24
MOST_LINES = 60


@dataclass(frozen=True, slots=True)
class Bars:
    """One bar a name, in the order given; ``upright`` for a row of months."""

    counts: Mapping[str, int]
    unit: str
    upright: bool = False


@dataclass(frozen=True, slots=True)
class Lengths:
    """One line a document, as long as its period in months, with ``marks`` to measure by."""

    documents: Sequence[tuple[str, int]]
    marks: Sequence[int]
    unit: str


@dataclass(frozen=True, slots=True)
class Heat:
    """A cell for each row and column, its share (0 to 1) in colour and figures."""

    rows: Sequence[str]
    columns: Sequence[str]
    values: Sequence[Sequence[float]]
    unit: str


Chart = Bars | Lengths | Heat


def svg(chart: Chart) -> str:
    """The chart as an SVG element without the XML head, its text in the page's own fonts."""
    drawn = _written(chart, "svg").decode("utf-8")
    drawn = drawn[drawn.index("<svg") :]
    drawn = re.sub(r'(width|height)="[\d.]+pt" ?', "", drawn, count=2)
    return re.sub(r"font(-family)?: ([^;\"]*?)'DejaVu Sans'[^;\"]*", r"font\1: \2var(--chart-font, sans-serif)", drawn)


def png(chart: Chart) -> bytes | None:
    """The chart as a PNG of 150 dots an inch; None where no font with Chinese characters is installed."""
    font = _font()
    return _written(chart, "png", font) if font else None


def _written(chart: Chart, style: str, font: str = "DejaVu Sans") -> bytes:
    import matplotlib

    settings: dict[Any, Any] = {
        "svg.fonttype": "none",
        "svg.hashsalt": "policytext",
        "font.family": font,
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": GREY,
    }
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        # The characters are drawn by the reader's browser: that a font here lacks them does not matter.
        warnings.filterwarnings("ignore", message="Glyph")
        figure = _drawn(chart)
        out = io.BytesIO()
        figure.savefig(out, format=style, dpi=150, metadata={"Date": None} if style == "svg" else None)
    return out.getvalue()


def _drawn(chart: Chart) -> Any:
    if isinstance(chart, Heat):
        return _heat(chart)
    if isinstance(chart, Lengths):
        return _lengths(chart)
    return _upright(chart) if chart.upright else _bars(chart)


def _bars(chart: Bars) -> Any:
    names, numbers = list(chart.counts), list(chart.counts.values())
    figure, axes = _axes(len(names), max(map(_wide, names), default=1))
    drawn = axes.barh(range(len(names)), numbers, color=BLUE, height=0.7)
    axes.bar_label(drawn, padding=3)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    _whole_numbers(axes.xaxis)
    axes.set_xlabel(chart.unit)
    return figure


def _upright(chart: Bars) -> Any:
    from matplotlib.figure import Figure

    names, numbers = list(chart.counts), list(chart.counts.values())
    figure = Figure(figsize=(WIDTH, 2.6))
    axes = figure.add_axes((0.06, 0.3, 0.92, 0.64))
    axes.bar(range(len(names)), numbers, color=BLUE, width=0.8)
    step = -(-len(names) // NAMED) or 1
    axes.set_xticks(range(0, len(names), step), names[::step], rotation=60, ha="right", rotation_mode="anchor")
    _whole_numbers(axes.yaxis)
    axes.set_ylabel(chart.unit)
    return figure


def _lengths(chart: Lengths) -> Any:
    if len(chart.documents) > MOST_LINES:
        return _spread(chart)
    names = [_short(name) for name, _ in chart.documents]
    months = [number for _, number in chart.documents]
    figure, axes = _axes(len(names), max(map(_wide, names), default=1))
    axes.hlines(range(len(names)), 0, months, color=BLUE, linewidth=2)
    axes.plot(months, range(len(names)), "o", color=BLUE, markersize=5)
    for mark in chart.marks:
        axes.axvline(mark, color=ORANGE, linewidth=1, linestyle="--")
    axes.set_xticks(sorted({0, *chart.marks, *([max(months)] if max(months) > max(chart.marks) else [])}))
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(0, max(*months, *chart.marks) * 1.05)
    axes.set_xlabel(chart.unit)
    return figure


def _spread(chart: Lengths) -> Any:
    """How many documents run how long, where a line for each would be too many."""
    from matplotlib.figure import Figure

    counts = Counter(months for _, months in chart.documents)
    figure = Figure(figsize=(WIDTH, 3))
    axes = figure.add_axes((0.06, 0.18, 0.92, 0.78))
    axes.bar(list(counts), list(counts.values()), color=BLUE, width=0.9)
    for mark in chart.marks:
        axes.axvline(mark, color=ORANGE, linewidth=1, linestyle="--")
    axes.set_xticks(sorted({0, *chart.marks, max(*counts, *chart.marks)}))
    _whole_numbers(axes.yaxis)
    axes.set_xlabel(chart.unit)
    return figure


def _heat(chart: Heat) -> Any:
    figure, axes = _axes(len(chart.rows) + 2, max(map(_wide, chart.rows), default=1))
    axes.pcolormesh(chart.values, cmap="Blues", vmin=0, vmax=1, edgecolors="white", linewidth=1.5)
    axes.set_yticks([place + 0.5 for place in range(len(chart.rows))], chart.rows)
    axes.set_xticks([place + 0.5 for place in range(len(chart.columns))], chart.columns)
    axes.invert_yaxis()
    axes.tick_params(length=0, labelsize=8)
    for row, values in enumerate(chart.values):
        for column, value in enumerate(values):
            axes.text(
                column + 0.5, row + 0.5, f"{value:.0%}", ha="center", va="center", fontsize=8, color="white" if value > 0.6 else "black"
            )
    axes.set_xlabel(chart.unit)
    axes.spines[:].set_visible(False)
    return figure


def _axes(rows: int, widest: float) -> tuple[Any, Any]:
    """A figure with room for ``rows`` rows, and axes that leave ``widest`` characters for their names."""
    from matplotlib.figure import Figure

    height = max(1.4, rows * ROW + 0.75)
    left = widest * CHARACTER + 0.15
    figure = Figure(figsize=(WIDTH, height))
    return figure, figure.add_axes((left / WIDTH, 0.55 / height, (WIDTH - left - 0.4) / WIDTH, (height - 0.65) / height))


def _whole_numbers(axis: Any) -> None:
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(integer=True, nbins=6))


def _short(name: str) -> str:
    return name if len(name) <= NAMED else name[: NAMED - 1] + "…"


def _wide(name: str) -> float:
    """The width of a name in Chinese characters."""
    return sum(0.55 if character.isascii() else 1 for character in name)


def _font() -> str:
    from matplotlib import font_manager

    installed = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in FONTS if name in installed), "")
