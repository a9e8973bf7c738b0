"""Judge: what one judge says about every candidate that passed the screening."""

from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sws.config.schema import Config
from sws.engines import Request, Response, RoleClient, open_role, sampling_of
from sws.filtering.verdicts import NOT_ASKED, decide, with_ratings
from sws.identity import seed_for
from sws.ledger import count
from sws.prompts import judge as prompt
from sws.schemas import RatingRow, schema_of
from sws.store import count_where, read_rows, write_table

_FIELDS = ("problem", "category", "concepts", "level")
Row = dict[str, Any]


def run(
    config: Config,
    judge: str,
    screened: Path,
    student: Path | None,
    out: Path,
    server: Path | None = None,
    earlier: Sequence[Path] = (),
) -> None:
    """Write one rating per screened problem that was kept, in the same order.

    The verdict is `unparsed` if the answer states no single verdict or was truncated, or if the
    prompt was too long; `not asked` where the ratings of `earlier` judges decide already.
    Raises SwsError when those belong to other problems.
    """
    with open_role(config, f"judge:{judge}", student, server) as client:
        write_table(out, schema_of(RatingRow), _ratings(config, judge, screened, earlier, client))


def _ratings(
    config: Config, judge: str, screened: Path, earlier: Sequence[Path], client: RoleClient
) -> Iterator[RatingRow]:
    total = None if earlier else count_where(screened)
    asked = client.ask(_requests(config, judge, screened, earlier), total, f"Judging ({judge})")
    for row, is_open in _screened(config, screened, earlier):
        if is_open:
            _, response = next(asked)
            yield _rated(row, judge, response)
        else:
            count(not_asked=1)
            yield {
                "problem_id": row["problem_id"],
                "judge": judge,
                "verdict": NOT_ASKED,
                "criteria": {},
                "completion": "",
            }
    deque(asked, maxlen=0)  # at its end it checks how many were refused


def _rated(row: Row, judge: str, response: Response) -> RatingRow:
    completion = response.texts[0] if response.texts else ""
    cut_off = "length" in response.finish_reasons[:1]
    rating = prompt.parse(completion, row["problem"], cut_off)
    return {
        "problem_id": row["problem_id"],
        "judge": judge,
        "verdict": rating.verdict,
        "criteria": dict(sorted(rating.criteria.items())),
        "completion": completion,
    }


def _screened(
    config: Config, screened: Path, earlier: Sequence[Path]
) -> Iterator[tuple[Row, bool]]:
    """The screened problems, and whether the verdicts so far leave their fate open."""
    rows = read_rows(screened, ["problem_id", *_FIELDS], only="kept")
    for row, given in with_ratings(rows, earlier):
        verdicts = [given.get(judge, NOT_ASKED) for judge in config.roles.judges]
        yield row, decide(verdicts, config.verdicts) is None


def _requests(
    config: Config, judge: str, screened: Path, earlier: Sequence[Path]
) -> Iterator[tuple[Row, Request]]:
    role = f"judge:{judge}"
    sampling = sampling_of(config.roles.named(role))
    for row, is_open in _screened(config, screened, earlier):
        if not is_open:
            continue
        fields = {name: row[name] for name in _FIELDS}
        seed = seed_for(config.seed, role, row["problem_id"])
        messages = prompt.messages(**fields, template=config.prompts.judge)
        yield row, Request(role, messages, sampling, seed, fields)
