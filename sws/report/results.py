"""The result against controls: every arm, the gains, and both by category."""

import math
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from sws.categories import CATEGORIES
from sws.evaluation.self_verification import METRICS, ROUNDS, ordered
from sws.evaluation.show import ARMS, first_metric, in_order
from sws.report.charts import Scale, dot, ruler, span, table, tick, track
from sws.report.headline import interval, percent, points
from sws.report.html import tag

Summary = Mapping[str, Any]
Estimate = Mapping[str, float]

#: What each arm is, for readers who meet it for the first time.
MEANINGS = {
    "base": "before any training here",
    "initial": "after a little RL; where every arm starts",
    "extended": "control: further training on the seed set alone",
    "random": "control: as sws, on problems drawn regardless of weakness",
    "selection": "control: problems chosen from a bank",
    "sws": "seed set and synthetic problems on its weaknesses",
}

#: The comparison that decides comes first.
_FIRST = ("sws - extended", "sws - random", "sws - selection", "sws - initial")


def arms(summary: Summary) -> Markup:
    """A row per arm: held-out accuracy with its interval, weak categories, once-failed problems."""
    metric = first_metric(summary)
    scale = Scale(0.0, _top(summary, metric))
    rows = []
    for arm, parts in in_order(summary["arms"], ARMS).items():
        found = parts["overall"].get(metric)
        solved = summary["once_failed"][arm]
        rows.append([
            [tag("b", arm), tag("small", MEANINGS.get(arm, ""))],
            [tag("b", percent(found)), tag("small", interval(found) if found else "")],
            track(span(scale, found["low"], found["high"], f"arm-{arm}"),
                  dot(scale, found["value"], f"arm-{arm}")) if found else "",
            percent(parts["weak"].get(metric)) if parts["weak"] else "–",
            f"{solved['solved']:,} of {solved['problems']:,}",
        ])  # fmt: skip
    head = ["Student", f"Accuracy ({metric})", ruler(scale, _per_cent),
            "Weak categories", "Once failed, now solved"]  # fmt: skip
    caption = (
        f"Accuracy of every student on held-out problems ({in_words(metric)}), with 95 % bootstrap "
        "intervals"
    )
    return table(head, rows, caption, numbers=(1, 3, 4), cards=True)


def gains(summary: Summary) -> Markup:
    """A row per comparison, overall and in the weak categories, on one scale around zero."""
    metric = first_metric(summary)
    rows = []
    found: list[tuple[str, str, Estimate]] = [
        (pair, part, parts[part][metric])
        for pair, parts in in_order(summary["gains"], _FIRST).items()
        for part in ("overall", "weak")
        if metric in parts.get(part, {})
    ]
    reach = max((abs(one[end]) for *_, one in found for end in ("low", "high")), default=0.1)
    reach = reach or 0.1  # all differences are zero
    reach = math.ceil(20 * reach) / 20
    scale = Scale(-reach, reach)
    for pair, part, one in found:
        sure = "sure" if one["low"] > 0 or one["high"] < 0 else "unsure"
        ours, _, theirs = pair.partition(" - ")
        rows.append([
            [tag("b", f"{ours} over {theirs}"),
             tag("small", "all categories" if part == "overall" else "weak categories")],
            [tag("b", points(one["value"])),
             tag("small", f"{points(one['low'])} to {points(one['high'])}")],
            track(tick(scale, 0), span(scale, one["low"], one["high"], sure),
                  dot(scale, one["value"], sure)),
        ])  # fmt: skip
    head = ["Comparison", "Points", ruler(scale, lambda share: points(share, 0))]
    caption = "Gains in points of accuracy, with 95 % paired bootstrap intervals"
    return table(head, rows, caption, numbers=(1,), cards=True)


def categories(summary: Summary) -> Markup:
    """A row per category: the control and `sws` on one track, and the gain."""
    metric = first_metric(summary)
    arms_shown = [arm for arm in ("initial", "extended", "sws") if arm in summary["arms"]]
    scale = Scale(0.0, 1.0)
    weak = summary["weak_categories"]["names"]
    gain = summary["gains"].get("sws - extended", {}).get("categories", {})
    names = {name: None for arm in arms_shown for name in summary["arms"][arm]["categories"]}
    rows = []
    for name in in_order(names, CATEGORIES):
        found = {arm: summary["arms"][arm]["categories"].get(name, {}).get(metric)
                 for arm in arms_shown}  # fmt: skip
        there = {arm: one for arm, one in found.items() if one}
        ends = [there[arm]["value"] for arm in ("extended", "sws") if arm in there]
        marks = [span(scale, min(ends), max(ends), "between")] if len(ends) == 2 else []
        marks += [dot(scale, one["value"], f"arm-{arm}", f"{arm}: {percent(one)}")
                  for arm, one in there.items()]  # fmt: skip
        one = gain.get(name, {}).get(metric)
        rows.append([
            [name, tag("small", "weak") if name in weak else ""],
            *(percent(found[arm]) for arm in arms_shown),
            track(*marks),
            [points(one["value"]),
             tag("small", f"{points(one['low'])} to {points(one['high'])}")] if one else "–",
        ])  # fmt: skip
    gained = "Gain of sws over extended, points"
    head = ["Category", *arms_shown, ruler(scale, _per_cent), gained]
    numbers = (*range(1, len(arms_shown) + 1), len(arms_shown) + 2)
    return table(head, rows, "Held-out accuracy by category", numbers=numbers, cards=True)


def self_verification(summary: Summary) -> Markup:
    """A row per metric of S²R, a column for each student that was compared."""
    students = ordered(summary["self_verification"])
    rows = [
        [metric.replace("_", " "), *(_measured(metric, one["metrics"][metric])
                                     for one in students.values())]
        for metric in METRICS
    ]  # fmt: skip
    caption = "Self-verification and self-correction, with 95 % intervals over problems"
    numbers = range(1, len(students) + 1)
    return table(["Metric", *students], rows, caption, numbers=tuple(numbers), cards=True)


def _measured(metric: str, one: Estimate | None) -> list[Markup | str]:
    if not one:
        return ["–"]
    if metric == ROUNDS:
        return [tag("b", f"{one['value']:.2f}")]
    return [tag("b", percent(one)), tag("small", interval(one))]


def _top(summary: Summary, metric: str) -> float:
    highs = [parts["overall"][metric]["high"] for parts in summary["arms"].values()
             if metric in parts["overall"]]  # fmt: skip
    return min(1.0, math.ceil(11 * max(highs, default=1.0)) / 10) or 1.0


def _per_cent(share: float) -> str:
    return f"{100 * share:.0f} %"


def in_words(metric: str) -> str:
    """What a metric of the evaluation is: avg@8, or pass@4."""
    kind, _, samples = metric.partition("@")
    if kind == "avg":
        return f"{metric}: the mean of {samples} samples of each"
    return f"{metric}: right in at least one of {samples} samples"
