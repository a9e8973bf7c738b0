"""What the filters did: the funnel, and how votes and difficulty are distributed."""

from collections.abc import Mapping
from typing import Any

import duckdb
from markupsafe import Markup

from sws.config.schema import Config
from sws.evaluation.show import reasons_in_words
from sws.report.charts import as_table, bar, histogram, table
from sws.report.html import tag
from sws.report.tables import Tables
from sws.store import sql_tables

BINS = 10
_WHAT = {
    "generate": "Written",
    "screen": "Well-formed and new",
    "judge": "Passed by the judges",
    "label": "Answer agreed on",
    "difficulty": "At the right difficulty",
    "augment": "Within the budget",
}


def funnel(summary: Mapping[str, Any]) -> Markup:
    """A row per stage: what it kept of what it saw, and the commonest reasons for the rest."""
    most = max((stage["rows"] for stage in summary["funnel"]), default=0) or 1
    rows = [
        [
            [_WHAT.get(stage["stage"], stage["stage"]), tag("small", stage["stage"])],
            [tag("b", f"{stage['kept']:,}"), tag("small", f"of {stage['rows']:,}")],
            bar(stage["kept"] / most, "kept", stage["rows"] / most),
            reasons_in_words(stage["reasons"]) or "–",
        ]
        for stage in summary["funnel"]
    ]
    head = ["Stage", "Kept", tag("span", "Picture", class_="unseen"), "Why the others ended here"]
    caption = "Kept (blue) of the rows that each stage saw"
    return table(head, rows, caption, numbers=(1,), cards=True)


def distributions(
    connection: duckdb.DuckDBPyConnection, config: Config, tables: Tables
) -> Markup:  # fmt: skip
    """Histograms of vote shares and of the student's accuracy on labelled candidates."""
    votes = _counts(connection, sql_tables(tables.round.labels), "vote_share")
    accuracies = _counts(connection, sql_tables(tables.round.difficulty), "accuracy")
    low, high = config.difficulty.low, config.difficulty.high
    least = config.labels.min_share
    return Markup("").join([
        _figure("Vote share", f"share of the labeler's samples that agree; kept from {least:g} up",
                votes, lambda share: share >= least),
        _figure("Difficulty", f"share of the student's tries that are right; kept from {low:g} "
                f"to {high:g}", accuracies, lambda share: low <= share <= high),
    ])  # fmt: skip


def _counts(
    connection: duckdb.DuckDBPyConnection, source: str, column: str
) -> list[tuple[float, int]]:  # fmt: skip
    """The different values of a share with their counts; BINS of them where there are more."""
    query = f"SELECT {column}, count(*) FROM {source} WHERE {column} IS NOT NULL GROUP BY 1"
    exact = sorted(connection.execute(query).fetchall())
    if len(exact) <= BINS + 1:
        return exact
    binned = [0] * BINS
    for share, count in exact:
        binned[min(int(share * BINS), BINS - 1)] += count
    return [((number + 0.5) / BINS, count) for number, count in enumerate(binned)]


def _figure(name: str, what: str, counts: list[tuple[float, int]], keeps: Any) -> Markup:
    total = sum(count for _, count in counts)
    bars = [(f"{100 * share:.3g} %", count, "kept" if keeps(share) else "lost")
            for share, count in counts]  # fmt: skip
    shown = "; ".join(f"{name}: {count:,}" for name, count, _ in bars)
    numbers = table([name, "Problems"], [[share, f"{count:,}"] for share, count, _ in bars],
                    f"{name} of {total:,} problems", numbers=(1,))  # fmt: skip
    caption = tag("figcaption", tag("b", name), " ", tag("small", what))
    if not counts:
        return tag("figure", caption, tag("p", "No problem reached this stage.", class_="note"))
    return tag("figure", caption, histogram(bars, f"{name}: {shown}"), as_table(numbers))
