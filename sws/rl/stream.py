"""The order in which problems are visited: one seeded permutation of the set per epoch."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from sws.identity import generator


class Draw(NamedTuple):
    """One visit to one problem."""

    position: int  # counts every draw of the run, over all ranks and rounds
    epoch: int  # which pass over the set this visit belongs to
    problem_id: str


class Prompts(Protocol):
    """An endless sequence of draws that resumes by its position."""

    position: int

    def take(self, count: int) -> list[Draw]:
        """The next `count` draws."""

    def learn(self, outcomes: Iterable[Any]) -> None:  # noqa: ARG002  (streams that learn use it)
        """What a step's groups came to; by default it changes no draw."""
        return

    def metrics(self) -> dict[str, int]:
        """What a step's journal says of the stream beside its position."""
        return {}


class PromptStream(Prompts):
    """An endless sequence of draws in which each epoch holds every problem exactly once.

    A draw depends on the ids, the seed and the position alone, so every rank sees the same
    sequence, and a run resumes by setting `position`.
    """

    def __init__(self, problem_ids: Sequence[str], seed: int, position: int = 0) -> None:
        self.position = position
        self._ids = sorted(problem_ids)
        self._seed = seed
        self._epoch = -1
        self._order: list[str] = []

    def take(self, count: int) -> list[Draw]:
        """The next `count` draws."""
        draws = [self.at(self.position + i) for i in range(count)]
        self.position += count
        return draws

    def at(self, position: int) -> Draw:
        """The draw at a position."""
        epoch, place = divmod(position, len(self._ids))
        if epoch != self._epoch:
            self._epoch, self._order = epoch, self.order(epoch)
        return Draw(position, epoch, self._order[place])

    def order(self, epoch: int) -> list[str]:
        """The problems in the order of an epoch."""
        order = list(self._ids)
        generator(self._seed, "prompt order", epoch).shuffle(order)
        return order


class SkippingPrompts(Prompts):
    """The draws of another sequence that are worth it; the others are counted.

    What is skipped keeps its position and epoch, so that a run resumes by `position`, and what
    decides of a draw. When a whole epoch would be skipped, its last problem is drawn.
    """

    def __init__(self, inner: Prompts, problems: int) -> None:
        """`problems` is the length of an epoch."""
        self.position = inner.position
        self._inner, self._problems = inner, problems
        self._skipped = self._in_a_row = 0

    def is_worth(self, draw: Draw) -> bool:
        """Whether to draw a problem."""
        raise NotImplementedError

    def take(self, count: int) -> list[Draw]:
        """The next `count` draws that are not skipped."""
        draws: list[Draw] = []
        while len(draws) < count:
            (draw,) = self._inner.take(1)
            if self.is_worth(draw) or self._in_a_row + 1 >= self._problems:
                draws.append(draw)
                self._in_a_row = 0
            else:
                self._skipped += 1
                self._in_a_row += 1
        self.position = self._inner.position
        return draws

    def metrics(self) -> dict[str, int]:
        """Visits that were skipped since the last call."""
        skipped, self._skipped = self._skipped, 0
        return {"skipped": skipped}
