"""Why a row has no answer, by name, and how many such rows a stage may have."""

import logging
from collections import Counter

from sws.engines.request import Response
from sws.errors import SwsError

PROMPT_TOO_LONG = "prompt too long"
CONTENT_FILTER = "content filter"
EMPTY = "empty answer"
CUT_OFF_THOUGHT = "cut off in thought"
BAD_REQUEST = "bad request"
UNREADABLE = "unreadable reply"
SERVER_ERROR = "server error"
TIMED_OUT = "timed out"

#: What to do about each.
ADVICE = {
    PROMPT_TOO_LONG: "lower the role's max_tokens, or give the server a longer context",
    CONTENT_FILTER: "ask a server without this filter, or raise max_refused",
    EMPTY: "look at the server's reasoning parser and chat template",
    CUT_OFF_THOUGHT: "raise the role's max_tokens, or switch thinking off: "
    "`chat_template_kwargs: {enable_thinking: false}`",
    BAD_REQUEST: "leave out what the server does not take (`omit: [seed]`, `max_n: 1`, "
    "`max_tokens_parameter: max_completion_tokens`)",
    UNREADABLE: "check that `url` is a server of the OpenAI protocol",
    SERVER_ERROR: "look into the server's log",
    TIMED_OUT: "raise timeout_seconds, or lower concurrency or max_tokens",
}
#: Refusals logged in full, per reason.
_SHOWN = 3
#: Refused without a single answer, of an unknown total: there is no point in going on.
_HOPELESS = 64

log = logging.getLogger(__name__)


class Refusals:
    """The refused rows of one stage, counted by reason against the share that is allowed.

    One row never stops a stage, unless it is the only one or the share is 0.
    """

    def __init__(self, stage: str, share: float, total: int | None) -> None:
        self._stage, self._share, self._total = stage, share, total
        self._reasons: Counter[str] = Counter()
        self._first: dict[str, str] = {}
        self._seen = 0

    def see(self, response: Response) -> None:
        """Count one row."""
        self._seen += 1
        if (reason := response.refused) is None:
            return
        self._reasons[reason] += 1
        self._first.setdefault(reason, response.detail)
        if self._reasons[reason] <= _SHOWN:
            detail = f": {response.detail}" if response.detail else ""
            log.warning("%s: a row was refused: %s%s", self._stage, reason, detail)

    @property
    def hopeless(self) -> bool:
        """Whether the stage is bound to fail, whatever the rows to come bring."""
        if self._total:
            return self._too_many(self._total)
        return self._reasons.total() == self._seen >= _HOPELESS

    def _too_many(self, rows: int) -> bool:
        refused = self._reasons.total()
        allowed = max(self._share * rows, 1) if self._share else 0
        return refused > allowed or (refused == rows > 0)

    def check(self) -> None:
        """At the end: raise SwsError when too many rows were refused, else log how many."""
        if not self._reasons:
            return
        counts = ", ".join(f"{reason} {count}" for reason, count in self._reasons.most_common())
        said = f"{self._stage}: {self._reasons.total()} of {self._seen} rows were refused: {counts}"
        if not (self.hopeless or self._too_many(self._seen)):
            log.warning("%s; a later run asks them again", said)
            return
        lines = [f"  - {reason}: {detail}" for reason, detail in self._first.items() if detail]
        fixes = [ADVICE[reason] for reason in self._reasons if reason in ADVICE]
        raise SwsError(
            "\n".join([said, *lines]),
            expected=f"at most {self._share:.0%} of the rows (max_refused)",
            fix="; ".join([*fixes, "then run the same command again: answers so far are kept"]),
        )
