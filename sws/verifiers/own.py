"""Verifier of the user's own: a function of a module, called in a process that can be killed."""

from __future__ import annotations

import logging
import queue
import threading
from collections import Counter
from typing import Any

from sws.errors import SwsError
from sws.verifiers.base import Named
from sws.verify import Outcome, Verification, extract_answer
from sws.verify.alternatives import alternatives
from sws.verify.process import AlgebraProcess

_OUTCOMES: dict[bool | None, Outcome] = {True: "correct", False: "wrong", None: "unparsed"}
_BEST: tuple[Outcome, ...] = ("correct", "timeout", "wrong", "unparsed")
log = logging.getLogger(__name__)


class OwnVerifier(Named):
    """Calls `function(gold, completion)`, which returns a bool, or None where there is no answer.

    It runs in `workers` processes of its own, each held to `timeout_seconds` of wall clock per
    completion and to a memory limit. What it raises makes a completion unparsed, and is logged
    once for each kind and counted at the end. Raises SwsError where the function cannot be
    imported.
    """

    def __init__(
        self,
        name: str,
        timeout_seconds: float = 5.0,
        workers: int = 1,
        memory_megabytes: int = 8192,
        *,
        read_thoughts: bool = False,
    ) -> None:
        super().__init__(workers)
        self.name = name
        self.read_thoughts = read_thoughts
        worker = ("sws.verifiers.own_worker", name)
        self._processes = [
            AlgebraProcess(timeout_seconds, memory_megabytes, worker) for _ in range(workers)
        ]
        self._idle: queue.LifoQueue[AlgebraProcess] = queue.LifoQueue()
        for process in self._processes:
            self._idle.put(process)
        self._errors: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._ask({})  # an import that fails is named before any work is done

    def close(self) -> None:
        """End the processes; report what the function raised."""
        for process in self._processes:
            process.close()
        for error, count in self._errors.items():
            log.warning("verifier %s: %d times %s", self.name, count, error)
        self._errors.clear()

    def read(self, completion: str) -> str | None:
        """The answer that a completion states."""
        return extract_answer(completion, read_thoughts=self.read_thoughts)

    def verify(self, gold: str, completion: str) -> Verification:
        """Outcome of one completion; of alternatives the best one."""
        found = [self._verify(one, completion) for one in alternatives(gold)]
        return min(found, key=lambda one: _BEST.index(one.outcome))

    def _verify(self, gold: str, completion: str) -> Verification:
        reply = self._ask({"gold": gold, "completion": completion})
        answer = self.read(completion)
        if reply is None:
            return Verification("timeout", answer)
        if error := reply.get("error"):
            self._count(error)
        correct: bool | None = reply.get("correct")
        return Verification(_OUTCOMES[correct], answer)

    def equal(self, gold: str, answer: str) -> bool | None:
        """Whether the function finds the answer correct, given as it is."""
        outcome = self.verify(gold, answer).outcome
        return None if outcome == "timeout" else outcome == "correct"

    def gold_checks_itself(self, gold: str) -> bool:
        """Whether there is a gold answer: a function may take golds of any form."""
        return self.parses(gold)

    def _ask(self, request: dict[str, str]) -> dict[str, Any] | None:
        process = self._idle.get()
        try:
            reply = process.ask(request)
        finally:
            self._idle.put(process)
        if reply is not None and "failed" in reply:
            raise SwsError(
                f"the verifier {self.name} cannot be used: {reply['failed']}",
                expected="module:function, which takes a gold answer and a completion and returns "
                "True, False, or None where the completion has no answer",
                fix="check the name; the module is looked for in the folder of the command and on "
                "PYTHONPATH",
            )
        return reply

    def _count(self, error: str) -> None:
        with self._lock:
            self._errors[error] += 1
            if self._errors[error] == 1:
                log.warning("verifier %s: %s", self.name, error)
