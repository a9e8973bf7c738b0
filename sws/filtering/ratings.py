"""Judge: what one judge says about every candidate that passed the screening."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sws.config.schema import Config
from sws.engines import Request, Response, open_role, sampling_of
from sws.identity import seed_for
from sws.prompts import judge as prompt
from sws.schemas import RatingRow
from sws.store import count_where, read_rows

_FIELDS = ("problem", "category", "concepts", "level")
Row = dict[str, Any]


def run(
    config: Config,
    judge: str,
    screened: Path,
    student: Path | None,
    out: Path,
    server: Path | None = None,
) -> None:
    """Write one rating per screened problem that was kept, in the same order.

    The verdict is `unparsed` if the answer states no single verdict or was truncated, or if the
    prompt was too long.
    """

    def rate(row: Row, response: Response) -> Iterator[RatingRow]:
        completion = response.texts[0] if response.texts else ""
        cut_off = "length" in response.finish_reasons[:1]
        rating = prompt.parse(completion, row["problem"], cut_off)
        yield {
            "problem_id": row["problem_id"],
            "judge": judge,
            "verdict": rating.verdict,
            "criteria": dict(sorted(rating.criteria.items())),
            "completion": completion,
        }

    with open_role(config, f"judge:{judge}", student, server) as client:
        pairs = _requests(config, judge, screened)
        client.write(out, RatingRow, pairs, rate, count_where(screened), f"Judging ({judge})")


def _requests(config: Config, judge: str, screened: Path) -> Iterator[tuple[Row, Request]]:
    role = f"judge:{judge}"
    sampling = sampling_of(config.roles.named(role))
    for row in read_rows(screened, ["problem_id", *_FIELDS], only="kept"):
        fields = {name: row[name] for name in _FIELDS}
        seed = seed_for(config.seed, role, row["problem_id"])
        messages = prompt.messages(**fields, template=config.prompts.judge)
        yield row, Request(role, messages, sampling, seed, fields)
