"""Instructions around problems: text that most rows of a source begin or end with.

"Solve the following math problem step by step. ..." is no part of a problem: it would count as
overlap with every benchmark that has it too, and teach the student to expect it. Three marks set it
apart from the opening of a family of problems: it is made of whole sentences, it has no numbers,
and it speaks of answers, steps or formats.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

#: Rows that are looked at, and the share of them that must have it.
SAMPLE, SHARE, FEWEST = 2048, 0.6, 3
_WORDS = 5
_INSTRUCTS = re.compile(
    r"\b(?:answer|answers|step|steps|boxed|solve|solution|reason|reasoning|respond|response|output|"
    r"format|problem|question|think|instruction|instructions|reply)\b",
    re.IGNORECASE,
)
_END = re.compile(r"[.!?:](?:[\"'”)\]]*)(?=\s)|\n")


@dataclass(frozen=True)
class Affixes:
    """What to remove from the beginning and the end of problems."""

    prefix: str = ""
    suffix: str = ""

    def __bool__(self) -> bool:
        return bool(self.prefix or self.suffix)

    def strip(self, text: str) -> str:
        """The text without them; a text that has nothing else stays as it is."""
        inner = text
        if self.prefix and inner.startswith(self.prefix):
            inner = inner[len(self.prefix) :].lstrip()
        if self.suffix and inner.endswith(self.suffix):
            inner = inner[: -len(self.suffix)].rstrip()
        return inner or text

    def strip_all(self, texts: Sequence[str]) -> list[str]:
        """`strip` of every text."""
        prefix, suffix = self.prefix, self.suffix
        first, last = len(prefix), len(suffix)
        inner = list(texts)
        if prefix:
            inner = [t[first:].lstrip() if t.startswith(prefix) else t for t in inner]
        if suffix:
            inner = [t[:-last].rstrip() if t.endswith(suffix) else t for t in inner]
        return [bare or text for bare, text in zip(inner, texts, strict=True)]


NO_AFFIXES = Affixes()


def find_affixes(texts: Sequence[str]) -> Affixes:
    """The instructions that most of the texts begin and end with; nothing for few texts."""
    given = [text.strip() for text in texts[:SAMPLE] if text.strip()]
    if len(set(given)) < FEWEST:
        return Affixes()
    prefix = _prefix(given)
    without = [text.removeprefix(prefix).strip() for text in given] if prefix else given
    return Affixes(prefix, _suffix(without))


def _common(texts: Sequence[str]) -> str:
    """The longest beginning that at least the share `SHARE` of the texts has."""
    groups = Counter(text[:16] for text in texts)
    start, count = groups.most_common(1)[0]
    if count < max(FEWEST, SHARE * len(texts)):
        return ""
    those = sorted(text for text in texts if text.startswith(start))
    # Sorted, a run of the wanted length with the longest common beginning holds the answer.
    width = min(max(FEWEST, -int(-SHARE * len(texts) // 1)), len(those))
    runs = (_shared(those[i], those[i + width - 1]) for i in range(len(those) - width + 1))
    return max(runs, key=len)


def _shared(one: str, other: str) -> str:
    """The beginning that two texts have in common."""
    shortest = min(len(one), len(other))
    return one[: next((i for i in range(shortest) if one[i] != other[i]), shortest)]


def _prefix(texts: Sequence[str]) -> str:
    """The common beginning up to its last sentence that instructs."""
    common = _common(texts)
    ends = [end for start, end in _sentences(common) if _INSTRUCTS.search(common[start:end])]
    # What follows the last sentence end is the beginning of the problems themselves.
    return _if_instruction(common[: ends[-1]]) if ends else ""


def _suffix(texts: Sequence[str]) -> str:
    """The common end from its first sentence that instructs."""
    common = _common([text[::-1] for text in texts])[::-1]
    pieces = _sentences(common + "\n")
    for number, (start, end) in enumerate(pieces):
        suffix = common[start:].strip()
        if _INSTRUCTS.search(common[start:end]) and (number or _is_start(texts, suffix)):
            return _if_instruction(suffix)
    return ""


def _sentences(text: str) -> list[tuple[int, int]]:
    """Where the whole sentences of a text start and end."""
    ends = [found.end() for found in _END.finditer(text)]
    return list(zip([0, *ends], ends, strict=False))


def _is_start(texts: Sequence[str], suffix: str) -> bool:
    """Whether a sentence ends before the suffix, wherever it is."""
    before = (text[: -len(suffix)].rstrip() for text in texts if text.endswith(suffix))
    return all(not text or text[-1] in ".?!:$)]}\"'" for text in before)


def _if_instruction(text: str) -> str:
    """The text, if it may be one: without numbers, and not too short."""
    return "" if re.search(r"\d", text) or len(text.split()) < _WORDS else text.strip()
