"""The rows that people browse: where each one ended and why, and what is known of it.

A row is a seed problem or a candidate. What the list shows and the filters use is in one block of
columns, `rows`; the rest is in blocks of CHUNK rows each, which the page opens when it shows one.
"""

from collections.abc import Mapping
from itertools import chain
from typing import Any

import duckdb
from markupsafe import Markup

from sws.concepts.database import open_concepts
from sws.report import formulas
from sws.report.pack import block, codes
from sws.report.tables import Tables
from sws.store import quoted, sql_tables, stream

CHUNK = 500
#: Longer texts are cut, with a note of how much is missing.
LONGEST = 3000

#: Where a row ended, in the order of the graph: what the page calls it.
STAGES = {
    "published": "In the set: synthetic",
    "trained on": "In the set: seed",
    "seed": "Left out of the seed set",
    "screen": "Stopped at screening",
    "judge": "Stopped by the judges",
    "label": "Stopped at the vote",
    "difficulty": "Outside the difficulty band",
    "augment": "Over its category's budget",
}

Row = dict[str, Any]

_SEED = """
    CREATE TABLE seed_row AS
    SELECT row_number() OVER () AS place, s.problem_id AS id, s.problem, s.answer, s.category,
           CASE WHEN s.kept THEN 'trained on' ELSE 'seed' END AS stage,
           CASE WHEN NOT s.kept THEN s.reason WHEN f.failed THEN 'failed' ELSE f.reason END
               AS reason,
           s.kept AND coalesce(f.failed, false) AS failed, s.source, s.evidence,
           CASE WHEN s.kept THEN f.accuracies END AS accuracies, f.best, f.slope
    FROM {seed} AS s
    LEFT JOIN {failures} AS f ON s.kept AND f.problem_id = s.problem_id
"""
_SYNTHETIC = """
    CREATE TABLE synthetic_row AS
    SELECT s.candidate_id AS id, s.problem_id, s.kept AS screened,
           CASE WHEN NOT s.kept THEN 'screen' WHEN NOT v.kept THEN 'judge'
                WHEN NOT l.kept THEN 'label' WHEN NOT d.kept THEN 'difficulty'
                WHEN a.problem_id IS NULL THEN 'augment' ELSE 'published' END AS stage,
           coalesce(nullif(s.reason, ''), nullif(v.reason, ''), nullif(l.reason, ''),
                    nullif(d.reason, ''), '') AS reason
    FROM {screened} AS s
    LEFT JOIN {verdicts} AS v ON s.kept AND v.problem_id = s.problem_id
    LEFT JOIN {labels} AS l ON v.kept AND l.problem_id = s.problem_id
    LEFT JOIN {difficulty} AS d ON l.kept AND d.problem_id = s.problem_id
    LEFT JOIN (SELECT problem_id FROM {augmented} WHERE source = 'synthetic') AS a
        ON d.kept AND a.problem_id = s.problem_id
"""
#: Failed problems first, then what was published; of the rest a sample that depends on ids alone.
_CHOSEN = """
    CREATE TABLE chosen AS SELECT id, kind FROM (
        SELECT id, 'seed' AS kind, CASE WHEN failed THEN 0 ELSE 2 END AS rank FROM seed_row
        UNION ALL
        SELECT id, 'synthetic', CASE stage WHEN 'published' THEN 1 ELSE 2 END FROM synthetic_row
    ) ORDER BY rank, md5(id), id LIMIT {limit}
"""
_SEED_ROWS = """
    SELECT seed_row.* FROM seed_row
    WHERE id IN (SELECT id FROM chosen WHERE kind = 'seed') ORDER BY category, failed DESC, place
"""
_SYNTHETIC_ROWS = """
    SELECT r.id, r.problem_id, r.stage, r.reason, s.problem, s.category, s.concepts, s.level,
           s.blueprint_id, s.evidence AS screen_evidence, v.evidence AS judge_evidence,
           l.answer, l.vote_share, l.n_votes, l.n_samples, l.low, l.high, l.groups,
           l.evidence AS label_evidence, d.accuracy, d.n_samples AS tries,
           j.ratings, CASE WHEN s.problem = '' THEN c.completion END AS completion
    FROM synthetic_row AS r
    JOIN {screened} AS s ON s.candidate_id = r.id
    LEFT JOIN {verdicts} AS v ON r.screened AND v.problem_id = r.problem_id
    LEFT JOIN {labels} AS l ON v.kept AND l.problem_id = r.problem_id
    LEFT JOIN {difficulty} AS d ON l.kept AND d.problem_id = r.problem_id
    LEFT JOIN (SELECT problem_id, list({{'judge': judge, 'verdict': verdict,
                      'criteria': criteria, 'said': completion}} ORDER BY judge) AS ratings
               FROM {ratings} GROUP BY problem_id) AS j
        ON r.screened AND j.problem_id = r.problem_id
    LEFT JOIN {candidates} AS c ON c.candidate_id = r.id
    WHERE r.id IN (SELECT id FROM chosen WHERE kind = 'synthetic')
    ORDER BY {order}, s.category, r.id
"""
_CONCEPTS = """
    SELECT c.category, c.name, c.frequency, list(p.problem_id ORDER BY p.problem_id) AS problems
    FROM concept AS c JOIN problem_concept AS p USING (concept_id)
    GROUP BY ALL ORDER BY c.category, c.name
"""


