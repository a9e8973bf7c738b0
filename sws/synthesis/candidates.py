"""Generate: candidates from blueprints, as the generator wrote them, read by nobody yet."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from sws.config.schema import Config
from sws.engines import Request, ask, open_engine
from sws.engines.open import sampling_of
from sws.identity import content_id, seed_for
from sws.progress import track
from sws.prompts import generate
from sws.store import TableWriter, count, read_rows

SCHEMA = pa.schema(
    {
        "id": pa.string(),
        "blueprint_id": pa.string(),
        "category": pa.string(),
        "concepts": pa.list_(pa.string()),
        "level": pa.string(),
        "completion": pa.string(),
        "finish_reason": pa.string(),
        "tokens": pa.int32(),
    }
)


def run(config: Config, blueprints: Path, out: Path, student: Path | None = None) -> None:
    """Write the candidates of one shard of blueprints, in the blueprints' order.

    A blueprint that the engine could not take has an empty completion and says why in
    `finish_reason`. Raises SwsError when the engine fails; answers so far are kept.
    """
    with open_engine(config, "generator", student) as seat, TableWriter(out, SCHEMA) as writer:
        answers = ask(seat.engine, seat.cache, _questions(config, blueprints))
        for blueprint, response in track(answers, count([blueprints]), "Writing candidates"):
            written = zip(
                response.texts or ("",),
                response.finish_reasons,
                response.completion_tokens or (0,),
                strict=True,
            )
            for sample, (completion, finish_reason, tokens) in enumerate(written):
                writer.add(
                    {
                        "id": content_id("candidate", blueprint["id"], sample),
                        "blueprint_id": blueprint["id"],
                        "category": blueprint["category"],
                        "concepts": blueprint["concepts"],
                        "level": blueprint["level"],
                        "completion": completion,
                        "finish_reason": finish_reason,
                        "tokens": tokens,
                    }
                )


def _questions(config: Config, blueprints: Path) -> Iterator[tuple[dict[str, Any], Request]]:
    sampling = sampling_of(config.roles.generator, config.blueprints.candidates)
    for row in read_rows(blueprints, ["id", "category", "concepts", "level"]):
        fields = {name: row[name] for name in ("category", "concepts", "level")}
        seed = seed_for(config.seed, "generate", row["id"])
        yield row, Request("generator", generate.messages(**fields), sampling, seed, fields)
