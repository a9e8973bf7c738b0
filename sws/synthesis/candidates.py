"""Generate: candidates as the generator wrote them; screening parses them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sws.config.schema import Config
from sws.engines import Request, Response, open_role, sampling_of
from sws.identity import content_id, seed_for
from sws.prompts import generate
from sws.schemas import BlueprintRow, CandidateRow
from sws.store import count, read_rows

Row = dict[str, Any]


def run(
    config: Config,
    blueprints: Path,
    student: Path | None,
    out: Path,
    server: Path | None = None,
) -> None:
    """Write the candidates of one shard of blueprints, in the blueprints' order.

    A blueprint that the engine refused has an empty completion, and `finish_reason` says why.
    Raises SwsError if the engine fails; answers so far are kept.
    """
    with open_role(config, "generator", student, server) as client:
        pairs = _requests(config, blueprints)
        client.write(
            out, CandidateRow, pairs, _candidates, count([blueprints]), "Writing candidates"
        )


def _requests(config: Config, blueprints: Path) -> Iterator[tuple[Row, Request]]:
    sampling = sampling_of(config.roles.generator, config.blueprints.candidates)
    for row in read_rows(blueprints, list(BlueprintRow.__annotations__)):
        fields = {name: row[name] for name in ("category", "concepts", "level")}
        seed = seed_for(config.seed, "generate", row["blueprint_id"])
        messages = generate.messages(**fields, template=config.prompts.generator)
        yield row, Request("generator", messages, sampling, seed, fields)


def _candidates(blueprint: Row, response: Response) -> Iterator[CandidateRow]:
    written = zip(
        response.texts or ("",),
        response.finish_reasons,
        response.completion_tokens or (0,),
        strict=True,
    )
    for sample, (completion, finish_reason, tokens) in enumerate(written):
        yield {
            "candidate_id": content_id("candidate", blueprint["blueprint_id"], sample),
            "blueprint_id": blueprint["blueprint_id"],
            "category": blueprint["category"],
            "concepts": blueprint["concepts"],
            "level": blueprint["level"],
            "completion": completion,
            "finish_reason": finish_reason,
            "tokens": tokens,
        }
