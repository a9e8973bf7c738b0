"""Short texts that are an answer in themselves, as fields of answers hold them."""

from __future__ import annotations

import re

from sws.verify.reading import phrases
from sws.verify.reading.conclusion import computation
from sws.verify.reading.counting import NUMBER
from sws.verify.reading.statement import (
    MATHS,
    SENTENCE_WORDS,
    content_of,
    is_currency,
    value_in,
)

LIMIT = 300  # characters of a text that may be an answer by itself

_WORD = re.compile(r"[A-Za-z]{2,}")
# A short sentence that says something of a value: "The total is 17."
_STATEMENT = re.compile(
    r"(?:the|it|this|that|there|which|so|we|he|she|they|my|our)\s[^\n]*"
    r"\b(?:is|are|equals?|was|gives?(?: us)?|yields?|get|ha[sd]|have)\s[^\n]*[0-9][^\n]*",
    re.IGNORECASE,
)
_JOINT = re.compile(r"(?:[\s,;]|and|or|\\(?:quad|,|;))*")
_JOINT_LIMIT = 60
_ENVIRONMENT = re.compile(r"\\begin\{(\w+)\}.*\\end\{\1\}", re.DOTALL)


def bare_answer(text: str) -> str | None:
    """A short text read as an answer in itself: its last mathematics, else the whole of it.

    Of a sentence without mathematics its only number counts, or the result of the computation at
    its end; one that asks, doubts or denies has none. For fields that hold an answer rather than
    a completion.
    """
    text = text.strip()
    if len(text) > LIMIT or text.endswith(("?", "？")):
        return None
    if _ENVIRONMENT.fullmatch(text):  # the words of cases are conditions, not a sentence
        return text
    sentence = len(_WORD.findall(MATHS.sub("", text))) >= SENTENCE_WORDS
    if (sentence or "answer" in text.lower()) and phrases.DOUBT.search(text):
        return None
    if spans := [span for span in MATHS.finditer(text) if not is_currency(span)]:
        return _last_run(text, spans)
    if sentence and "\\" not in text:
        return _value_of_sentence(text)
    if _STATEMENT.match(text) and not phrases.DOUBT.search(text):
        return value_in(text) or text
    return text or None


def _value_of_sentence(text: str) -> str | None:
    last = text.splitlines()[-1]
    if last != text and (computed := computation(last)):
        return computed
    numbers = {number[0] for number in NUMBER.finditer(last)}
    if len(numbers) == 1:
        return numbers.pop()
    return value_in(last) if numbers else text


def _last_run(text: str, spans: list[re.Match[str]]) -> str | None:
    """The last mathematics, with what is joined to it by commas, "and" or "or"."""
    run = [spans[-1]]  # from the last to the first
    for span in reversed(spans[:-1]):
        between = text[span.end() : run[-1].start()]
        if len(between) > _JOINT_LIMIT or not _JOINT.fullmatch(between):
            break
        run.append(span)
    return ", ".join(dict.fromkeys(content_of(span) for span in reversed(run))) or None
