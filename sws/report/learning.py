"""What training did to problems: accuracy histories, weakness by category before and after."""

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
from markupsafe import Markup

from sws.categories import CATEGORIES
from sws.evaluation.evaluate import FAILED
from sws.evaluation.show import first_metric, in_order
from sws.report.charts import Line, as_table, bar, plot, table
from sws.report.headline import percent
from sws.report.html import tag
from sws.report.tables import Tables
from sws.store import sql_tables

#: Histories drawn one by one in each picture, beside the mean of all.
DRAWN = 60
_KINDS = {"": "Failed", "improving": "Improving", "not falling": "Not falling", "solved": "Solved"}

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
