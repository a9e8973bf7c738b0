"""What became of the rows of a problem set: counted by reason, with examples of each."""

import logging
from collections import Counter
from collections.abc import Mapping
from typing import Any

from sws.errors import SwsError
from sws.text.contamination import OVERLAP
from sws.text.decisions import common_run
from sws.verify.no_answer import ADVICE

log = logging.getLogger(__name__)

EXAMPLES = 2  # of each reason
_SHOWN = 60  # characters of an example


class Outcomes:
    """Counts of rows by the reason why they are left out ('': kept)."""

    def __init__(self) -> None:
        self.reasons: Counter[str] = Counter()
        self._examples: dict[str, list[str]] = {}
        self._runs: Counter[str] = Counter()

    def add(self, reason: str, example: str, run: str = "") -> None:
        """Count one row; `example` shows it to people, a benchmark has the `run` of words too."""
        self.reasons[reason] += 1
        if run:
            self._runs[run] += 1
        if reason and len(shown := self._examples.setdefault(reason, [])) < EXAMPLES:
            shown.append(example)

    def add_conditions(self, left_out: Mapping[str, int]) -> None:
        """Count the rows that conditions of `where` left out, by condition."""
        self.reasons.update(by_condition(left_out))

    @property
    def left_out(self) -> str:
        """The counts of all that is left out, in one line."""
        return ", ".join(f"{count} {reason}" for reason, count in self._counted() if reason)

    def _counted(self) -> list[tuple[str, int]]:
        return sorted(self.reasons.items(), key=lambda pair: (-pair[1], pair[0]))

    def report(self, key: str) -> None:
        """Log what was kept, why the rest was not, and a phrase that explains most overlaps."""
        if phrase := self._phrase(key):
            log.warning("%s: %s", key, phrase)
        log.info(
            "%s: %d of %d rows kept%s",
            key, self.reasons[""], self.reasons.total(),
            f"; left out: {self.left_out}" if self.left_out else "",
        )  # fmt: skip

    def refusal(self, key: str, source: str, use: str) -> SwsError:
        """The error for a set of which no row is left to `use`: counts, examples and advice."""
        fix = f"check {key}.columns in params.yaml; `sws look {source}` shows what they hold"
        if any(reason.startswith(OVERLAP) for reason in self.reasons):
            fix += ". Problems of a benchmark are never trained on: check `benchmarks` too"
        if phrase := self._phrase(key):
            fix += f". {phrase}"
        lines = "".join(f"\n  - {self._line(reason, count)}" for reason, count in self._counted())
        return SwsError(
            f"{key}: {source} has no problem that can be {use}:{lines}",
            expected="problems with checkable answers, at least one",
            fix=fix,
        )

    def _phrase(self, key: str) -> str:
        found = common_run(self._runs)
        if not found:
            return ""
        return (
            f"{found['rows']} of {found['of']} overlaps are the words {found['ngram']!r}: if they "
            f"are an instruction, name it in {key}.strip or in the benchmark's"
        )

    def _line(self, reason: str, count: int) -> str:
        examples, advice = " and ".join(self._examples.get(reason, ())), ADVICE.get(reason, "")
        such = f", such as {examples}" if examples else ""
        return f"{reason}: {count}{such}" + (f". To do: {advice}" if advice else "")


def by_condition(left_out: Mapping[str, int]) -> dict[str, int]:
    """Reasons with counts of the rows that conditions of `where` left out."""
    return {f"where {condition} is not met": count for condition, count in left_out.items()}


def example(row: Mapping[str, Any], evidence: Mapping[str, Any]) -> str:
    """A row for people: its number where it is known, and what shows the reason or its text."""
    shown = str(evidence.get("shown") or repr(evidence.get("answer") or row.get("problem") or ""))
    if "row" in evidence:
        return f"row {evidence['row']} ({_short(shown)})"
    return f"{_short(repr(row['problem']))} with the answer {_short(repr(row['answer']))}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
