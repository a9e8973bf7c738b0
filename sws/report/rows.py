"""The rows that people browse: where each one ended and why, and what is known of it.

A row is a seed problem or a candidate. What the list shows and the filters use is in one block of
columns, `rows`; the rest is in blocks of CHUNK rows each, which the page opens when it shows one.
"""

from collections.abc import Mapping
from itertools import chain
from typing import Any

import duckdb
from markupsafe import Markup
from more_itertools import chunked

from sws.report import formulas
from sws.report.pack import block, codes
from sws.report.row_queries import CHOSEN, CONCEPTS, SEED, SEED_ROWS, SYNTHETIC, SYNTHETIC_ROWS
from sws.store import quoted, stream

CHUNK = 500
#: Longer texts are cut, with a note of how much is missing.
LONGEST = 3000

#: Where a row ended, in the order of the graph: what the page calls it.
STAGES = {
    "augmented": "In the set: synthetic",
    "trained on": "In the set: seed",
    "seed": "Left out of the seed set",
    "screen": "Stopped at screening",
    "judge": "Stopped by the judges",
    "label": "Stopped at the vote",
    "difficulty": "Outside the difficulty band",
    "augment": "Over its category's budget",
    "waiting": "Not decided yet",
}
#: Of a row, what `_columns` needs.
_LIGHT = ("id", "problem", "answer", "category", "stage", "reason", "concepts", "accuracies",
          "failed")  # fmt: skip

Row = dict[str, Any]


def blocks(connection: duckdb.DuckDBPyConnection, limit: int) -> list[Markup]:
    """The data blocks of at most `limit` rows of an open round, the columns first."""
    for query in (SEED, SYNTHETIC, CHOSEN):
        connection.execute(query.format(limit=int(limit)))
    total = sum(count for (count,) in connection.execute(
        "SELECT count(*) FROM seed_row UNION ALL SELECT count(*) FROM synthetic_row"
    ).fetchall())  # fmt: skip
    order = f"list_position([{', '.join(map(quoted, STAGES))}], s.stage)"
    rows = chain(
        stream(connection, SYNTHETIC_ROWS.format(order=order)), stream(connection, SEED_ROWS)
    )
    light: list[Row] = []
    chunks: list[Markup] = []
    for own in chunked(rows, CHUNK):
        chunks.append(block(f"chunk-{len(chunks)}", _chunk(own)))
        light += ({name: row.get(name) for name in _LIGHT} for row in own)
    known = list(stream(connection, CONCEPTS))
    return [block("rows", _columns(light, known, total)), *chunks]


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
        groups = row.get("votes") or ()
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
    evidence = (row["evidence"] or {}).items()
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
        made["groups"] = [[cut(one["answer"]), one["votes"]] for one in row["votes"]]
    if row["tries"] is not None:
        between = row["accuracy_low"], row["accuracy_high"]
        made["accuracy"] = [row["accuracy"], row["tries"], *between]
    return made


def _rating(rating: Mapping[str, Any]) -> Row:
    made = {name: rating[name] for name in ("judge", "verdict", "criteria")}
    return {**made, "said": cut(rating["completion"])}


def cut(text: str) -> str:
    """A text of at most LONGEST characters and a note of how many more there were."""
    over = len(text) - LONGEST
    return text if over <= 0 else f"{text[:LONGEST]} … ({over:,} more characters)"
