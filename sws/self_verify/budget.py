"""A run that ends when it has sampled as many tokens as others spent: the control of S²R."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from sws.config.self_verify import SelfVerifyRL
from sws.errors import SwsError
from sws.rl.recorder import Journal
from sws.rl.rollouts import Rollouts
from sws.store import read_rows

#: Most steps of such a run, as a multiple of the configured ones: it may answer in fewer tokens.
LONGEST = 20


def tokens_of(spent: Iterable[Path]) -> int:
    """The tokens of tables of samples (.json) and of journals of training runs (.jsonl).

    Raises SwsError where no tokens are found: nothing would be compared.
    """
    total = 0
    for path in spent:
        rows = Journal(path).lines() if path.suffix == ".jsonl" else read_rows(path, ["tokens"])
        total += sum(row["tokens"] for row in rows)
    if not total:
        raise SwsError(
            f"no tokens in {', '.join(map(str, spent))}",
            expected="tables with a column tokens, or metrics.jsonl of training runs",
        )
    return total


def steps_for(tokens: int, rule: SelfVerifyRL, journal: Journal) -> int:
    """Steps to plan for: those on record where they spent the tokens, else more than are needed."""
    done = journal.lines()
    return len(done) if spent_by(done) >= tokens else LONGEST * rule.steps


def spent_by(lines: Sequence[dict[str, Any]]) -> int:
    """The tokens that the steps of a journal sampled."""
    return sum(line["tokens"] for line in lines)


class Stop(TrainerCallback):  # type: ignore[misc]
    """Ends training after the step with which a run has sampled `tokens` in all."""

    def __init__(self, tokens: int, spent: int, rollouts: Rollouts) -> None:
        self._left = tokens - spent
        self._rollouts = rollouts

    def on_step_end(self, _args: Any, state: Any, control: Any, **_: Any) -> None:
        """Count the tokens of a step after its last update."""
        if state.global_step % self._rollouts.config.updates_per_step == 0:
            self._left -= self._rollouts.tokens
            control.should_training_stop |= self._left <= 0
