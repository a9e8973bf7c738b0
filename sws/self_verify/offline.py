"""Offline RL, first half: sample trajectories once, and decide which ones to learn from.

Section 3.3 of the paper: problems by their accuracy, trajectories by rejection rules.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from sws.config.schema import Config
from sws.config.self_verify import OfflineRL
from sws.engines import Response, Sampling, open_student
from sws.engines.thoughts import solutions
from sws.schemas import OfflineRow
from sws.self_verify.attempts import requests
from sws.self_verify.rewards import Rewarded, reward_actions
from sws.self_verify.segments import Segment, SegmentParser
from sws.self_verify.transitions import outcome_of
from sws.store import count_where, kept, rejected
from sws.verifiers import AnswerVerifier, open_verifier
from sws.verify import Verification

Row = dict[str, Any]
BOTH_RIGHT = "R+V+"  # a right solution, called correct: the end of a trajectory
_TURNS = ("solve", "verify")


def run(config: Config, student: Path, seed_set: Path, out: Path) -> None:
    """Sample trajectories of every seed problem with the fine-tuned student; a row for each."""
    rule, learner = config.self_verify.offline, config.student
    longest = config.self_verify.max_tokens
    sampling = Sampling(rule.group_size, rule.temperature, learner.top_p, longest)
    parser = SegmentParser(config.self_verify.phrases)
    with (
        open_student(config, student) as client,
        open_verifier(config.seed_set.verifier, read_thoughts=learner.read_thoughts) as verifier,
    ):

        def rows(problem: Row, response: Response) -> Iterator[OfflineRow]:
            yield from _decided(problem, response, parser, verifier, rule)

        pairs = requests(config, seed_set, sampling, "offline")
        total = count_where(seed_set)
        client.write(out, OfflineRow, pairs, rows, total, "Sampling trajectories (offline)")


def _decided(
    problem: Row,
    response: Response,
    parser: SegmentParser,
    verifier: AnswerVerifier,
    rule: OfflineRL,
) -> Iterator[OfflineRow]:
    """The samples of one problem."""
    texts = solutions(response)
    parsed = [parser.parse(text) for text in texts]
    checked = verifier.verify_many(
        (problem["answer"], part.text) for parts in parsed for part in parts if part.kind == "solve"
    )
    outcomes = [list(islice(checked, _solutions(parts))) for parts in parsed]
    solved = sum(bool(found) and found[-1].outcome == "correct" for found in outcomes)
    accuracy = solved / max(1, len(texts))
    samples = zip(texts, parsed, outcomes, strict=True)
    for sample, (text, parts, found) in enumerate(samples):
        finished = response.finish_reasons[sample] != "length"
        right = [one.outcome == "correct" for one in found]
        rewarded = reward_actions(parts, right, rule.process, finished)
        why = why_not(accuracy, parts, rewarded, finished, rule)
        last = found[-1] if found else Verification("unparsed", None)
        decision = rejected(why, {"actions": len(parts)}) if why else kept()
        yield {
            "problem_id": problem["problem_id"],
            "problem": problem["problem"],
            "answer": problem["answer"],
            "category": problem["category"],
            "sample": sample,
            "completion": text,
            "tokens": response.completion_tokens[sample],
            "accuracy": accuracy,
            "structure": outcome_of(parts, finished),
            "last_answer": last.answer,
            "outcome": last.outcome,
            "rewards": rewarded.rewards,
            "contexts": [context.before for context in rewarded.contexts],
            **decision,
        }


def why_not(
    accuracy: float,
    parts: Sequence[Segment],
    rewarded: Rewarded,
    finished: bool,
    rule: OfflineRL,
) -> str:
    """The first rule by which offline RL does not learn from a trajectory; '' where it does."""
    if not rule.accuracy_low <= accuracy <= rule.accuracy_high:
        return "the problem is too hard or too easy"
    if not finished:
        return "cut off"
    if not parts or any(one.kind != _TURNS[place % 2] for place, one in enumerate(parts)):
        return "solutions and verifications do not alternate"
    if any(context.before.endswith(BOTH_RIGHT) for context in rewarded.contexts):
        return "goes on after a right solution that was called correct"
    return "too many actions" if len(parts) > rule.max_actions else ""


def _solutions(parts: Sequence[Segment]) -> int:
    return sum(part.kind == "solve" for part in parts)
