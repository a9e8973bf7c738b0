"""Checking answers: exact arithmetic first, algebra in killable processes where it is needed."""

from __future__ import annotations

import queue
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from sws.parallel import in_order
from sws.verify.alternatives import alternatives, has_alternatives
from sws.verify.compare import decide, readable
from sws.verify.notation import tidy
from sws.verify.process import AlgebraProcess
from sws.verify.reading import extract_answer
from sws.verify.verdicts import any_of
from sws.verify.words import is_placeholder

Outcome = Literal["correct", "wrong", "unparsed", "timeout"]

ANSWER_LIMIT = 2000  # characters; what is longer is not an answer
CACHE_SIZE = 65_536
_PLAIN = 60  # digits of an integer that needs no check: most golds are one
WINDOW = 4096  # pairs in flight per worker: those that need algebra are few and far between


@dataclass(frozen=True)
class Verification:
    """What became of one completion: its outcome, and the answer found in it (None: none)."""

    outcome: Outcome
    answer: str | None
    share: float | None = None  # of the tests that passed, where the answer is code

    @property
    def reward(self) -> float:
        """1 for a correct answer, else 0; of code, the share of tests passed."""
        return float(self.outcome == "correct") if self.share is None else self.share


class Verifier:
    """Checks completions against gold answers. Total: whatever a model writes has an outcome.

    Of a gold answer of alternatives any is right (see `sws.verify.alternatives`).

    Values are compared in this process, exactly or to sixty digits. What needs algebra - infinite
    sums, integrals, limits - goes to SymPy in `workers` processes, started when first needed, each
    held to `timeout_seconds` of wall clock per answer and to a memory limit, and killed beyond
    either. Results are cached by content. Safe to use from several threads. `read_thoughts`: where
    no answer follows a completion's thoughts, it is read in them.

    Use as a context manager, or call `close`.
    """

    def __init__(
        self,
        timeout_seconds: float = 5.0,
        workers: int = 1,
        memory_megabytes: int = 2048,
        *,
        read_thoughts: bool = False,
    ) -> None:
        self.workers = workers
        self.read_thoughts = read_thoughts
        self._processes = [
            AlgebraProcess(timeout_seconds, memory_megabytes) for _ in range(workers)
        ]
        self._idle: queue.LifoQueue[AlgebraProcess] = queue.LifoQueue()
        for process in self._processes:
            self._idle.put(process)
        self._cache: OrderedDict[tuple[str, str], bool | None] = OrderedDict()
        self._cache_lock = threading.Lock()

    def __enter__(self) -> Verifier:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the worker processes; they start again if the verifier is used again."""
        for process in self._processes:
            process.close()

    def verify(self, gold: str, completion: str) -> Verification:
        """Outcome of one completion: the answer it states, against the gold answer."""
        return self.check(gold, self.read(completion))

    def read(self, completion: str) -> str | None:
        """The answer that a completion states; of a thought only with `read_thoughts`."""
        return extract_answer(completion, read_thoughts=self.read_thoughts)

    def check(self, gold: str, answer: str | None) -> Verification:
        """Outcome of an answer that was already extracted (None: no answer)."""
        known = _without_algebra((gold, answer))
        if known is not None or answer is None:
            return known or Verification("unparsed", None)
        return _verification(self.equal(gold, answer), answer)

    def verify_many(self, pairs: Iterable[tuple[str, str]]) -> Iterator[Verification]:
        """Outcomes of (gold, completion) pairs, in their order, streaming.

        Completions are verified ahead by all workers, at most `WINDOW` per worker.
        """
        return self.check_many((gold, self.read(completion)) for gold, completion in pairs)

    def check_many(self, pairs: Iterable[tuple[str, str | None]]) -> Iterator[Verification]:
        """Like `verify_many`, of (gold, answer) pairs."""
        return in_order(
            lambda pair: self.check(*pair), pairs, self.workers, _without_algebra, WINDOW
        )

    def equal(self, gold: str, answer: str) -> bool | None:
        """Whether an answer equals the gold answer; None when time or memory ran out."""
        if has_alternatives(gold):
            return any_of(self._equal(one, answer) for one in alternatives(gold))
        return self._equal(gold, answer)

    def parses(self, gold: str) -> bool:
        """Whether a gold answer can be read at all, as a number, as words or as mathematics."""
        return all(
            len(one) <= ANSWER_LIMIT and readable(one) and not is_placeholder(one)
            for one in alternatives(gold)
        )

    def gold_checks_itself(self, gold: str) -> bool:
        r"""Whether ``\boxed{gold}`` would be graded correct; a gold that fails teaches nothing."""
        if gold.isascii() and gold.isdecimal() and len(gold) <= _PLAIN:
            return True
        return self.parses(gold) and all(
            self.verify(one, f"\\boxed{{{one}}}").outcome == "correct" for one in alternatives(gold)
        )

    def _equal(self, gold: str, answer: str) -> bool | None:
        verdict = _decided(gold, answer)
        return self._by_algebra(gold, answer) if verdict is None else verdict

    def _by_algebra(self, gold: str, answer: str) -> bool | None:
        """Algebra's verdict on a pair; None when time or memory ran out. Cached."""
        key = (gold, answer)
        with self._cache_lock:
            if key in self._cache:
                self._cache.move_to_end(key)
                return self._cache[key]
        process = self._idle.get()
        try:
            reply = process.ask({"gold": gold, "answer": answer})
        finally:
            self._idle.put(process)
        verdict = None if reply is None else reply["equal"]
        with self._cache_lock:
            self._cache[key] = verdict
            while len(self._cache) > CACHE_SIZE:
                self._cache.popitem(last=False)
        return verdict


def _without_algebra(pair: tuple[str, str | None]) -> Verification | None:
    """What `Verifier.check` finds, where that needs no algebra."""
    gold, answer = pair
    if answer is None or len(answer) > ANSWER_LIMIT or not tidy(answer):
        return Verification("unparsed", None)
    if has_alternatives(gold):
        verdict = any_of(_decided(one, answer) for one in alternatives(gold))
    else:
        verdict = _decided(gold, answer)
    return None if verdict is None else _verification(verdict, answer)


def _decided(gold: str, answer: str) -> bool | None:
    """Whether an answer equals a gold answer; None when only algebra can tell."""
    if max(len(gold), len(answer)) > ANSWER_LIMIT:
        return gold == answer
    return decide(gold, answer)


def _verification(verdict: bool | None, answer: str) -> Verification:
    if verdict is None:
        return Verification("timeout", answer)
    return Verification("correct" if verdict else "wrong", answer)
