"""What other trainers write about their rollouts: of each one the problem, the step, the reward.

The shapes were read off these sources:

- verl 1dda039, `trainer.rollout_data_dir`: `STEP.jsonl` of input, output, gts, score, step.
- TRL 1.16.0, `log_completions`: `completions_STEP.parquet` with a column for each reward function.
- open-instruct e6c3044, `save_traces`: prompts as token ids, several steps in a file.
- prime-rl 559b447 (verifiers 0.3.0): `step_N/train/all/traces.jsonl`, an episode a line; before
  that a trace a line, and `step_N/train_rollouts.jsonl` with prompt, example_id and reward.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePath
from typing import Any, NamedTuple

from sws.errors import SwsError
from sws.sources.batch import Batch, find_column
from sws.sources.file import File
from sws.sources.paths import Parts, dig

IDS = ("problem_id", "extra_info.index", "example_id", "index", "id", "uid")
TEXTS = ("problem", "input", "prompt", "question", "messages")
TOKENS = "prompt_tokens"
EPOCHS, STEPS = ("epoch",), ("step", "training_step", "global_step", "iteration")
REWARDS = ("reward", "score", "correct", "acc", "accuracy", "reward_score", "rewards")
#: Numbers that are no rewards, in tables whose rewards bear the names of reward functions.
_NO_REWARDS = {
    *EPOCHS, *STEPS, *IDS, "advantage", "rank", "tokens", "length", "completion_length",
    "prompt_idx", "sample_idx",
}  # fmt: skip
_STEP_FOLDER = re.compile(r"(?:global_?)?step[-_]?(\d+)", re.IGNORECASE)

#: Text of token ids.
Decode = Callable[[Sequence[int]], str]


class Rollout(NamedTuple):
    """One rollout: its row in the batch; None for what it does not say (`reward`: not scored)."""

    row: int
    identity: object
    text: object
    step: int | None
    reward: float | None


def train_files(files: Sequence[File]) -> list[File]:
    """Those of a folder that hold rollouts, each rollout once.

    prime-rl writes what it trained on twice (`all`, `effective`); open-instruct adds a file about
    the run.
    """
    paths = {file.path for file in files}
    return [
        file
        for file in files
        if not ("/effective/" in file.path and file.path.replace("/effective/", "/all/") in paths)
        and not file.path.endswith("_metadata.jsonl")
    ]


def rollouts_of(batch: Batch, reward: str | None, decode: Decode) -> Iterator[Rollout]:
    """The rollouts of a batch, whichever trainer wrote it. Raises SwsError for anything else."""
    names = set(batch.names())
    if {"task", "traces"} <= names:
        return _of_episodes(batch, reward)
    if {"task", "rewards"} <= names:
        return _of_traces(batch, reward)
    return _of_table(batch, reward, decode)


def repeats_key(batch: Batch) -> bytes | None:
    """The content of a logged batch, to know it again: TRL logs the last one at each step."""
    columns = [("prompt",), ("completion",), ("advantage",)]
    if not {name for (name,) in columns} <= set(batch.names()):
        return None
    return repr([batch.values(column) for column in columns]).encode("utf-8", "surrogatepass")


def _of_episodes(batch: Batch, reward: str | None) -> Iterator[Rollout]:
    for index, row in enumerate(batch.rows()):
        step = _step_of_path(batch.file)
        if step is None:
            step = _integer(dig(row, ("run", "work", "step")))
        for trace in row.get("traces") or ():
            text = _task_text(trace) or _task_text(row)
            yield Rollout(index, None, text, step, _trace_reward(batch, index, trace, reward))


def _of_traces(batch: Batch, reward: str | None) -> Iterator[Rollout]:
    for index, trace in enumerate(batch.rows()):
        step = _step_of_path(batch.file)
        scored = _trace_reward(batch, index, trace, reward)
        yield Rollout(index, None, _task_text(trace), step, scored)


def _task_text(row: Any) -> object:
    """The problem of a task: its prompt, or a field that has the name of one."""
    for place in (("task", "data"), ("task",)):
        for name in ("prompt", *TEXTS):
            if value := dig(row, (*place, name)):
                return value
    return None


def _trace_reward(batch: Batch, index: int, trace: Any, name: str | None) -> float | None:
    """The weighted sum of a trace's rewards, or the score of one of them; None: not scored."""
    rewards = dig(trace, ("rewards",))
    if not isinstance(rewards, dict) or (name and rewards and name not in rewards):
        raise _no_reward(batch, name, sorted(rewards) if isinstance(rewards, dict) else [])
    if name:
        one = rewards.get(name)
        return _checked(batch, index, one.get("score") if isinstance(one, dict) else one)
    values = []
    for one in rewards.values():
        score, weight = (one.get("score"), one.get("weight", 1.0)) if isinstance(one, dict) else (
            one, 1.0)  # fmt: skip
        if (value := _checked(batch, index, score)) is not None:
            values.append(value * (_number(weight) or 0.0))
    return sum(values) if values else None


