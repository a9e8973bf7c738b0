"""Labels: the reference answer of a candidate, voted by self-consistency (SwS, section 3.3)."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from sws.config.filtering import Labels
from sws.config.schema import Config
from sws.engines import Request, Response, open_role, sampling_of, write
from sws.identity import seed_for
from sws.prompts.solve import labeler_messages
from sws.schemas import LabelRow
from sws.store import count_where, kept, read_rows, rejected
from sws.verifiers import AnswerVerifier, open_verifier
from sws.verify.decided import is_decided, votes_needed
from sws.verify.vote import Vote, vote

Row = dict[str, Any]


def run(
    config: Config,
    verdicts: Path,
    student: Path | None,
    out: Path,
    server: Path | None = None,
) -> None:
    """Write the label and the decision on every candidate that the judges kept.

    `n_votes` counts the samples with a parseable answer; the others do not vote but count in the
    denominator of `vote_share`, whose 95 % Wilson interval is `low` to `high`. A label must also
    be verifiable in training. With `frugal.votes`, a vote is over once it is decided: the same
    problems are kept with the same labels, and share and interval are of the samples drawn.
    """
    with (
        open_role(config, "labeler", student, server) as client,
        open_verifier(config.seed_set.verifier) as verifier,
    ):

        def label(row: Row, response: Response) -> Iterator[LabelRow]:
            yield _labelled(row, response, config.labels, verifier)

        def is_settled(_: Row, drawn: Response) -> bool:
            answers = [verifier.read(text) for text in drawn.texts]
            return is_decided(answers, rule.samples, needed, verifier.equal)

        rule = config.labels
        needed = votes_needed(rule.samples, rule.keeps)
        rows, total = partial(requests, config, verdicts), count_where(verdicts)
        answered = client.ask_in_turns(
            rows, is_settled, config.frugal.votes, rule.samples, total, "Labelling"
        )
        write(out, LabelRow, answered, label)


def requests(config: Config, verdicts: Path) -> Iterator[tuple[Row, Request]]:
    """The problems that the judges kept, each with the request to the labeler."""
    sampling = sampling_of(config.roles.labeler, config.labels.samples)
    for row in read_rows(verdicts, ["problem_id", "problem", "category"], only="kept"):
        seed = seed_for(config.seed, "label", row["problem_id"])
        messages = labeler_messages(row["problem"], config.prompts.labeler)
        yield row, Request("labeler", messages, sampling, seed, {"problem": row["problem"]})


def _labelled(row: Row, response: Response, rule: Labels, verifier: AnswerVerifier) -> LabelRow:
    answers = [verifier.read(text) for text in response.texts]
    found = vote(answers, verifier.equal, verifier.parses)
    reason = _reason(found, rule, verifier)
    # Without a completion, the finish reason says why (prompt too long, for example).
    shown = {"votes": found.groups} if response.texts else _ended(response)
    low, high = found.interval
    return {
        "problem_id": row["problem_id"],
        "problem": row["problem"],
        "answer": found.label,
        "category": row["category"],
        "vote_share": found.share,
        "n_votes": found.n_votes,
        "n_samples": found.n_samples,
        "tied": found.tied,
        "low": low,
        "high": high,
        "groups": [{"answer": answer, "votes": votes} for answer, votes in found.groups],
        **(rejected(reason, shown) if reason else kept()),
    }


def _ended(response: Response) -> dict[str, str]:
    return {"finish_reasons": ", ".join(response.finish_reasons)}


def _reason(found: Vote, rule: Labels, verifier: AnswerVerifier) -> str:
    """Why a label is not used, or ''."""
    if found.label is None:
        return "no answer parsed"
    if not rule.keeps(found.share):
        side = "under" if found.share < rule.min_share else "not over"
        return f"vote share {side} {rule.min_share:g}"
    return "" if verifier.gold_checks_itself(found.label) else "label does not check"
