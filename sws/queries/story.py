"""One problem's whole story: where it comes from, what became of it, what came of it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from sws.errors import SwsError
from sws.queries.rounds import open_round
from sws.store import stream

Story = dict[str, Any]
Row = dict[str, Any]
_SHORTEST = 4  # characters of an id's beginning

_KNOWN = """
    SELECT DISTINCT problem_id, kind FROM (
        SELECT problem_id, 'seed' AS kind FROM seed
        UNION ALL SELECT problem_id, 'synthetic' FROM screened
        UNION ALL SELECT problem_id, 'benchmark' FROM benchmarks
        UNION ALL SELECT candidate_id, 'synthetic' FROM screened
    ) WHERE starts_with(problem_id, $prefix) ORDER BY ALL LIMIT 11
"""
_WRITTEN = """
    SELECT problem_id, candidate_id, blueprint_id, stage, reason, problem, answer, vote_share,
           accuracy
    FROM synthetic
    WHERE candidate_id IN (SELECT candidate_id FROM lineage WHERE failed_problem_id = $id)
    ORDER BY published DESC, vote_share DESC NULLS LAST, candidate_id
"""
_BLUEPRINTS = """
    SELECT * FROM blueprints WHERE EXISTS (
        SELECT * FROM problem_concepts AS pc JOIN concepts AS c USING (concept_id)
        WHERE pc.problem_id = $id AND c.category = blueprints.category
              AND list_contains(blueprints.concepts, c.name)
    ) ORDER BY blueprint_id
"""
_CONCEPTS = """
    SELECT c.* FROM concepts AS c JOIN problem_concepts AS pc USING (concept_id)
    WHERE pc.problem_id = $id ORDER BY c.name
"""
_BEHIND = """
    SELECT failed_problem_id, failed_problem, failed_answer, accuracies, shared_concepts
    FROM lineage WHERE candidate_id = $id
    ORDER BY len(shared_concepts) DESC, failed_problem_id
"""
_EVALUATED = """
    SELECT arm, set, avg((outcome = 'correct')::INT) AS accuracy, count(*) AS samples
    FROM evaluations WHERE problem_id = $id GROUP BY arm, set ORDER BY arm, set
"""


def story(folder: Path, prefix: str) -> Story:
    """All that the round in `folder` knows of the problem whose id begins with `prefix`.

    An id of a candidate is accepted, too. Raises SwsError if no id, or more than one, begins so.
    """
    with open_round(folder) as connection:
        found, kinds = _find(connection, folder, prefix)
        made: Story = {"problem_id": found, "round": folder.name}
        if "seed" in kinds:
            made["seed"] = _seed(connection, found)
        if "synthetic" in kinds:
            made["synthetic"] = _synthetic(connection, found)
        if "benchmark" in kinds:
            made["benchmark"] = _rows(connection, "FROM benchmarks WHERE problem_id = $id", found)
        made["evaluations"] = _rows(connection, _EVALUATED, found)
        return made


def _find(connection: duckdb.DuckDBPyConnection, folder: Path, prefix: str) -> tuple[str, set[str]]:
    if len(prefix) < _SHORTEST:
        raise SwsError(
            f"{prefix!r}: too short",
            expected=f"a problem's id, or at least its first {_SHORTEST} characters",
        )
    rows = list(stream(connection, _KNOWN, {"prefix": prefix.lower()}))
    ids = list(dict.fromkeys(row["problem_id"] for row in rows))
    if not ids:
        raise SwsError(
            f"{prefix}: no problem of {folder} has this id",
            expected="a problem_id of the seed set, of a benchmark, or of a screened candidate",
            fix="`sws sql 'select problem_id, problem from problems'` lists them; "
            "--round looks into another round",
        )
    if len(ids) > 1:
        shown = ", ".join(ids[:10]) + (", ..." if len(ids) > 10 else "")
        raise SwsError(f"{prefix}: several ids begin so: {shown}", fix="give more characters")
    return ids[0], {row["kind"] for row in rows}


def _seed(connection: duckdb.DuckDBPyConnection, found: str) -> Story:
    return {
        "rows": _rows(connection, "FROM seed WHERE problem_id = $id", found),
        "history": _rows(connection, "FROM failures WHERE problem_id = $id", found),
        "accuracy": _rows(
            connection, "FROM accuracy WHERE problem_id = $id ORDER BY run, epoch", found
        ),
        "concepts": _rows(connection, _CONCEPTS, found),
        "blueprints": _rows(connection, _BLUEPRINTS, found),
        "written": _rows(connection, _WRITTEN, found),
    }


def _synthetic(connection: duckdb.DuckDBPyConnection, found: str) -> list[Story]:
    """Every candidate that states this problem, best first: others repeated it."""
    query = """
        FROM synthetic WHERE problem_id = $id OR candidate_id = $id
        ORDER BY published DESC, verdicts IS NULL, candidate_id
    """
    stories = []
    for row in _rows(connection, query, found):
        blueprint = _rows(
            connection, "FROM blueprints WHERE blueprint_id = $id", row["blueprint_id"]
        )
        candidate = _rows(
            connection, "FROM candidates WHERE candidate_id = $id", row["candidate_id"]
        )
        stories.append(
            {
                **row,
                "blueprint": next(iter(blueprint), None),
                "completion": candidate[0]["completion"] if candidate else None,
                "failed_problems": _rows(connection, _BEHIND, row["candidate_id"]),
            }
        )
    return stories


def _rows(connection: duckdb.DuckDBPyConnection, query: str, found: str) -> Sequence[Row]:
    return list(stream(connection, query, {"id": found}))
