"""Labels: the reference answer of a candidate, voted by self-consistency (SwS, section 3.3)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from sws.config.filtering import Labels
from sws.config.schema import Config
from sws.engines import Request, ask, open_engine
from sws.engines.open import sampling_of
from sws.identity import seed_for
from sws.progress import track
from sws.prompts.solve import labeler_messages
from sws.store import DECISION, TableWriter, count_kept, kept, read_rows, rejected
from sws.verify import Verifier, extract_answer
from sws.vote import Vote, vote

SCHEMA = pa.schema(
    [
        pa.field("id", pa.string()),
        pa.field("problem", pa.string()),
        pa.field("category", pa.string()),
        pa.field("label", pa.string()),
        pa.field("vote_share", pa.float64()),
        pa.field("n_votes", pa.int32()),
        pa.field("n_samples", pa.int32()),
        pa.field("tied", pa.bool_()),
        pa.field("low", pa.float64()),
        pa.field("high", pa.float64()),
        pa.field("groups", pa.string()),
        *DECISION,
    ]
)


def run(config: Config, verdicts: Path, out: Path, student: Path | None = None) -> None:
    """Write the label and the decision on every candidate that the judges kept.

    `n_votes` counts the samples with a readable answer; the others never vote but stay in the
    denominator of `vote_share`, which `low` and `high` bound (Wilson, 95 %). A label must also
    be one that training can check.
    """
    with (
        open_engine(config, "labeler", student) as seat,
        Verifier() as verifier,
        TableWriter(out, SCHEMA) as writer,
    ):
        answered = ask(seat.engine, seat.cache, questions(config, verdicts))
        for row, response in track(answered, count_kept(verdicts), "Labelling"):
            answers = [extract_answer(text) for text in response.texts]
            found = vote(answers, verifier.equal, verifier.parses)
            reason = _reason(found, config.labels, verifier)
            # Without any text, why: the prompt was too long.
            shown = found.groups if response.texts else response.finish_reasons
            decision = rejected(reason, shown) if reason else kept()
            writer.add({**row, **_columns(found), **decision})


def _reason(found: Vote, rule: Labels, verifier: Verifier) -> str:
    if found.label is None:
        return "no answer parsed"
    if found.share < rule.min_share:
        return f"vote share under {rule.min_share:g}"
    if rule.exceed and found.share == rule.min_share:
        return f"vote share not over {rule.min_share:g}"
    return "" if verifier.gold_checks_itself(found.label) else "label does not check"


def _columns(found: Vote) -> dict[str, Any]:
    low, high = found.interval
    return {
        "label": found.label,
        "vote_share": found.share,
        "n_votes": found.n_votes,
        "n_samples": found.n_samples,
        "tied": found.tied,
        "low": low,
        "high": high,
        "groups": json.dumps(found.groups),
    }


def questions(config: Config, verdicts: Path) -> Iterator[tuple[dict[str, Any], Request]]:
    """The problems that the judges kept, and what the labeler is asked about each."""
    sampling = sampling_of(config.roles.labeler, config.labels.samples)
    for row in read_rows(verdicts, ["id", "problem", "category"], kept_only=True):
        seed = seed_for(config.seed, "label", row["id"])
        messages = labeler_messages(row["problem"])
        yield row, Request("labeler", messages, sampling, seed, {"problem": row["problem"]})
