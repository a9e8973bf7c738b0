"""Extract: ask which concepts each failed problem tests."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from sws.config.schema import Config
from sws.engines import Request, Response, ask, open_engine
from sws.engines.open import sampling_of
from sws.errors import SwsError
from sws.identity import seed_for
from sws.progress import track
from sws.prompts import extract
from sws.prompts.reading import Unread
from sws.sql import database, stream
from sws.store import DECISION, TableWriter, count_kept, kept, rejected, sql_tables

SCHEMA = pa.schema(
    [
        pa.field("id", pa.string()),
        pa.field("category", pa.string()),
        pa.field("names", pa.list_(pa.string())),
        *DECISION,
    ]
)


def run(config: Config, failures: Path, seed: Path, out: Path, student: Path | None = None) -> None:
    """Write the concept names of every failed problem, or why none could be read.

    At most `concepts.per_problem` names of an answer are taken, in its order. Raises SwsError
    when the seed set is another one, or the engine fails; answers so far are kept.
    """
    failed = f"""
        FROM {sql_tables([failures])} AS failure JOIN {sql_tables([seed])} AS problem USING (id)
        WHERE failure.kept
    """
    with (
        open_engine(config, "extractor", student) as seat,
        database(out.parent) as connection,
        TableWriter(out, SCHEMA) as writer,
    ):
        total = next(stream(connection, f"SELECT count(*) AS total {failed}"))["total"]
        if lost := count_kept(failures) - total:
            raise SwsError(
                f"{seed}: {lost} of the failed problems in {failures} are not there",
                expected="the seed set that was trained on",
                fix="give the seed.json of the same run",
            )
        questions = _questions(config, connection, failed)
        answers = ask(seat.engine, seat.cache, questions)
        for row, response in track(answers, total, "Extracting concepts"):
            writer.add(_decided(row, response, config.concepts.per_problem))


def _questions(
    config: Config, connection: duckdb.DuckDBPyConnection, failed: str
) -> Iterator[tuple[dict[str, Any], Request]]:
    sampling = sampling_of(config.roles.extractor)
    rows = stream(connection, f"SELECT id, failure.category, text AS problem {failed} ORDER BY id")
    for row in rows:
        fields = {
            "problem": row.pop("problem"),
            "category": row["category"],
            "count": config.concepts.per_problem,
        }
        request_seed = seed_for(config.seed, "extract", row["id"])
        messages = extract.messages(**fields)
        yield row, Request("extractor", messages, sampling, request_seed, fields)


def _decided(row: dict[str, Any], response: Response, count: int) -> dict[str, Any]:
    if not response.texts:
        return {**row, "names": [], **rejected(", ".join(response.finish_reasons) or "no answer")}
    names = extract.parse(response.texts[0])
    if isinstance(names, Unread):
        return {**row, "names": [], **rejected(names.reason, {"completion": response.texts[0]})}
    return {**row, "names": names[:count], **kept()}
