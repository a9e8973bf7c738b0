"""Runs of words that a text shares with problems it must not contain.

A run that several of the problems share although their numbers differ ("find the number of
ordered pairs of positive integers such that") is a phrase: it gives no problem away and is left
out, as frequent n-grams are in Brown et al. 2020, Appendix C. A problem copied whole is still
found, by the runs with its numbers or as a near duplicate.
"""

from collections.abc import Sequence

import numpy as np

from sws.text.duplicates import Rows
from sws.text.shingles import Hashed, hashed
from sws.text.words import words


class NgramIndex:
    """The word n-grams of a set of problems: which of them does a text contain?"""

    def __init__(self, problems: Sequence[str], length: int) -> None:
        self._problems = problems
        self._length = length
        texts = hashed(problems)
        runs, owner = texts.runs(length)
        runs, first, inverse = np.unique(runs, return_index=True, return_inverse=True)
        phrase = np.zeros(len(runs), bool)
        numbers = texts.numbers()[owner]
        np.logical_or.at(phrase, inverse, numbers != numbers[first][inverse])
        self._runs = runs[~phrase]
        self._owner = owner[first[~phrase]].astype(np.int32)

    def find(self, texts: Hashed) -> Rows:
        """For each text the index of a problem with which it shares an n-gram, or -1."""
        found = np.full(len(texts), -1, np.int32)
        runs, owner = texts.runs(self._length)
        if len(runs) and len(self._runs):
            place = np.minimum(np.searchsorted(self._runs, runs), len(self._runs) - 1)
            hits = np.flatnonzero(self._runs[place] == runs)[::-1]  # the first one written last
            found[owner[hits]] = self._owner[place[hits]]
        return found

    def shared(self, text: str, problem: int) -> str:
        """The first n-gram of the text that the problem has too, for the record."""
        theirs = set(self._ngrams(self._problems[problem]))
        return next((ngram for ngram in self._ngrams(text) if ngram in theirs), "")

    def _ngrams(self, text: str) -> list[str]:
        found = words(text)
        count = len(found) - self._length + 1
        return [" ".join(found[i : i + self._length]) for i in range(count)]