def blocks(connection: duckdb.DuckDBPyConnection, tables: Tables, limit: int) -> list[Markup]:
    """The data blocks of at most `limit` rows, the columns first."""
    sources = _sources(tables)
    for query in (_SEED, _SYNTHETIC, _CHOSEN):
        connection.execute(query.format(**sources, limit=int(limit)))
    total = sum(count for (count,) in connection.execute(
        "SELECT count(*) FROM seed_row UNION ALL SELECT count(*) FROM synthetic_row"
    ).fetchall())  # fmt: skip
    order = f"list_position([{', '.join(map(quoted, STAGES))}], r.stage)"
    seeds = list(stream(connection, _SEED_ROWS))
    synthetic = list(stream(connection, _SYNTHETIC_ROWS.format(**sources, order=order)))
    with open_concepts(tables.concepts) as concepts:
        known = list(stream(concepts, _CONCEPTS))
    rows = [*synthetic, *seeds]
    chunks = [
        block(f"chunk-{number}", _chunk(rows[start : start + CHUNK]))
        for number, start in enumerate(range(0, len(rows), CHUNK))
    ]
    return [block("rows", _columns(rows, known, total)), *chunks]


def _sources(tables: Tables) -> dict[str, str]:
    own = tables.round
    return {
        "seed": sql_tables([tables.seed_set]),
        "failures": sql_tables([own.failures]),
        "candidates": sql_tables(own.candidates),
        "screened": sql_tables(own.screened),
        "verdicts": sql_tables(own.verdicts),
        "labels": sql_tables(own.labels),
        "difficulty": sql_tables(own.difficulty),
        "augmented": sql_tables([own.augmented]),
        "ratings": sql_tables(tables.ratings),
    }


def _columns(rows: list[Row], known: list[Row], total: int) -> dict[str, Any]:
    """What the list and the filters need, column by column, and what leads from row to row."""
    places = {row["id"]: place for place, row in enumerate(rows) if row.get("failed")}
    names = {(row["category"], row["name"]): code for code, row in enumerate(known)}
    concepts = [[row["category"], row["name"], row["frequency"]] for row in known]
    behind = [[places[one] for one in row["problems"] if one in places] for row in known]
    used = []
    for row in rows:
        own = []
        for name in row.get("concepts") or ():
            code = names.setdefault((row["category"], name), len(concepts))
            if code == len(concepts):
                concepts.append([row["category"], name, 0])
                behind.append([])
            own.append(code)
        used.append(own)
    for code, failed in enumerate(behind):
        for place in failed:
            used[place].append(code)
    columns: dict[str, Any] = {
        "total": total, "chunk": CHUNK, "formula": formulas.PATTERN, "stages": STAGES,
        "id": [row["id"] for row in rows],
        "problem": [cut(row["problem"] or "") for row in rows],
        "answer": [cut(row["answer"] or "") for row in rows],
        "used": used, "concepts": concepts, "behind": behind,
        "histories": [_history(row.get("accuracies")) for row in rows],
    }  # fmt: skip
    for name, otherwise in (("category", "no category"), ("stage", ""), ("reason", "")):
        columns[f"{name}Names"], columns[name] = codes([row[name] or otherwise for row in rows])
    return columns


def _history(accuracies: list[float] | None) -> list[float] | int:
    return [round(value, 4) for value in accuracies] if accuracies is not None else 0


def _chunk(rows: list[Row]) -> dict[str, Any]:
    """What is known of each row, and every formula in their texts."""
    made: dict[str, formulas.Tree] = {}
    for row in rows:
        groups = row.get("groups") or ()
        answers = (row["answer"] or "", *(one["answer"] for one in groups))
        made |= formulas.trees(cut(row["problem"] or ""), answers)
    return {"rows": [_details(row) for row in rows], "formulas": made}


def _details(row: Row) -> Row:
    """The parts of a row that its own page shows; short keys, since there are many rows."""
    if "blueprint_id" not in row:
        return {
            "source": row["source"], "best": row["best"], "slope": row["slope"],
            "evidence": row["evidence"] or {},
        }  # fmt: skip
    evidence = chain.from_iterable(
        (row[f"{stage}_evidence"] or {}).items() for stage in ("screen", "judge", "label")
    )
    made: Row = {
        "problem": row["problem_id"], "blueprint": row["blueprint_id"], "level": row["level"],
        "evidence": {name: cut(value) for name, value in evidence},
        "judges": list(map(_rating, row["ratings"] or ())),
    }  # fmt: skip
    if row["completion"] is not None:
        made["completion"] = cut(row["completion"])
    if row["n_samples"] is not None:
        made["vote"] = [
            row["vote_share"],
            row["n_votes"],
            row["n_samples"],
            row["low"],
            row["high"],
        ]
        made["groups"] = [[cut(one["answer"]), one["votes"]] for one in row["groups"]]
    if row["tries"] is not None:
        made["accuracy"] = [row["accuracy"], row["tries"]]
    return made


def _rating(rating: Mapping[str, Any]) -> Row:
    return {**rating, "said": cut(rating["said"])}


def cut(text: str) -> str:
    """A text of at most LONGEST characters and a note of how many more there were."""
    over = len(text) - LONGEST
    return text if over <= 0 else f"{text[:LONGEST]} … ({over:,} more characters)"
