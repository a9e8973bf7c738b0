"""From names to verifiers."""

from __future__ import annotations

import re
from types import TracebackType
from typing import Self

from sws.errors import SwsError
from sws.verifiers.base import AnswerVerifier
from sws.verifiers.code import CodeVerifier
from sws.verifiers.mixed import Mixed
from sws.verifiers.own import OwnVerifier
from sws.verifiers.text import Choice, Exact
from sws.verify import Verifier

MATH = "math"
#: The verifiers that need no module, and what each compares.
NAMES = {
    MATH: "mathematics, by value: numbers, expressions, sets, units, words",
    "exact": "the same text, up to spaces",
    "choice": "the letters of multiple choice",
    "code": "Python against tests, in a sandbox; the gold answer is the tests",
    "mixed": "each gold answer names its own (`code: [...]`, `exact: ...`); others are mathematics",
}
_OWN = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


def open_verifier(
    name: str = MATH,
    *,
    timeout_seconds: float = 5.0,
    workers: int = 1,
    read_thoughts: bool = False,
) -> AnswerVerifier:
    """The verifier of a name: one of `NAMES`, or `module:function` of the user's own.

    `timeout_seconds` of wall clock bound the algebra, the test or the call for one completion.
    Raises SwsError for any other name, and where the verifier cannot work on this machine.
    """
    if name == MATH:
        return Verifier(timeout_seconds, workers, read_thoughts=read_thoughts)
    if name == "exact":
        return Exact(workers, read_thoughts=read_thoughts)
    if name == "choice":
        return Choice(workers, read_thoughts=read_thoughts)
    if name == "code":
        return CodeVerifier(timeout_seconds, workers)
    if name == "mixed":
        return Mixed(
            lambda own: open_verifier(
                own, timeout_seconds=timeout_seconds, workers=workers, read_thoughts=read_thoughts
            )
        )
    if _OWN.fullmatch(name):
        return OwnVerifier(name, timeout_seconds, workers, read_thoughts=read_thoughts)
    raise SwsError(
        f"no verifier is called {name!r}",
        expected=f"{', '.join(NAMES)}, or module:function of your own",
        fix="correct the name",
    )


class Verifiers:
    """The verifiers of a set whose problems name their own, each opened when first needed."""

    def __init__(
        self, timeout_seconds: float = 5.0, workers: int = 1, *, read_thoughts: bool = False
    ) -> None:
        self.timeout_seconds = timeout_seconds
        self.workers = workers
        self.read_thoughts = read_thoughts
        self._open: dict[str, AnswerVerifier] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for verifier in self._open.values():
            verifier.close()

    def named(self, name: str) -> AnswerVerifier:
        """The verifier of a name. Raises SwsError as `open_verifier` does."""
        if name not in self._open:
            self._open[name] = open_verifier(
                name,
                timeout_seconds=self.timeout_seconds,
                workers=self.workers,
                read_thoughts=self.read_thoughts,
            )
        return self._open[name]
