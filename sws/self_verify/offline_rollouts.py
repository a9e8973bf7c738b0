"""Offline RL, second half: batches of sampled trajectories; advantages from fixed baselines."""

import logging
import time
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from transformers import PreTrainedTokenizerBase

from sws.config.self_verify import OfflineRL
from sws.errors import SwsError
from sws.rl.group import Question
from sws.rl.recorder import Recorder
from sws.rl.stream import PromptStream
from sws.self_verify.actions import Learned, actions_of, index_of
from sws.self_verify.baselines import Baselines, Key
from sws.self_verify.segments import SegmentParser

log = logging.getLogger(__name__)
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Trajectory:
    """A sampled trajectory in tokens: the action of each, and each action's R - b."""

    row: Row
    ids: "array[int]"
    index: "array[int]"
    advantages: list[float]


class OfflineRollouts:
    """TRL's `rollout_func`: the next trajectories of a seeded permutation, an epoch after another.

    What was trained on is recorded by step, as rollouts are. Every rank draws the same and takes
    its slice.
    """

    def __init__(
        self,
        rule: OfflineRL,
        questions: Mapping[str, Question],
        trajectories: Mapping[str, Trajectory],
        stream: PromptStream,
        recorder: Recorder,
        on_step: Callable[[dict[str, Any]], None],
    ) -> None:
        self.rule, self.questions, self.trajectories = rule, questions, trajectories
        self.stream, self.recorder, self.on_step = stream, recorder, on_step
        self.learned: list[Learned] = []
        self._metrics: dict[str, Any] = {}

    def __call__(self, _prompts: Sequence[str], trainer: Any) -> dict[str, Any]:
        """This rank's share of the step's batch."""
        started = time.monotonic()
        step = trainer.state.global_step // self.rule.updates_per_step
        draws = self.stream.take(self.rule.prompts_per_step * self.rule.group_size)
        share = len(draws) // trainer.accelerator.num_processes
        first = trainer.accelerator.process_index * share
        drawn = [self.trajectories[draw.problem_id] for draw in draws]
        mine = drawn[first : first + share]
        epochs = [draw.epoch for draw in draws[first : first + share]]
        self.recorder.write(step, [_recorded(*one) for one in zip(mine, epochs, strict=True)])
        solved = [float(one.row["outcome"] == "correct") for one in drawn]
        self._metrics = {
            "step": step,
            "position": self.stream.position,
            "epoch": draws[-1].epoch,
            "reward": round(sum(solved) / len(solved), 6),
            "drawn": len(drawn),
            "in_bounds": len(drawn),
            "rounds": 0,
            "tokens": 0,  # sampled in training
            "completions": 0,
            "rollout_seconds": round(time.monotonic() - started, 3),
        }
        self.learned = [(list(one.index), one.advantages) for one in mine]
        return {
            "prompt_ids": [self.questions[one.row["problem_id"]].prompt for one in mine],
            "completion_ids": [list(one.ids) for one in mine],
            "logprobs": None,
            "env_mask": [[1] * len(one.ids) for one in mine],
            "reward": solved[first : first + share],
        }

    def close_step(self, **metrics: Any) -> None:
        """Report the step whose batch was made."""
        self.on_step({**self._metrics, **metrics})


def load_trajectories(
    rows: Iterable[Row],
    tokenizer: PreTrainedTokenizerBase,
    parser: SegmentParser,
    rule: OfflineRL,
) -> dict[str, Trajectory]:
    """The trajectories that were kept, by `problem_id/sample`, with their advantages.

    Those whose tokens make other actions than their text are left out, and counted in the log.
    Raises SwsError where none is left.
    """
    tokens: dict[str, tuple[Row, array[int], array[int]]] = {}
    baselines, other = Baselines(rule.baseline_least), 0
    for row in rows:
        ids = tokenizer(row["completion"], add_special_tokens=False)["input_ids"]
        ids = array("i", [*ids, tokenizer.eos_token_id])
        actions = actions_of(ids, tokenizer, parser)
        if len(actions) != len(row["rewards"]):
            other += 1
            continue
        index = [0] * len(ids) if rule.level == "outcome" else index_of(actions, len(ids))
        tokens[f"{row['problem_id']}/{row['sample']}"] = row, ids, array("i", index)
        baselines.add(keys_of(row, rule), rewards_of(row, rule))
    if other:
        log.warning("%d trajectories have other actions in tokens than in text: left out", other)
    if not tokens:
        raise SwsError(
            "no trajectory to learn from offline",
            expected="problems that the fine-tuned student solves now and then",
            fix="look at the column `reason` of data/self_verify/offline.parquet; widen "
            "self_verify.offline.accuracy_low and accuracy_high, or sample more (group_size)",
        )
    return {
        name: Trajectory(row, ids, index, advantages_of(row, rule, baselines))
        for name, (row, ids, index) in tokens.items()
    }


def advantages_of(row: Row, rule: OfflineRL, baselines: Baselines) -> list[float]:
    """R - b of each action of a trajectory; the outcome counts as one action."""
    pairs = zip(rewards_of(row, rule), keys_of(row, rule), strict=True)
    return [reward - baselines.mean(key) for reward, key in pairs]


def rewards_of(row: Row, rule: OfflineRL) -> list[float]:
    """The rewards that the level learns from."""
    if rule.level == "process":
        return list(row["rewards"])
    return [1.0 if row["outcome"] == "correct" else -1.0]


def keys_of(row: Row, rule: OfflineRL) -> list[Key]:
    """Of which actions the mean reward is the baseline, for each action (the paper's Table 12)."""
    contexts = row["contexts"] if rule.level == "process" else [""]
    like = min(int(row["accuracy"] * rule.bins), rule.bins - 1)
    groups = {
        "position": [f"{like} {place}" for place in range(len(contexts))],
        "bin-context": [f"{like} {context}" for context in contexts],
        "context": contexts,
    }[rule.baseline]
    return [(group, ("solve", "verify")[place % 2]) for place, group in enumerate(groups)]


def _recorded(one: Trajectory, epoch: int) -> Row:
    same = ("problem_id", "sample", "completion", "outcome", "tokens")
    taken = {name: one.row[name] for name in same}
    return {**taken, "epoch": epoch, "answer": one.row["last_answer"]}