def _of_table(batch: Batch, reward: str | None, decode: Decode) -> Iterator[Rollout]:
    problem, text, at, given = _columns(batch, reward)
    nothing: list[Any] = [None] * len(batch)
    identities = batch.values(problem) if problem else nothing
    texts = batch.values(text) if text else nothing
    if text == (TOKENS,):
        texts = [decode(tokens) if tokens else None for tokens in texts]
    times = batch.values(at) if at else [_step_of_path(batch.file)] * len(batch)
    for index, values in enumerate(zip(identities, texts, times, batch.values(given), strict=True)):
        identity, said, time, value = values
        yield Rollout(index, identity, said, _integer(time), _checked(batch, index, value))


def _columns(
    batch: Batch, reward: str | None
) -> tuple[Parts | None, Parts | None, Parts | None, Parts]:
    """Where a table has the problem's id, its text, the step or epoch, and the reward."""
    problem, text = _first(batch, IDS), _first(batch, (*TEXTS, TOKENS))
    given = _first(batch, [reward] if reward else REWARDS)
    candidates: list[str] = []
    if given is None and not reward:
        named = [name for name in batch.names() if name not in _NO_REWARDS]
        candidates = [name for name in named if type(_any(batch, name)) in (int, float)]
        given = (candidates[0],) if len(candidates) == 1 else None
    if given is None or not (problem or text):
        raise _no_reward(batch, reward, candidates, problem=bool(problem or text))
    return problem, text, _first(batch, (*EPOCHS, *STEPS)), given


def _no_reward(
    batch: Batch, reward: str | None, candidates: Sequence[str], *, problem: bool = True
) -> SwsError:
    missing = f"reward {reward!r}" if reward else "reward" if problem else "problem"
    fix = "name the column of the reward with --reward (initial_rl.reward), or rename columns"
    if candidates:
        fix = f"choose one with --reward (initial_rl.reward): {', '.join(candidates)}"
    return SwsError(
        f"{batch.file}: neither rollouts (no column for the {missing}) nor histories (no `accs`); "
        f"it has {', '.join(batch.names())}",
        expected="the problem (its id or text), a step or epoch, and a reward, as verl's "
        "rollout_data_dir, TRL's completions, open-instruct's and prime-rl's rollouts or a table "
        "of your own have them; or histories: "
        'rows such as {"category": "Algebra", "accs": [0.0, 0.25]}',
        fix=fix,
    )


def _first(batch: Batch, names: Sequence[str]) -> Parts | None:
    return next((parts for name in names if (parts := find_column(batch, name))), None)


def _any(batch: Batch, name: str) -> Any:
    return next((value for value in batch.values((name,)) if value is not None), None)


def _checked(batch: Batch, index: int, value: object) -> float | None:
    """A reward; None where it is missing. Raises SwsError for what cannot be one."""
    number = _number(value)
    if number is None and value not in (None, "", [], [None]):
        raise SwsError(
            f"{batch.where(index)}: the reward cannot be {value!r:.40}",
            expected="a number, or nothing where the rollout was not scored",
            fix="fix or remove that row, or name another column with --reward (initial_rl.reward)",
        )
    return None if number is None or math.isnan(number) else number


def _number(value: Any) -> float | None:
    if isinstance(value, list):
        value = value[-1] if len(value) == 1 else None
    if isinstance(value, str) and not re.fullmatch(r"[-+\d.eE]+", value.strip()):
        return None
    try:
        return None if value is None else float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _integer(value: object) -> int | None:
    number = _number(value)
    return int(number) if number is not None and math.isfinite(number) else None


def _step_of_path(file: str) -> int | None:
    """The step that a folder (`step_12/`) or the end of a file's name says: `12.jsonl`."""
    path = PurePath(file)
    for part in reversed(path.parts[:-1]):
        if found := _STEP_FOLDER.fullmatch(part):
            return int(found[1])
    found = re.search(r"(\d+)$", path.name.split(".")[0])
    return int(found[1]) if found else None
