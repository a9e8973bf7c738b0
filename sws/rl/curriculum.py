"""How an arm draws seed problems and new ones: in a fixed share, the easy first, until mastered."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from sws.config.curriculum import Curriculum
from sws.identity import seed_for
from sws.rl.group import Question
from sws.rl.mastery import UntilMastered
from sws.rl.stream import Draw, Prompts, PromptStream
from sws.rl.variant import PLAIN, Histories, Variant
from sws.store import read_manifest, read_rows

SEED = "seed"


def curriculum_of(settings: Curriculum, problems: Path) -> Variant:
    """How a run draws from a training set; without new problems in it, in a random order.

    `problems` is the manifest of a set whose column `source` says which problems are the seed
    set's, as those of the arms do; `accuracy` is what the difficulty filter measured.
    """
    columns = read_manifest(problems)["schema"]
    if not settings.changes_draws or "source" not in columns:
        return PLAIN
    wanted = ["problem_id", "source", "category"] + ["accuracy"] * ("accuracy" in columns)
    rows = list(read_rows(problems, wanted))
    seeds = {row["problem_id"] for row in rows if row["source"] == SEED}
    if len(seeds) in (0, len(rows)):
        return PLAIN
    ease = {row["problem_id"]: row["accuracy"] for row in rows if row.get("accuracy") is not None}
    order = ease if settings.order == "easy-first" else {}
    new = {row["problem_id"]: row["category"] for row in rows if row["source"] != SEED}
    share, enough = settings.seed_share, settings.mastered

    def drawn(questions: Mapping[str, Question], seed: int, position: int) -> Prompts:
        if share is None:
            return EasyFirst(list(questions), seed, order, position)
        known, others = questions.keys() & seeds, questions.keys() - seeds
        return MixedStream(known, others, share, seed, order, position)

    def stream(
        questions: Mapping[str, Question], seed: int, position: int, histories: Histories
    ) -> Prompts:
        inner = drawn(questions, seed, position)
        if enough is None:
            return inner
        return UntilMastered(inner, new, len(questions), enough, histories())

    identity = [f"{settings.seed_share}, {settings.order}"] + [f"{enough}"] * (enough is not None)
    return Variant(", ".join(identity), stream=stream)


class EasyFirst(PromptStream):
    """A `PromptStream` whose first epoch visits the problems of known ease from the easiest on.

    `ease` is the accuracy of some problems; the others keep their random places. Among problems of
    one accuracy, and in later epochs, the order is random.
    """

    def __init__(
        self, ids: Sequence[str], seed: int, ease: Mapping[str, float], position: int = 0
    ) -> None:
        super().__init__(ids, seed, position)
        self._ease = ease

    def order(self, epoch: int) -> list[str]:
        """The problems in the order of an epoch."""
        found = super().order(epoch)
        if epoch:
            return found
        ranked = iter(sorted(filter(self._ease.__contains__, found), key=lambda i: -self._ease[i]))
        return [next(ranked) if problem in self._ease else problem for problem in found]


class MixedStream(Prompts):
    """Draws from the seed set and from the new problems in turn, in a fixed share.

    Of the first n draws, floor(n * share) are of the seed set. Each part has epochs of its own, so
    a draw depends on ids, seed, share and position alone.
    """

    def __init__(
        self,
        seeds: Iterable[str],
        new: Iterable[str],
        share: float,
        seed: int,
        ease: Mapping[str, float],
        position: int = 0,
    ) -> None:
        self._share = Fraction(share).limit_denominator(1000)
        self._seeds = PromptStream(list(seeds), seed_for(seed, "seed problems"))
        self._new = EasyFirst(list(new), seed_for(seed, "new problems"), ease)
        self.position = position

    def take(self, count: int) -> list[Draw]:
        """The next `count` draws."""
        draws = [self._draw(self.position + i) for i in range(count)]
        self.position += count
        return draws

    def _draw(self, position: int) -> Draw:
        before, after = int(position * self._share), int((position + 1) * self._share)
        part, place = (self._seeds, before) if after > before else (self._new, position - before)
        return part.at(place)._replace(position=position)
