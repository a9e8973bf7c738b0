"""Verifiers of text: the same words, or the same choices."""

from __future__ import annotations

import re
import unicodedata
from abc import abstractmethod

from sws.verifiers.base import Named
from sws.verify import Verification, answer_in
from sws.verify.alternatives import alternatives
from sws.verify.words import is_placeholder

_DRESSING = re.compile(r"\\(?:text|math)(?:bf|rm|it|sf)?\s*\{|\\(?=\s)|[{}$*`]")
_CHOICES = re.compile(
    r"(?:(?i:options?|choices?|letters?)\s*)?"
    r"(?P<letters>\(?[A-Za-z]\)?(?:\s*(?:,|;|/|&|\b(?:and|or)\b|\s)\s*\(?[A-Za-z]\)?(?![A-Za-z]))*|[A-Z]{2,10})"
    r"(?:[.:)].*|(?<=\))\s.*)?",
    re.DOTALL,
)
_LETTER = re.compile(r"(?<![A-Za-z])[A-Za-z](?![A-Za-z])|[A-Z]")


class TextVerifier(Named):
    """A verifier that compares what `same` makes of the gold answer and of the answer read."""

    def __init__(self, workers: int = 1, *, read_thoughts: bool = False) -> None:
        super().__init__(workers)
        self.read_thoughts = read_thoughts

    def read(self, completion: str) -> str | None:
        """The answer that a completion states, or a short one by itself."""
        return answer_in(completion, read_thoughts=self.read_thoughts)

    def verify(self, gold: str, completion: str) -> Verification:
        """Outcome of one completion."""
        answer = self.read(completion)
        if answer is None:
            return Verification("unparsed", None)
        return Verification("correct" if self.equal(gold, answer) else "wrong", answer)

    def equal(self, gold: str, answer: str) -> bool:
        """Whether an answer is the gold answer, or one of its alternatives."""
        return any(self.same(one, answer) for one in alternatives(gold))

    def parses(self, gold: str) -> bool:
        """Whether there is a gold answer that can be compared."""
        return all(map(self.is_answer, alternatives(gold)))

    @abstractmethod
    def same(self, gold: str, answer: str) -> bool:
        """Whether two answers are the same."""

    @abstractmethod
    def is_answer(self, gold: str) -> bool:
        """Whether a text can be compared as an answer."""


class Exact(TextVerifier):
    """The same text, up to spaces and Unicode's forms of one character."""

    def same(self, gold: str, answer: str) -> bool:
        """Whether both are the same text."""
        return bool(gold.strip()) and _normal(gold) == _normal(answer)

    def is_answer(self, gold: str) -> bool:
        """Whether a text is no placeholder for an answer."""
        return not is_placeholder(gold)


class Choice(TextVerifier):
    """The same letters of multiple choice, in any order and whatever text stands beside them."""

    def same(self, gold: str, answer: str) -> bool:
        """Whether both choose the same."""
        wanted = choices(gold)
        return wanted is not None and wanted == choices(answer)

    def is_answer(self, gold: str) -> bool:
        """Whether a text is a choice."""
        return choices(gold) is not None


def choices(answer: str) -> frozenset[str] | None:
    """The letters that an answer chooses, in upper case; None where it is no choice.

    "B", "(b)", "B. 17", "Option B" and "B, D" or "BD"; "A or C" chooses nothing.
    """
    answer = _DRESSING.sub("", unicodedata.normalize("NFKC", answer)).strip().rstrip(".")
    found = _CHOICES.fullmatch(answer) if len(answer) < 1000 else None
    if found is None or re.search(r"\bor\b|/", found["letters"]):
        return None
    return frozenset(letter.upper() for letter in _LETTER.findall(found["letters"]))


def _normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
