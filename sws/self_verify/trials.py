"""Completions as trials: which solutions were right, and what was judged of each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, tee
from typing import NamedTuple

from sws.self_verify.segments import Judgement, SegmentParser
from sws.self_verify.transitions import outcome_of
from sws.verifiers import AnswerVerifier


class Completion(NamedTuple):
    """What a model wrote for a problem, and the answer to check it against."""

    problem_id: str
    gold: str
    text: str
    finished: bool = True


@dataclass(frozen=True)
class Trial:
    """A completion whose solutions were checked.

    `solutions` holds the verifier's outcome of each; `judgements` pairs what each verification
    says with whether the solution before it is right. One that no solution precedes judges nothing.
    """

    structure: str
    solutions: tuple[str, ...]
    judgements: tuple[tuple[Judgement, bool], ...]

    @property
    def right(self) -> tuple[bool, ...]:
        """Whether each solution is right."""
        return tuple(outcome == "correct" for outcome in self.solutions)


def trials(
    completions: Iterable[Completion], parser: SegmentParser, verifier: AnswerVerifier
) -> Iterator[tuple[Completion, Trial]]:
    """Each completion with its trial, in order, streaming; every solution is checked by itself."""
    parsed, ahead = tee((one, parser.parse(one.text)) for one in completions)
    outcomes = verifier.verify_many(
        (one.gold, part.text) for one, parts in ahead for part in parts if part.kind == "solve"
    )
    for one, parts in parsed:
        count = sum(part.kind == "solve" for part in parts)
        solutions = tuple(found.outcome for found in islice(outcomes, count))
        solved, judged = 0, []
        for part in parts:
            solved += part.kind == "solve"
            if part.judgement and solved:
                judged.append((part.judgement, solutions[solved - 1] == "correct"))
        yield one, Trial(outcome_of(parts, one.finished), solutions, tuple(judged))
