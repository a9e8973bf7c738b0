"""Look at a finished run with DuckDB: where candidates went, what is weak, what was written.

    snakemake --cores all --config preset=nano      # a run, if you have none: a few minutes
    python examples/look_at_a_run.py                # tables, and a picture of accuracies

Every artifact is a Parquet file or a DuckDB database, so each question here is one query. Copy
those that you need.
"""

import argparse
from pathlib import Path

import altair as alt
import duckdb

FUNNEL = """
    SELECT stage, count(*) AS rows, count(*) FILTER (kept) AS kept,
           coalesce(mode(reason) FILTER (NOT kept), '') AS "most frequent reason"
    FROM (
        SELECT 1 AS place, 'screen' AS stage, kept, reason FROM '{round}/screened/*.parquet'
        UNION ALL SELECT 2, 'judge', kept, reason FROM '{round}/verdicts/*.parquet'
        UNION ALL SELECT 3, 'label', kept, reason FROM '{round}/labels/*.parquet'
        UNION ALL SELECT 4, 'difficulty', kept, reason FROM '{round}/difficulty/*.parquet'
    )
    GROUP BY place, stage ORDER BY place
"""
WEAKNESS = """
    SELECT category, count(*) AS problems, count(*) FILTER (failed) AS "failed",
           round(avg(best), 2) AS "mean best accuracy"
    FROM '{round}/failures.parquet' GROUP BY category ORDER BY avg(failed::INTEGER) DESC, 1
"""
CONCEPTS = """
    SELECT c.category, c.name AS concept, c.frequency AS "failed problems",
           count(DISTINCT a.problem_id) AS "problems written"
    FROM concepts.concept AS c
    LEFT JOIN (SELECT *, unnest(concepts) AS name FROM '{round}/augmented.parquet') AS a
      ON a.name = c.name AND a.category = c.category
    GROUP BY ALL ORDER BY "failed problems" DESC, "problems written" DESC, concept LIMIT 10
"""
WRITTEN = """
    SELECT category, problem, answer, round(vote_share, 2) AS votes, accuracy
    FROM '{round}/augmented.parquet' WHERE source = 'synthetic'
    ORDER BY vote_share DESC, problem_id LIMIT 5
"""
HISTORIES = """
    SELECT category, CASE WHEN failed THEN 'failed' ELSE 'learned' END AS outcome,
           epoch, avg(accuracies[epoch]) AS accuracy, count(*) AS problems
    FROM (SELECT *, unnest(range(1, len(accuracies) + 1)) AS epoch FROM '{round}/failures.parquet')
    GROUP BY ALL ORDER BY category, outcome, epoch
"""


def main() -> None:
    """Print the tables and write the picture."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("project", nargs="?", type=Path, default=Path(), help="the run's folder")
    parser.add_argument("--round", type=int, default=1)
    parser.add_argument("--picture", type=Path, default=Path("histories.png"), help=".png or .svg")
    options = parser.parse_args()
    folder = options.project / f"data/round{options.round}"
    if not (folder / "augmented.parquet").exists():
        parser.error(f"{folder}: not a finished round; run `snakemake --cores all` there first")

    database = duckdb.connect()
    database.execute(f"ATTACH '{folder}/concepts.duckdb' AS concepts (READ_ONLY)")
    for title, query in {
        "Where the candidates went": FUNNEL,
        "What training does not help with": WEAKNESS,
        "The concepts behind it, and what was written on them": CONCEPTS,
        "Some of the problems": WRITTEN,
    }.items():
        print(f"\n{title}")
        database.sql(query.format(round=folder)).show(max_width=100)

    chart = picture(database.sql(HISTORIES.format(round=folder)))
    chart.save(options.picture, scale_factor=2)
    print(f"\nAccuracy histories: {options.picture}")


def picture(histories: duckdb.DuckDBPyRelation) -> alt.FacetChart:
    """A panel per category: mean accuracy by epoch of the failed problems, and of the others."""
    lines = alt.Chart(alt.Data(values=histories.arrow().read_all().to_pylist()))
    return (
        lines.mark_line(point=True)
        .encode(
            x=alt.X("epoch:O", title="epoch of the initial run", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("accuracy:Q", title="mean accuracy", scale=alt.Scale(domain=[0, 1])),
            color=alt.Color("outcome:N", title=None),
        )
        .properties(width=180, height=140)
        .facet(alt.Facet("category:N", title=None), columns=4, title="Accuracy histories")
    )


if __name__ == "__main__":
    main()
