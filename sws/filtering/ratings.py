"""Judge: what one judge says about every candidate that passed the screening."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from sws.config.schema import Config
from sws.engines import Request, ask, open_engine
from sws.engines.open import sampling_of
from sws.identity import seed_for
from sws.progress import track
from sws.prompts import judge as prompt
from sws.store import TableWriter, count_kept, read_rows

SCHEMA = pa.schema(
    {
        "id": pa.string(),
        "judge": pa.string(),
        "verdict": pa.string(),
        "criteria": pa.string(),
        "completion": pa.string(),
    }
)
_FIELDS = ("problem", "category", "concepts", "level")


def run(config: Config, judge: str, screened: Path, out: Path, student: Path | None = None) -> None:
    """Write one rating per screened problem that was kept, in the same order.

    An answer that states no single verdict or was cut off, and a prompt too long to be judged,
    are `unparsed`.
    """
    with open_engine(config, f"judge:{judge}", student) as seat, TableWriter(out, SCHEMA) as writer:
        answers = ask(seat.engine, seat.cache, _questions(config, judge, screened))
        for row, response in track(answers, count_kept(screened), f"Judging ({judge})"):
            completion = response.texts[0] if response.texts else ""
            cut_off = "length" in response.finish_reasons[:1]
            rating = prompt.parse(completion, row["problem"], cut_off)
            writer.add(
                {
                    "id": row["id"],
                    "judge": judge,
                    "verdict": rating.verdict,
                    "criteria": json.dumps(rating.criteria, sort_keys=True),
                    "completion": completion,
                }
            )


def _questions(
    config: Config, judge: str, screened: Path
) -> Iterator[tuple[dict[str, Any], Request]]:
    role = f"judge:{judge}"
    sampling = sampling_of(config.roles.named(role))
    for row in read_rows(screened, ["id", *_FIELDS], kept_only=True):
        fields = {name: row[name] for name in _FIELDS}
        seed = seed_for(config.seed, role, row["id"])
        yield row, Request(role, prompt.messages(**fields), sampling, seed, fields)
