"""Pictures in SVG that follow the page: their width, its colours, and light or dark.

Positions along x are shares of the width, so pictures stretch while dots and
letters keep their size.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from sws.report.html import join, tag

Point = tuple[float, float]
PLOT_HEIGHT = 200
_ROOMY = 7  # bars whose names have room beside each other on a phone
_ROOM = 22  # above the highest grid line, for its label; and below the axis, for its own


@dataclass(frozen=True)
class Scale:
    """From values to shares of the width."""

    low: float
    high: float

    def __call__(self, value: float) -> str:
        """The position as a percentage, kept inside the picture."""
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.0
        return f"{100 * min(max(share, 0.0), 1.0):.2f}%"


def track(*marks: object) -> Markup:
    """One line of a table as a picture; the numbers stand beside it, so readers skip it."""
    rail = tag("line", x1="0", x2="100%", y1=11, y2=11, class_="rail")
    return tag("svg", rail, *marks, class_="track", aria_hidden="true")


def ruler(scale: Scale, show: Callable[[float], str]) -> Markup:
    """The head of a column of tracks: the values at both ends and in the middle."""
    middle = (scale.low + scale.high) / 2
    ends = [
        tag("text", show(value), x=scale(value), y=16, class_=kind)
        for value, kind in ((scale.low, None), (middle, "middle"), (scale.high, "end"))
    ]
    name = tag("span", "Picture", class_="unseen")
    return Markup("").join([name, tag("svg", ends, class_="track ruler", aria_hidden="true")])


def dot(scale: Scale, value: float, kind: str, title: str = "") -> Markup:
    """A value on a track."""
    return tag("circle", tag("title", title), cx=scale(value), cy=11, r=5, class_=f"dot {kind}")


def span(scale: Scale, low: float, high: float, kind: str = "") -> Markup:
    """An interval on a track."""
    return tag("line", x1=scale(low), x2=scale(high), y1=11, y2=11, class_=f"span {kind}")


def tick(scale: Scale, value: float) -> Markup:
    """A mark across a track: zero, say."""
    return tag("line", x1=scale(value), x2=scale(value), y1=2, y2=20, class_="tick")


def bar(share: float, kind: str, of: float = 1.0) -> Markup:
    """A share as a bar, `share` of the part `of` of the width that stands for all."""
    whole = tag("rect", width=f"{100 * of:.2f}%", y=4, height=14, rx=2, class_="whole")
    part = tag("rect", width=f"{100 * share:.2f}%", y=4, height=14, rx=2, class_=kind)
    return tag("svg", whole, part, class_="track", aria_hidden="true")


@dataclass(frozen=True)
class Line:
    """A line of a plot: its name, its class in the stylesheet, and its points."""

    name: str
    kind: str
    points: Sequence[Point]


def plot(
    lines: Sequence[Line], label: str, x_label: str, top: float, percent: bool = True
) -> Markup:
    """Lines over a common axis from 0 to `top`; `label` describes them to screen readers."""
    xs = [x for line in lines for x, _ in line.points] or [0.0]
    first, last = min(xs), max(xs)
    width = (last - first) or 1.0

    def place(point: Point) -> str:
        return f"{1000 * (point[0] - first) / width:.1f},{PLOT_HEIGHT * (1 - point[1] / top):.1f}"

    drawn = [
        tag("polyline", tag("title", line.name), points=" ".join(map(place, line.points)),
            class_=f"line {line.kind}")
        for line in lines
    ]  # fmt: skip
    inner = tag(
        "svg", drawn, y=_ROOM, width="100%", height=PLOT_HEIGHT,
        viewBox=f"0 0 1000 {PLOT_HEIGHT}", preserveAspectRatio="none",
    )  # fmt: skip
    below = PLOT_HEIGHT + _ROOM + 16
    axis = [
        tag("text", f"{first:g}", x="0", y=below),
        tag("text", x_label, x="50%", y=below, class_="middle"),
        tag("text", f"{last:g}", x="100%", y=below, class_="end"),
    ]
    lines_across, values = _grid(top, percent)
    return _picture(label, [lines_across, inner, axis, values])


def histogram(bars: Sequence[tuple[str, int, str]], label: str) -> Markup:
    """Bars of (name, count, class) side by side, each with its count above and name below."""
    most = max((count for _, count, _ in bars), default=0) or 1
    step = 100 / max(len(bars), 1)
    drawn = []
    for number, (name, count, kind) in enumerate(bars):
        height = PLOT_HEIGHT * count / most
        centre = f"{step * (number + 0.5):.2f}%"
        top = _ROOM + PLOT_HEIGHT - height
        drawn.append(tag(
            "rect", tag("title", f"{name}: {count:,}"), x=f"{step * (number + 0.1):.2f}%",
            width=f"{step * 0.8:.2f}%", y=f"{top:.1f}", height=f"{height:.1f}", rx=2, class_=kind,
        ))  # fmt: skip
        drawn.append(tag("text", f"{count:,}", x=centre, y=f"{top - 5:.1f}", class_="middle"))
        below = PLOT_HEIGHT + _ROOM + 16
        spare = " spare" if number % 2 and len(bars) > _ROOMY else ""  # left out on a phone
        drawn.append(tag("text", name, x=centre, y=below, class_=f"middle{spare}"))
    floor = tag("line", x1="0", x2="100%", y1=PLOT_HEIGHT + _ROOM, y2=PLOT_HEIGHT + _ROOM,
                class_="grid")  # fmt: skip
    return _picture(label, [floor, drawn])


def _picture(label: str, parts: object) -> Markup:
    height = PLOT_HEIGHT + 2 * _ROOM
    return tag("svg", parts, class_="plot", height=height, role="img", aria_label=label)


def _grid(top: float, percent: bool) -> tuple[list[Markup], list[Markup]]:
    """Lines across the picture, and their values, which stand in front of what is drawn."""
    lines, values = [], []
    for step in range(5):
        value = top * step / 4
        y = round(_ROOM + PLOT_HEIGHT * (1 - step / 4), 1)
        shown = f"{100 * value:.0f} %" if percent else f"{value:g}"
        lines.append(tag("line", x1="0", x2="100%", y1=y, y2=y, class_="grid"))
        values.append(tag("text", shown, x="0", y=y - 4))
    return lines, values


def legend(names: Mapping[str, str]) -> Markup:
    """The lines of a plot: name by class."""
    return tag(
        "ul",
        [tag("li", swatch(kind), " ", name) for kind, name in names.items()],
        class_="legend",
    )


def swatch(kind: str) -> Markup:
    """A short piece of a line, as it looks in the plot."""
    line = tag("line", x1=0, x2=22, y1=6, y2=6, class_=f"line {kind}")
    return tag("svg", line, width=22, height=12, aria_hidden="true")


def table(head: Sequence[object], rows: Sequence[Sequence[object]], caption: str = "",
          numbers: Sequence[int] = (), cards: bool = False) -> Markup:  # fmt: skip
    """A table whose first column names the rows; columns in `numbers` are aligned to the right.

    With `cards` each row is a card where the screen is narrow, its cells named by the head.
    """
    kinds = dict.fromkeys(numbers, "number")
    names = [tag("th", cell, scope="col", class_=kinds.get(i)) for i, cell in enumerate(head)]
    body = [
        tag("tr", tag("th", row[0], scope="row"),
            [tag("td", cell, class_=kinds.get(i), data_label=_label(head[i]) if cards else None)
             for i, cell in enumerate(row[1:], start=1)])
        for row in rows
    ]  # fmt: skip
    parts = [
        tag("caption", tag("span", caption)) if caption else "",
        tag("thead", tag("tr", names)),
    ]
    inside = tag("table", parts, tag("tbody", body), class_="cards" if cards else None)
    return tag("div", inside, class_="scroll", role="region", tabindex=0,
               aria_label=caption or join(head[:1]))  # fmt: skip


def _label(name: object) -> str | None:
    return name if type(name) is str else None


def as_table(made: Markup, summary: str = "As a table") -> Markup:
    """A table to open under a picture."""
    return tag("details", tag("summary", summary), made, class_="data")
