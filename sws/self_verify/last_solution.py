"""A verifier that reads a completion's last solution, not what its verifications say."""

from collections.abc import Iterable, Iterator

from sws.self_verify.segments import SegmentParser, last_solution
from sws.verifiers import AnswerVerifier
from sws.verify import Verification


class LastSolution:
    """Checks last solutions by another verifier: the reward of outcome RL, and what is recorded."""

    def __init__(self, verifier: AnswerVerifier, parser: SegmentParser) -> None:
        self._verifier, self._parser = verifier, parser

    def verify_many(self, pairs: Iterable[tuple[str, str]]) -> Iterator[Verification]:
        """Outcomes of (gold, completion) pairs, in their order, streaming."""
        return self._verifier.verify_many(
            (gold, last_solution(self._parser.parse(text))) for gold, text in pairs
        )
