"""Verifier of a set whose problems are checked in different ways: each gold answer names its own.

`code: ["assert f(1) == 2"]` is checked by running, `exact: Paris` by its text; an answer that names
none is mathematics. A gold answer stays one text in every table, and every stage can use it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Self

from sws.verifiers.base import AnswerVerifier
from sws.verify import Verification

MATH = "math"
_NAMED = re.compile(r"(exact|choice|code): ?(?=\S)")
#: What problems are about, by how they are checked.
DOMAINS = {"math": "mathematics", "code": "code"}


def named(verifier: str, gold: str) -> str:
    """The gold answer with the name of its verifier, as `mixed` reads it."""
    return gold if verifier in (MATH, "mixed") else f"{verifier}: {gold}"


def parted(gold: str) -> tuple[str, str]:
    """The verifier that a gold answer names, and the gold answer by itself."""
    found = _NAMED.match(gold)
    return (found[1], gold[found.end() :]) if found else (MATH, gold)


def names_verifier(gold: object) -> bool:
    """Whether a gold answer names its verifier."""
    return isinstance(gold, str) and _NAMED.match(gold) is not None


def domain_of(gold: str) -> str:
    """mathematics, code or text, by the verifier that a gold answer names."""
    return DOMAINS.get(parted(gold)[0], "text")


class Mixed:
    """Opens the verifiers that gold answers name, each when it is first needed.

    Answers without a gold (`read`) are those of mathematics.
    """

    def __init__(self, opened: Callable[[str], AnswerVerifier]) -> None:
        self._opened = opened
        self._open: dict[str, AnswerVerifier] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the processes of every verifier."""
        for verifier in self._open.values():
            verifier.close()

    def of(self, name: str) -> AnswerVerifier:
        """The verifier of a name."""
        if name not in self._open:
            self._open[name] = self._opened(name)
        return self._open[name]

    def read(self, completion: str) -> str | None:
        """The answer that a completion states; none that would choose its verifier as a label."""
        answer = self.of(MATH).read(completion)
        return None if names_verifier(answer) else answer

    def verify(self, gold: str, completion: str) -> Verification:
        """Outcome of one completion."""
        name, own = parted(gold)
        return self.of(name).verify(own, completion)

    def verify_many(self, pairs: Iterable[tuple[str, str]]) -> Iterator[Verification]:
        """Outcomes of (gold, completion) pairs, in their order, streaming."""
        parts = ((*parted(gold), completion) for gold, completion in pairs)
        for name, group in groupby(parts, lambda part: part[0]):
            yield from self.of(name).verify_many((gold, text) for _, gold, text in group)

    def equal(self, gold: str, answer: str) -> bool | None:
        """Whether an answer, which may name its verifier too, equals the gold answer."""
        name, own = parted(gold)
        other, bare = parted(answer)
        return self.of(name).equal(own, bare if other == name else answer)

    def parses(self, gold: str) -> bool:
        """Whether a gold answer can be read."""
        name, own = parted(gold)
        return self.of(name).parses(own)

    def gold_checks_itself(self, gold: str) -> bool:
        """Whether a gold answer would be graded correct; one that fails teaches nothing."""
        name, own = parted(gold)
        return self.of(name).gold_checks_itself(own)
