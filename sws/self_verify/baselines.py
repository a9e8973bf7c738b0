"""What rewards are compared with: the other samples of a group, or actions in the same context."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

Key = tuple[str, str]  # what an action followed, and its kind


def leave_one_out(rewards: Sequence[float]) -> list[float]:
    """RLOO: each reward less the mean of the others; of (1, -1, -1, -1): (2, -2/3, -2/3, -2/3)."""
    total, others = sum(rewards), len(rewards) - 1
    return [reward - (total - reward) / others if others else 0.0 for reward in rewards]


class Baselines:
    """Mean rewards by key, over all that was added; 0 where fewer than `least` were."""

    def __init__(self, least: int = 1) -> None:
        self.least = least
        self._sums: defaultdict[Key, list[float]] = defaultdict(lambda: [0.0, 0])

    def add(self, keys: Iterable[Key], rewards: Iterable[float]) -> None:
        """Count the rewards of some actions."""
        for key, reward in zip(keys, rewards, strict=True):
            entry = self._sums[key]
            entry[0] += reward
            entry[1] += 1

    def mean(self, key: Key) -> float:
        """The baseline of an action."""
        total, count = self._sums.get(key, (0.0, 0))
        return total / count if count and count >= self.least else 0.0

    def sums(self) -> dict[str, list[float]]:
        """What was added, for a journal: `R-V+ solve` to the sum and the count."""
        return {f"{before} {kind}": sums for (before, kind), sums in self._sums.items()}

    def restore(self, sums: Mapping[str, Sequence[float]]) -> None:
        """The sums of a journal, whose keys were contexts."""
        for name, (total, count) in sums.items():
            before, _, kind = name.rpartition(" ")
            self._sums[before, kind] = [total, count]
