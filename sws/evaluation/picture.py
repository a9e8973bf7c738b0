"""The summary as one picture: every arm's accuracy by category, and the funnel below it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import altair as alt

from sws.categories import CATEGORIES
from sws.evaluation import self_verification
from sws.evaluation.bars import grouped_bars
from sws.evaluation.show import ARMS, first_metric, in_order, reasons_in_words
from sws.store import write_bytes

Summary = Mapping[str, Any]

#: Grey for the controls, one strong colour for the method.
COLOURS = {
    "base": "#c9ced6",
    "initial": "#8a94a6",
    "extended": "#e0a458",
    "random": "#b97a95",
    "selection": "#6fa287",
    "sws": "#1f6fb2",
}
KEPT, LOST = "#1f6fb2", "#dde3ea"
WIDTH = 760


def save(summary: Summary, path: Path) -> None:
    """Write the picture of a summary as SVG or PNG, by its suffix, whole or not at all."""
    save_chart(picture(summary), path)


def save_chart(chart: alt.VConcatChart | alt.HConcatChart, path: Path) -> None:
    """Write a picture as SVG or PNG, by its suffix, whole or not at all."""
    import vl_convert

    specification = chart.to_json()
    if path.suffix == ".png":
        write_bytes(path, vl_convert.vegalite_to_png(specification, scale=2))
    else:
        write_bytes(path, vl_convert.vegalite_to_svg(specification).encode())


def picture(summary: Summary) -> alt.VConcatChart:
    """All charts, one below the other."""
    students = summary.get("self_verification")
    taught = [self_verification.chart(students, WIDTH)] if students else []
    return styled(_accuracy(summary), *taught, _funnel(summary))


def styled(*charts: alt.LayerChart) -> alt.VConcatChart:
    """Charts below each other in the style of every picture."""
    return (
        alt.vconcat(*charts, spacing=36)
        .configure(font="Helvetica, Arial, sans-serif", background="white", padding=16)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor="#444", titleColor="#444", gridColor="#eceff3", domainColor="#b8c0cc",
            tickColor="#b8c0cc", labelFontSize=12, titleFontSize=12, titleFontWeight="normal",
        )
        .configure_title(
            anchor="start", frame="group", offset=14, fontSize=16, color="#222",
            subtitleColor="#666",
        )
    )  # fmt: skip


def _accuracy(summary: Summary) -> alt.LayerChart:
    rows = list(_bars(summary))
    metric = rows[0]["metric"] if rows else ""
    arms = {arm: COLOURS[arm] for arm in in_order(summary["arms"], ARMS)}
    title = alt.Title(
        "Accuracy on held-out problems",
        subtitle=f"{metric}, mean over problems with 95 % bootstrap intervals",
    )
    return grouped_bars(rows, arms, WIDTH, 260, title)


def _bars(summary: Summary) -> Iterator[dict[str, Any]]:
    metric = first_metric(summary)
    for arm, parts in in_order(summary["arms"], ARMS).items():
        categories = in_order(parts["categories"], CATEGORIES)
        for part, found in {"All": parts["overall"], **categories}.items():
            if metric in found:
                mark = "|(weak)" if part in summary["weak_categories"]["names"] else ""
                label = part.replace(" & ", "\N{NO-BREAK SPACE}&|").replace(" ", "|") + mark
                yield {"series": arm, "part": label, "metric": metric, **found[metric]}


def _funnel(summary: Summary) -> alt.LayerChart:
    rows = [
        {
            "stage": stage["stage"],
            "kept": stage["kept"],
            "rows": stage["rows"],
            "said": f"{stage['kept']:,} of {stage['rows']:,}",
            "why": reasons_in_words(stage["reasons"]),
        }
        for stage in summary["funnel"]
    ]
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("stage:N", sort=[row["stage"] for row in rows], title=None).axis(
            ticks=False, domain=False, labelPadding=8
        )
    )
    scale = alt.X("rows:Q", title=None).axis(None)
    seen = base.mark_bar(color=LOST, cornerRadiusEnd=2, height=18).encode(x=scale)
    kept = base.mark_bar(color=KEPT, cornerRadiusEnd=2, height=18).encode(x="kept:Q")
    end = WIDTH * 0.4
    said = base.mark_text(align="right", color="#222", fontSize=12).encode(
        x=alt.value(end + 150), text="said:N"
    )
    why = base.mark_text(align="left", color="#777", fontSize=11, limit=WIDTH - end - 140).encode(
        x=alt.value(end + 165), text="why:N"
    )
    title = alt.Title(
        "From candidates to training problems",
        subtitle="Kept (blue) of the rows that each stage saw, and why the others ended there",
    )
    return (seen + kept + said + why).properties(width=end, height=alt.Step(28), title=title)
