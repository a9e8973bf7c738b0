"""Which problem of the seed set a rollout of another trainer belongs to."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from sws.identity import normalise, problem_id
from sws.store import read_rows

_RUN = 8  # words by which a problem is looked for in a prompt


@dataclass
class Problems:
    """The seed set's problems: known by id, by text, or inside a longer prompt."""

    texts: dict[str, str] = field(default_factory=dict)
    missed: Counter[str] = field(default_factory=Counter)
    _starts: dict[str, list[str]] = field(default_factory=dict)
    _known: dict[str, str | None] = field(default_factory=dict)

    @classmethod
    def of(cls, seed_set: Path | None) -> "Problems":
        """Those of a seed set; without one every text is a problem of its own."""
        problems = cls()
        if seed_set is None:
            return problems
        for row in read_rows(seed_set, ["problem_id", "problem"], only="kept"):
            text = normalise(row["problem"])
            problems.texts[row["problem_id"]] = text
            start = " ".join(text.split()[:_RUN])
            problems._starts.setdefault(start, []).append(row["problem_id"])
        return problems

    def find(self, identity: object, text: str) -> str | None:
        """The id of a rollout's problem in the seed set, or None, which is counted."""
        said = "" if identity is None else str(identity)
        if not self.texts:
            return said or (problem_id(text) if text else None)
        if said in self.texts:
            return said
        if text not in self._known:
            self._known[text] = self._by_text(text) if text else None
        if (found := self._known[text]) is None:
            self.missed[said if not text else text[:80]] += 1
        return found

    def _by_text(self, text: str) -> str | None:
        """The problem whose text this is, else the longest one that it contains."""
        if (whole := problem_id(text)) in self.texts:
            return whole
        prompt = normalise(text)
        words = prompt.split(" ")
        best: str | None = None
        for place in range(len(words)):
            for length in range(1, _RUN + 1):
                for other in self._starts.get(" ".join(words[place : place + length]), ()):
                    short = length < _RUN and len(self.texts[other].split()) != length
                    longer = best is None or len(self.texts[other]) > len(self.texts[best])
                    if not short and longer and self.texts[other] in prompt:
                        best = other
        return best
