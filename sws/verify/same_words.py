r"""Equality of words, phrases and letters of multiple choice."""

from __future__ import annotations

from sws.verify.names import is_name
from sws.verify.records import symbol_of
from sws.verify.values import (
    Choice,
    Phrase,
    Quantity,
    Relation,
    Segment,
    Several,
    Value,
)
from sws.verify.verdicts import Comparing, all_of
from sws.verify.words import agree


class Words(Comparing):
    """Comparisons in which words or choices take part."""

    def _choices(self, gold: Value, answer: Value) -> bool | None:
        """Of "(B) 12" the letter, if the other side is a letter; else the value."""
        if isinstance(gold, Choice) and isinstance(answer, Choice):
            return gold.letter == answer.letter
        choice, other = (gold, answer) if isinstance(gold, Choice) else (answer, gold)
        assert isinstance(choice, Choice)
        if isinstance(other, Several) and len(other.members) > 1:
            return False
        if choice.value is None:
            letter = Quantity(("symbol", choice.letter))
            if isinstance(other, Phrase):
                return other.text == choice.letter
            return self.equal(letter, other) if other is answer else self.equal(other, letter)
        return self.equal(
            gold if other is gold else choice.value, answer if other is answer else choice.value
        )

    def _phrases(self, gold: Value, answer: Value) -> bool | None:
        if isinstance(gold, Phrase) and isinstance(answer, Phrase):
            return self._segments(gold, answer)
        phrase, other = (gold, answer) if isinstance(gold, Phrase) else (answer, gold)
        assert isinstance(phrase, Phrase)
        if isinstance(other, Several) and other.joint in (",", "and") and self._letters(other):
            return sorted(phrase.text) == sorted(self._letters(other))  # AC and A, C
        if phrase.segments == (("infinitely", "many"),):
            return isinstance(other, Quantity) and other.tree == ("symbol", "oo")
        if isinstance(other, Relation) and other.signs == ("=",) and other is answer:
            return is_name(other.sides[0]) and self.equal(gold, other.sides[1])
        if isinstance(other, Several) and other.members and other.joint in ("or", ","):
            return all_of(self._phrases_in_order(gold, phrase, m) for m in other.members)
        return False

    def _phrases_in_order(self, gold: Value, phrase: Phrase, member: Value) -> bool | None:
        return self.equal(phrase, member) if phrase is gold else self.equal(member, phrase)

    @staticmethod
    def _letters(several: Several) -> str:
        names = [symbol_of(member) or "" for member in several.members]
        choices = [name for name in names if len(name) == 1 and name.isupper()]
        return "".join(choices) if len(choices) == len(several.members) > 1 else ""

    def _segments(self, gold: Phrase, answer: Phrase) -> bool | None:
        left, right = gold.segments, answer.segments
        if len(left) != len(right):
            return False
        if len(left) == 2 and left[0] != right[0] and left[1][0] == "symbol" == right[0][0]:
            right = right[::-1]  # n even, even n
        elif len(left) == 2 and left[0][0] == "symbol" == right[1][0] and right[0][0] != "symbol":
            right = right[::-1]
        return all_of(self._segment(*pair) for pair in zip(left, right, strict=True))

    def _segment(self, gold: Segment, answer: Segment) -> bool | None:
        wordy = [
            all(isinstance(part, str) for part in s) and s[0] != "symbol" for s in (gold, answer)
        ]
        if wordy[0] != wordy[1]:
            return False
        if wordy[0]:
            return gold == answer if gold[0] == "\\" else agree(gold, answer)
        return self.same(gold, answer)
