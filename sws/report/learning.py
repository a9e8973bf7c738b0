"""What training did: accuracy histories, weakness by category before and after, reward by step."""

import json
import math
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
from markupsafe import Markup

from sws.categories import CATEGORIES
from sws.evaluation.evaluate import FAILED
from sws.evaluation.show import ARMS, first_metric, in_order
from sws.report.charts import Line, as_table, bar, legend, plot, table
from sws.report.headline import percent
from sws.report.html import tag
from sws.report.tables import Tables
from sws.rl.recorder import Journal
from sws.store import sql_tables

#: Histories drawn one by one in each picture, beside the mean of all.
DRAWN = 60
_KINDS = {"": "Failed", "improving": "Improving", "not falling": "Not falling", "solved": "Solved"}
_WINDOW = 10

_HISTORIES = """
    SELECT CASE WHEN failed THEN '' ELSE reason END AS kind, accuracies
    FROM {failures} WHERE epochs > 0 ORDER BY md5(problem_id)
"""
_SOLVED_AFTER = """
    SELECT category, count(*) AS problems, count(*) FILTER (share > 0.5) AS solved
    FROM (SELECT category, problem_id, avg(CAST(outcome = 'correct' AS INTEGER)) AS share
          FROM {evaluation} WHERE set = '{failed}' GROUP BY ALL)
    GROUP BY category
"""


def histories(connection: duckdb.DuckDBPyConnection, tables: Tables) -> Markup:
    """A picture for each kind of problem: some histories, and the mean of all by epoch."""
    found: dict[str, list[list[float]]] = defaultdict(list)
    query = _HISTORIES.format(failures=sql_tables([tables.round.failures]))
    for kind, accuracies in connection.execute(query).fetchall():
        found[kind].append(accuracies)
    return Markup("").join(
        _kind(_KINDS.get(kind, kind), own, kind) for kind, own in in_order(found, [*_KINDS]).items()
    )


def _kind(name: str, own: list[list[float]], kind: str) -> Markup:
    longest = max(map(len, own))
    means = []
    for epoch in range(longest):
        there = [history[epoch] for history in own if epoch < len(history)]
        means.append((epoch + 1.0, sum(there) / len(there)))
    thin = [Line("", "thin", [(i + 1.0, a) for i, a in enumerate(history)])
            for history in own[:DRAWN] if len(history) > 1]  # fmt: skip
    mean = Line(f"mean of {len(own):,}", "failed" if not kind else "learned", means)
    label = (
        f"{name}: mean accuracy of {len(own):,} problems, from {means[0][1]:.0%} in epoch 1 "
        f"to {means[-1][1]:.0%} in epoch {longest}"
    )
    numbers = table(
        ["Epoch", "Mean accuracy"],
        [[f"{epoch:g}", f"{100 * mean:.1f} %"] for epoch, mean in means],
        f"Mean accuracy by epoch: {name.lower()}", numbers=(1,),
    )  # fmt: skip
    shown = f"{len(own):,} problems" + (f"; {DRAWN} drawn" if len(own) > DRAWN else "")
    return tag(
        "figure",
        tag("figcaption", tag("b", name), " ", tag("small", shown)),
        plot([*thin, mean], label, "epoch", 1.0),
        as_table(numbers),
    )


def weakness(
    connection: duckdb.DuckDBPyConnection, tables: Tables, summary: Mapping[str, Any]
) -> Markup:
    """A row per category: what failed before, its share of the budget, and what is solved after."""
    weights = json.loads(tables.round.weights.read_text(encoding="utf-8"))
    after = {
        arm: _solved_after(connection, tables.round.evaluations[arm])
        for arm in ("extended", "sws")
        if arm in tables.round.evaluations
    }
    metric = first_metric(summary)
    held = {arm: summary["arms"].get(arm, {}).get("categories", {}) for arm in ("initial", "sws")}
    rows = []
    for name in in_order(weights, CATEGORIES):
        one = weights[name]
        rows.append([
            name,
            f"{one['failed']:g} of {one['problems']:g}",
            f"{100 * one['failure_ratio']:.0f} %",
            bar(one["failure_ratio"], "lost"),
            f"{100 * one['weight']:.0f} %",
            f"{summary['augmented']['synthetic'].get(name, 0):,}",
            *(_count(solved.get(name)) for solved in after.values()),
            *(percent(parts.get(name, {}).get(metric)) for parts in held.values()),
        ])  # fmt: skip
    head = ["Category", "Failed before", "Ratio", tag("span", "Picture", class_="unseen"),
            "Share of budget", "New problems", *(f"Solved after: {arm}" for arm in after),
            *(f"Held-out: {arm}" for arm in held)]  # fmt: skip
    caption = "Weakness by category, before and after further training"
    numbers = [column for column in range(1, len(head)) if column != 3]
    return table(head, rows, caption, numbers=numbers, cards=True)


def _solved_after(connection: duckdb.DuckDBPyConnection, evaluation: Path) -> dict[str, Any]:
    query = _SOLVED_AFTER.format(evaluation=sql_tables([evaluation]), failed=FAILED)
    return {name: (solved, all_) for name, all_, solved in connection.execute(query).fetchall()}


def _count(found: tuple[int, int] | None) -> str:
    return f"{found[0]:,} of {found[1]:,}" if found else "–"


def training(tables: Tables) -> Markup:
    """The mean reward of every run by step, smoothed over a few steps."""
    rewards = {
        run: [(float(line["step"]), float(line["reward"])) for line in Journal(path).lines()]
        for run, path in tables.journals.items()
    }
    there = {run: points for run, points in in_order(rewards, ARMS).items() if points}
    if not there:
        return tag("p", "No training journals were found beside the rollouts.", class_="note")
    lines = [Line(run, f"arm-{run}", _smooth(points)) for run, points in there.items()]
    ends = "; ".join(f"{line.name} ends at {line.points[-1][1]:.0%}" for line in lines)
    highest = max(y for line in lines for _, y in line.points)
    top = min(1.0, math.ceil(5 * highest) / 5) or 1.0
    numbers = table(
        ["Run", "Steps", f"First {_WINDOW} steps", f"Last {_WINDOW} steps"],
        [[run, f"{len(points):,}", _mean(points[:_WINDOW]), _mean(points[-_WINDOW:])]
         for run, points in there.items()],
        "Mean reward of each training run", numbers=(1, 2, 3),
    )  # fmt: skip
    return tag(
        "figure",
        legend({f"arm-{run}": run for run in there}),
        plot(lines, f"Mean reward by step: {ends}", "step", top),
        as_table(numbers),
    )


def _smooth(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Each step with the mean of the last few."""
    sums = [0.0]
    for _, value in points:
        sums.append(sums[-1] + value)
    starts = (max(0, i - _WINDOW + 1) for i in range(len(points)))
    return [
        (x, (sums[i + 1] - sums[start]) / (i + 1 - start))
        for i, ((x, _), start) in enumerate(zip(points, starts, strict=True))
    ]


def _mean(points: list[tuple[float, float]]) -> str:
    return f"{100 * sum(value for _, value in points) / len(points):.1f} %"
