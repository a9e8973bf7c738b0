"""Extract: ask which concepts each failed problem tests."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from sws.config.schema import Config
from sws.engines import Request, Response, open_role, sampling_of
from sws.errors import SwsError
from sws.identity import seed_for
from sws.prompts import extract
from sws.prompts.reading import Unread
from sws.schemas import ExtractedRow
from sws.store import count_where, database, kept, rejected, sql_tables, stream

Row = dict[str, Any]


def run(config: Config, failures: Path, seed_set: Path, student: Path | None, out: Path) -> None:
    """Write the concept names of every failed problem, or why none could be read.

    At most `concepts.per_problem` names are taken from an answer, in its order. Raises SwsError
    if the seed set is a different one or the engine fails; answers so far are kept.
    """
    failed = f"""
        FROM {sql_tables([failures])} AS failure
        JOIN {sql_tables([seed_set])} AS seed USING (problem_id)
        WHERE failed
    """
    limit = config.concepts.per_problem

    def decide(row: Row, response: Response) -> Iterator[ExtractedRow]:
        yield _decided(row, response, limit)

    with open_role(config, "extractor", student) as client, database(out.parent) as connection:
        total = next(stream(connection, f"SELECT count(*) AS total {failed}"))["total"]
        if lost := count_where(failures, "failed") - total:
            raise SwsError(
                f"{seed_set}: {lost} of the failed problems in {failures} are not in it",
                expected="the seed set that was trained on",
                fix="pass the seed.json of the same run",
            )
        pairs = _requests(config, connection, failed)
        client.write(out, ExtractedRow, pairs, decide, total, "Extracting concepts")


def _requests(
    config: Config, connection: duckdb.DuckDBPyConnection, failed: str
) -> Iterator[tuple[Row, Request]]:
    sampling = sampling_of(config.roles.extractor)
    query = f"SELECT problem_id, failure.category, problem {failed} ORDER BY problem_id"
    for row in stream(connection, query):
        fields = {
            "problem": row.pop("problem"),
            "category": row["category"],
            "count": config.concepts.per_problem,
        }
        seed = seed_for(config.seed, "extract", row["problem_id"])
        messages = extract.messages(**fields, template=config.prompts.extractor)
        yield row, Request("extractor", messages, sampling, seed, fields)


def _decided(row: Row, response: Response, limit: int) -> ExtractedRow:
    concepts: list[str] = []
    if not response.texts:
        decision = rejected(", ".join(response.finish_reasons) or "no answer")
    elif isinstance(found := extract.parse(response.texts[0]), Unread):
        decision = rejected(found.reason, {"completion": response.texts[0]})
    else:
        decision, concepts = kept(), found[:limit]
    return {
        "problem_id": row["problem_id"],
        "category": row["category"],
        "concepts": concepts,
        **decision,
    }
