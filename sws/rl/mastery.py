"""New problems of a category come to an end when the student has mastered it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import fsum

from sws.rl.group import Outcome
from sws.rl.predict import History, after
from sws.rl.stream import Draw, Prompts, SkippingPrompts

#: Completions of a category's new problems below which nothing is said of it.
_LEAST = 32


class UntilMastered(SkippingPrompts):
    """The draws of a stream, without the new problems of categories that the student has mastered.

    A category is mastered once the share of correct completions, over all of its new problems'
    visits so far, each visit counting half of the problem's next one, is at least `enough`; nothing
    of it is drawn from there on, so it stays so.
    """

    def __init__(
        self,
        inner: Prompts,
        categories: Mapping[str, str],
        problems: int,
        enough: float,
        histories: Mapping[str, History],
    ) -> None:
        """`categories` are those of the new problems, of `problems` in all."""
        super().__init__(inner, problems)
        self._categories, self._enough = categories, enough
        self._histories = {name: histories[name] for name in categories if name in histories}
        self._mastered = self._those_mastered()

    def is_worth(self, draw: Draw) -> bool:
        """Whether it is a seed problem, or of a category that is not mastered."""
        return self._categories.get(draw.problem_id) not in self._mastered

    def learn(self, outcomes: Iterable[Outcome]) -> None:
        """Remember what a step's groups came to."""
        for outcome in outcomes:
            problem = outcome.draw.problem_id
            if problem in self._categories:
                correct = round(outcome.accuracy * outcome.completions)
                history = self._histories.get(problem)
                self._histories[problem] = after(history, correct, outcome.completions)
        self._mastered = self._those_mastered()

    def _those_mastered(self) -> set[str]:
        seen: dict[str, list[History]] = defaultdict(list)
        for problem, history in self._histories.items():
            seen[self._categories[problem]].append(history)
        return {name for name, of in seen.items() if self._is_mastered(*zip(*of, strict=True))}

    def _is_mastered(self, correct: Sequence[float], wrong: Sequence[float]) -> bool:
        # Exact sums: a resumed run has the histories in another order.
        right, completions = fsum(correct), fsum((*correct, *wrong))
        return completions >= _LEAST and right >= self._enough * completions
