"""What every verifier does, and the part that those beside `math` share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import Protocol, Self

from sws.parallel import in_order
from sws.verify import Verification
from sws.verify.alternatives import alternatives


class AnswerVerifier(Protocol):
    """Checks completions against gold answers; total, safe to use from several threads.

    Of a gold answer of alternatives any is right (see `sws.verify.alternatives`).
    """

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def close(self) -> None:
        """End the processes that the verifier started."""

    def read(self, completion: str) -> str | None:
        """The answer that a completion states; None: none."""

    def verify(self, gold: str, completion: str) -> Verification:
        """Outcome of one completion."""

    def verify_many(self, pairs: Iterable[tuple[str, str]]) -> Iterator[Verification]:
        """Outcomes of (gold, completion) pairs, in their order, streaming."""

    def equal(self, gold: str, answer: str) -> bool | None:
        """Whether an answer equals the gold answer; None when time ran out."""

    def parses(self, gold: str) -> bool:
        """Whether a gold answer can be read."""

    def gold_checks_itself(self, gold: str) -> bool:
        """Whether a gold answer would be graded correct; one that fails teaches nothing."""


class Named(ABC):
    """A verifier that checks one completion at a time, on `workers` threads."""

    def __init__(self, workers: int = 1) -> None:
        self.workers = workers

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:  # noqa: B027 (most have none)
        """End the processes that the verifier started."""

    @abstractmethod
    def read(self, completion: str) -> str | None:
        """The answer that a completion states; None: none."""

    @abstractmethod
    def verify(self, gold: str, completion: str) -> Verification:
        """Outcome of one completion."""

    @abstractmethod
    def equal(self, gold: str, answer: str) -> bool | None:
        """Whether an answer equals the gold answer; None when time ran out."""

    def verify_many(self, pairs: Iterable[tuple[str, str]]) -> Iterator[Verification]:
        """Outcomes of (gold, completion) pairs, in their order, streaming."""
        return in_order(lambda pair: self.verify(*pair), pairs, self.workers)

    def parses(self, gold: str) -> bool:
        """Whether a gold answer can be read."""
        return bool(gold.strip())

    def gold_checks_itself(self, gold: str) -> bool:
        """Whether a gold answer would be graded correct; one that fails teaches nothing."""
        return self.parses(gold) and all(
            self.equal(gold, one) is True for one in alternatives(gold)
        )
