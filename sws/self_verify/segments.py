"""A completion taken apart into solutions and verifications; total and linear in its length."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sws.config.self_verify import Phrases

Kind = Literal["solve", "verify"]
Judgement = Literal["correct", "incorrect", "unstated"]

_FORMULA = re.compile(r"\$\$|\\\[")
_CLOSES = {"$$": "$$", "\\[": "\\]"}
_PARAGRAPH = "\n\n"  # no formula goes on after it


@dataclass(frozen=True)
class Segment:
    """One action, with the phrase that begins it and the blanks before; places in characters."""

    kind: Kind
    text: str
    start: int
    judgement: Judgement | None = None  # of a verification

    @property
    def end(self) -> int:
        """The place behind the last character."""
        return self.start + len(self.text)


class SegmentParser:
    """Finds solutions and verifications by the configured phrases.

    A phrase begins a segment where it begins a line (after blanks or Markdown's signs) and stands
    in no displayed formula. The blanks before it are a part of that segment: to write them is to go
    on rather than to end. What comes before the first phrase is the first solution.
    """

    def __init__(self, phrases: Phrases) -> None:
        verify, retry = map(re.escape, (phrases.verify, phrases.retry))
        line = rf"^[ \t*_>#]*+(?:(?P<verify>{verify})|(?P<solve>{retry}))"
        self._openings = re.compile(line, re.MULTILINE | re.IGNORECASE)
        self._judgements: dict[str, Judgement] = {
            phrases.correct.lower(): "correct",
            phrases.incorrect.lower(): "incorrect",
            phrases.unsure.lower(): "incorrect",
        }

    def parse(self, text: str) -> list[Segment]:
        """The segments of any text, in order; none where it is blank."""
        cuts: list[tuple[int, Kind]] = [(0, "solve"), *self._cuts(text)]
        ends = [start for start, _ in cuts[1:]] + [len(text)]
        parts = zip(cuts, ends, strict=True)
        found = [self._segment(kind, text[start:end], start) for (start, kind), end in parts]
        return found if found[0].text.strip() else found[1:]

    def judgement(self, text: str) -> Judgement:
        """What a verification concludes: the last judgement that it states."""
        lowered = text.lower()
        places = {lowered.rfind(phrase): which for phrase, which in self._judgements.items()}
        last = max(places)
        return places[last] if last >= 0 else "unstated"

    def _cuts(self, text: str) -> Iterator[tuple[int, Kind]]:
        formulas = _formulas(text)
        inside = next(formulas, None)
        for match in self._openings.finditer(text):
            while inside and inside[1] <= match.start():
                inside = next(formulas, None)
            if not inside or match.start() < inside[0]:
                start = match.start()
                while start and text[start - 1].isspace():
                    start -= 1
                yield start, "verify" if match["verify"] else "solve"

    def _segment(self, kind: Kind, text: str, start: int) -> Segment:
        return Segment(kind, text, start, self.judgement(text) if kind == "verify" else None)


def last_solution(segments: list[Segment]) -> str:
    """The text of the last solution; '' where a completion has none."""
    return next((part.text for part in reversed(segments) if part.kind == "solve"), "")


def _formulas(text: str) -> Iterator[tuple[int, int]]:
    """The displayed formulas that are closed within their paragraph, as (start, end)."""
    ahead: dict[str, int] = {}  # where the next one of a text is: nothing is searched for twice

    def find(what: str, start: int) -> int:
        if ahead.get(what, -1) < start:
            place = text.find(what, start)
            ahead[what] = len(text) if place < 0 else place
        return ahead[what]

    place = 0
    while opened := _FORMULA.search(text, place):
        place = opened.end()
        closed = find(_CLOSES[opened[0]], place)
        if closed < min(find(_PARAGRAPH, place), len(text)):
            place = closed + 2
            yield opened.start(), place
