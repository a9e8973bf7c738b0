"""A problem to sample solutions for, and the group of rollouts that one draw of it made."""

from dataclasses import dataclass
from typing import NamedTuple

from sws.rl.stream import Draw


@dataclass(frozen=True)
class Question:
    """A problem as the trainer needs it: its prompt in tokens, and the answer to check against."""

    prompt: list[int]
    answer: str
    opening: str = ""  # of a thought, where the prompt ends with it
    domain: str = ""  # of a set that mixes some


@dataclass(frozen=True)
class Group:
    """The rollouts of one draw."""

    draw: Draw
    completions: list[list[int]]
    logprobs: list[list[float]] | None  # from the sampler, if it returns them (vLLM)
    rewards: list[float]  # 1 for a correct answer, else 0; of code, the share of tests passed
    truncated: int = 0  # completions without an end

    @property
    def accuracy(self) -> float:
        """Share of correct completions: the mean reward."""
        return sum(self.rewards) / len(self.rewards)

    def outcome(self, rank: int) -> "Outcome":
        """What other ranks need to know of it."""
        tokens = sum(map(len, self.completions))
        size = len(self.completions)
        return Outcome(self.draw, rank, self.accuracy, size, tokens, self.truncated)


class Outcome(NamedTuple):
    """A group without its tokens."""

    draw: Draw
    rank: int  # that sampled it
    accuracy: float
    completions: int
    tokens: int
    truncated: int = 0
