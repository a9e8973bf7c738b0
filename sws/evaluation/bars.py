"""Groups of bars with their intervals: a group for each part, a bar for each series."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt


def grouped_bars(
    rows: Sequence[Mapping[str, Any]],
    series: Mapping[str, str],
    width: int,
    height: int,
    title: alt.Title,
) -> alt.LayerChart:
    """The chart of rows with part, series, value, low and high, all shares.

    `series` holds the colour of each, in their order; `|` in the name of a part begins a line.
    """
    names, order = list(series), list(dict.fromkeys(row["part"] for row in rows))
    base = alt.Chart(alt.Data(values=list(rows))).encode(
        x=alt.X("part:N", sort=order, title=None).axis(
            labelAngle=0, labelExpr="split(datum.label, '|')", ticks=False, labelPadding=8
        ),
        xOffset=alt.XOffset("series:N", sort=names),
    )
    bars = base.mark_bar(cornerRadiusTopLeft=2, cornerRadiusTopRight=2).encode(
        y=alt.Y("value:Q", title=None).axis(format=".0%", tickCount=5).scale(domain=[0, 1]),
        color=alt.Color("series:N", sort=names)
        .scale(domain=names, range=list(series.values()))
        .legend(
            title=None,
            labelFontSize=12,
            symbolType="square",
            direction="horizontal",
            orient="none",
            legendX=width - 74 * len(names),
            legendY=-44,
        ),
    )
    intervals = base.mark_rule(color="#333", strokeWidth=1.2, opacity=0.75).encode(
        y="low:Q", y2="high:Q"
    )
    return (bars + intervals).properties(width=width, height=height, title=title)
