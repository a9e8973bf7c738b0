r"""The form of a problem: one question with one answer that can be compared (SwS, section 3.3).

The rules look at how a text asks, not at single words: conditions may be enumerated, a story may
be about a true-or-false test, P(A) is a probability, and "improve" proves nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sws.config.filtering import Screening

_SHOWN = 100

# Every repetition is bounded, so the time is linear in any text.
# Where an instruction can begin: at a sentence, a clause or a list item, or after "then", "please".
_BEGIN = (
    r"(?:^|(?<=[.!?:;,)\]*$\n])|\b(?:then|and|please|also|must|should|(?:task|goal|aim) is to))"
    r"\s{0,4}"
)
_PROOF = re.compile(
    _BEGIN + r"(?:(?:dis)?prove\b(?!\s*[,.)])|(?:show|demonstrate|verify|establish|deduce)\s+that\b"
    r"|explain\s+why\b|(?:give|write|provide|find|sketch)\s+(?:a|an|the)\s+(?:\w+\s+)?proof\b)",
    re.IGNORECASE,
)
_PROVING_STORY = re.compile(r"\b(?:to|he|she|they|who|which|that|can|could)\s*$", re.IGNORECASE)

_CHOICE = re.compile(
    r"\bwhich(?:\s+one)?\s+of\s+the\s+following\b"
    r"|\b(?:choose|select|pick|circle)\s+(?:all|the\s+(?:correct|best|right)|one\s+of\s+the\s+"
    r"(?:following|options|choices))\b",
    re.IGNORECASE,
)

_TRUTH = r"true\s*-?\s*(?:or|/)\s*-?\s*false"
_NOT_A_TEST = r"(?![\s-]+(?:\w+\s+)?(?:test|quiz|exam|question|item|problem|section|game)s?\b)"
_TRUE_OR_FALSE = re.compile(
    rf"(?:^|[.!?:\n])\W{{0,4}}{_TRUTH}\b{_NOT_A_TEST}"
    rf"|\b(?:whether|determine|decide|state|say|tell|answer)\b(?:(?!\beither\b)[^.?!]){{0,200}}"
    rf"\b{_TRUTH}\b{_NOT_A_TEST}"
    r"|\b(?:determine|decide|state|say|tell)\s+(?:whether|if)\b[^.?!]{0,100}\b(?:statement|claim|"
    r"assertion|inequality|identity)s?\b[^.?!]{0,100}\b(?:is|are|holds?)\s+(?:true|false|correct|valid)\b"
    r"|\b(?:is|are)\s+(?:this|these|the|the\s+following)\s+(?:statement|claim|assertion)s?\s+"
    r"(?:true|false|correct|valid)\b"
    r"|\b(?:answer|reply|respond)\s+(?:with\s+)?\W?(?:yes\W?\s+or\s+\W?no|true\W?\s+or\s+\W?false)\b",
    re.IGNORECASE,
)

_LABEL = r"[A-Ha-h]|[1-9]|i{1,3}|iv|v"
_MARKER = re.compile(
    rf"(?<![\w\\^_])(?<!\b[A-Z] )\(\s?({_LABEL})\s?\)(?![-+*/=^<>(\w]|\s[-+*/=<>]\s)"  # (a)
    rf"|(?:^|(?<=\s))(?:\\textbf\{{)?({_LABEL})\)(?=\s|~|\}})"  # a)
    rf"|(?:^|\n)[ \t]{{0,8}}(?:[-*] )?(?:\*\*)?({_LABEL})[.:](?=\s)"  # a. at the start of a line
    r"|(?<=[.?!:;]\s)([1-9])\.(?=\s+[A-Z])"  # What is x? 2. What is y?
    rf"|\b(?:part|question)\s+\(?({_LABEL})\)?\s*[:.)\-\u2013]",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"(?:^|[.;:\n])\W{0,4}(?:(?:hence|then|now|next|and|please|(?:if|let|using)\b[^.?!]{0,100}[.,])\s+){0,2}"
    r"(?:find|compute|calculate|evaluate|determine|solve|simplify|express|state|give|write|list|"
    r"what|how|which|who|when|where|is|are|does|do|show|prove|explain|estimate|factor|sketch|"
    r"graph|describe|convert|identify|deduce|verify)\b",
    re.IGNORECASE,
)
_SERIES = (tuple("abcdefgh"), tuple("123456789"), ("i", "ii", "iii", "iv", "v"))


@dataclass(frozen=True)
class Fault:
    """The rule that a problem breaks, and the evidence."""

    reason: str
    evidence: dict[str, object]


@dataclass(frozen=True)
class _Item:
    """An item of an enumeration: its label as written and its text."""

    label: str
    stem: str  # what stands before the enumeration
    text: str

    @property
    def asks(self) -> bool:
        return "?" in self.text or bool(_ASKS.search(self.text))


def fault_of(problem: str, limits: Screening) -> Fault | None:
    """The first rule that a problem breaks, or None."""
    if len(problem) < limits.min_characters:
        return Fault("too short", {"characters": len(problem)})
    if len(problem) > limits.max_characters:
        return Fault("too long", {"characters": len(problem)})
    enumerations = list(_enumerations(problem))
    if shown := _choices(problem, enumerations):
        return Fault("multiple choice", {"text": shown})
    if shown := _parts(enumerations):
        return Fault("several parts", {"text": shown})
    if shown := _proof(problem):
        return Fault("proof", {"text": shown})
    if match := _TRUE_OR_FALSE.search(problem):
        return Fault("true or false", {"text": _cut(match.group())})
    return None


def _choices(problem: str, enumerations: list[list[_Item]]) -> str:
    """Options to pick from: three capital letters, or items below a question that ask nothing."""
    if match := _CHOICE.search(problem):
        return _cut(match.group())
    for items in enumerations:
        capitals = all(item.label.isupper() and item.label.isalpha() for item in items)
        options = items[0].label.isalpha() and items[0].stem.rstrip("*$ \n").endswith("?")
        asking = any(item.asks for item in items[:-1])  # the last may end the question
        if len(items) >= 3 and not asking and (capitals or options):
            return _shown(items)
    return ""


def _parts(enumerations: list[list[_Item]]) -> str:
    """Two or more items that each ask something; conditions ask nothing."""
    return next((_shown(items) for items in enumerations if sum(i.asks for i in items) >= 2), "")


def _proof(problem: str) -> str:
    for match in _PROOF.finditer(problem):
        if not _PROVING_STORY.search(problem[: match.start()]):
            return _cut(match.group())
    return ""


def _enumerations(problem: str) -> Iterator[list[_Item]]:
    """The runs of items labelled a, b, ... or 1, 2, ... or i, ii, ..., two items at least."""
    markers = [match for match in _MARKER.finditer(problem) if _stands_alone(problem, match)]
    labels = [next(filter(None, match.groups())) for match in markers]
    for series in _SERIES:
        chosen: list[int] = []
        for number, label in enumerate(labels):
            due = series[len(chosen)] if len(chosen) < len(series) else ""
            same_case = not chosen or label.isupper() == labels[chosen[0]].isupper()
            if label.lower() == due and same_case:
                chosen.append(number)
        if len(chosen) >= 2:
            ends = [markers[number].start() for number in chosen[1:]] + [len(problem)]
            stem = problem[: markers[chosen[0]].start()]
            yield [
                _Item(labels[number], stem, problem[markers[number].end() : end])
                for number, end in zip(chosen, ends, strict=True)
            ]


def _stands_alone(problem: str, marker: re.Match[str]) -> bool:
    """Whether `a)` is a marker rather than the end of a parenthesis."""
    if not marker.group(2):
        return True
    return problem.count("(", 0, marker.start()) <= problem.count(")", 0, marker.start())


def _shown(items: list[_Item]) -> str:
    return _cut(" ".join(f"({item.label}) {item.text.strip()[:30]}" for item in items))


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
