"""The concept map: per category, concepts on a line and an arc between two that share a problem."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from markupsafe import Markup

from sws.categories import CATEGORIES
from sws.concepts.database import open_concepts
from sws.evaluation.show import in_order
from sws.report.charts import as_table, table
from sws.report.html import tag
from sws.store import stream

#: The most frequent concepts of a category that are drawn, and the pairs that its table lists.
DRAWN, LISTED = 16, 40
_STEP, _LINE_X, _WIDTH, _LETTERS = 24, 96, 360, 30

_CONCEPTS = "SELECT category, concept_id, name, frequency FROM concept ORDER BY ALL"
_PAIRS = "SELECT category, a, b, count FROM cooccurrence ORDER BY ALL"

Concept = Mapping[str, Any]
Pairs = Mapping[tuple[str, str], int]


def concept_map(manifest: Path) -> Markup:
    """A picture and a table of pairs for every category."""
    pairs: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    with open_concepts(manifest) as connection:
        for row in stream(connection, _PAIRS):
            pairs[row["category"]][row["a"], row["b"]] = row["count"]
        grouped = groupby(stream(connection, _CONCEPTS), lambda row: row["category"])
        found = in_order({name: list(rows) for name, rows in grouped}, CATEGORIES)
    panels = [_panel(name, rows, pairs[name]) for name, rows in found.items()]
    if not panels:
        return tag("p", "No concept was extracted: nothing failed, or no answer could be read.",
                   class_="note")  # fmt: skip
    return Markup("").join(panels)


def _panel(category: str, concepts: Sequence[Concept], pairs: Pairs) -> Markup:
    ranked = sorted(concepts, key=lambda one: (-one["frequency"], one["name"]))[:DRAWN]
    ordered = in_line(ranked, pairs)
    names = {one["concept_id"]: one["name"] for one in concepts}
    common = sorted(pairs.items(), key=lambda one: (-one[1], one[0]))
    rows = [[names[a], names[b], f"{count:,}"] for (a, b), count in common[:LISTED]]
    shown = f"{len(concepts):,} concepts, {len(pairs):,} pairs"
    shown += f"; the {DRAWN} commonest drawn" if len(concepts) > DRAWN else ""
    strongest = f"; most often together: {rows[0][0]} and {rows[0][1]}" if rows else ""
    label = f"Concepts of {category}: {shown}{strongest}"
    listed = f"Pairs of {category}" + (f", the first {LISTED}" if len(pairs) > LISTED else "")
    numbers = table(["Concept", "With", "Problems"], rows, listed, numbers=(2,))
    return tag(
        "figure",
        tag("figcaption", tag("b", category), " ", tag("small", shown)),
        _arcs(ordered, pairs, label),
        as_table(numbers, "Pairs as a table"),
    )


def in_line(concepts: Sequence[Concept], pairs: Pairs) -> list[Concept]:
    """The concepts such that neighbours share problems: from the commonest, always the nearest."""
    left = list(concepts)
    ordered: list[Concept] = []
    while left:
        last = ordered[-1]["concept_id"] if ordered else ""
        near = max(left, key=lambda one: (_together(pairs, last, one["concept_id"]),
                                          one["frequency"], one["name"]))  # fmt: skip
        left.remove(near)
        ordered.append(near)
    return ordered


def _together(pairs: Pairs, one: str, other: str) -> int:
    return pairs.get((one, other), 0) or pairs.get((other, one), 0)


def _arcs(concepts: Sequence[Concept], pairs: Pairs, label: str) -> Markup:
    place = {one["concept_id"]: _STEP * (n + 0.5) for n, one in enumerate(concepts)}
    most_pairs = max(pairs.values(), default=1)
    most = max((one["frequency"] for one in concepts), default=1)
    drawn = []
    for (a, b), count in sorted(pairs.items(), key=lambda one: one[1]):
        if a in place and b in place:
            top, bottom = sorted((place[a], place[b]))
            reach = min(_LINE_X - 8, (bottom - top) * 0.62)
            curve = f"M{_LINE_X},{top} C{_LINE_X - reach * 1.33:.0f},{top} " \
                    f"{_LINE_X - reach * 1.33:.0f},{bottom} {_LINE_X},{bottom}"  # fmt: skip
            strength = count / most_pairs
            drawn.append(tag("path", d=curve, class_="arc", stroke_width=f"{1 + 3 * strength:.1f}",
                             stroke_opacity=f"{0.25 + 0.6 * strength:.2f}"))  # fmt: skip
    for one in concepts:
        y, name = place[one["concept_id"]], str(one["name"])
        short = name if len(name) <= _LETTERS else f"{name[: _LETTERS - 1]}…"
        radius = 3 + 5 * (one["frequency"] / most) ** 0.5
        drawn.append(tag("circle", cx=_LINE_X, cy=y, r=f"{radius:.1f}", class_="concept"))
        drawn.append(tag("text", tag("title", name), short, " ",
                         tag("tspan", f"{one['frequency']:,}", class_="faint"),
                         x=_LINE_X + 14, y=y + 4))  # fmt: skip
    height = _STEP * len(concepts)
    return tag("svg", drawn, class_="arcs", role="img", aria_label=label,
               viewBox=f"0 0 {_WIDTH} {height}", width=_WIDTH, height=height)  # fmt: skip
