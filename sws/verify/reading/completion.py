r"""The answer that a completion states: its last box, tag or field, else a conventional ending."""

from __future__ import annotations

import re

from sws.thought import split_thought
from sws.verify.reading import phrases
from sws.verify.reading.bare import bare_answer
from sws.verify.reading.boxes import Boxed, has_box, last_box
from sws.verify.reading.clean import clean
from sws.verify.reading.ending import after_hashes, announces, ending, last_announced
from sws.verify.reading.fields import last_object, last_tag
from sws.verify.reading.statement import unquoted

TAIL = 4000  # characters at the end of a completion where a conventional ending is looked for

_NUMBER = re.compile(r"[-+]?[0-9.,/]{1,40}")
_NEXT_TURN = re.compile(
    r"\n[ \t]*(?:#+\s*|\*\*)?(?:User|Human|Question|Q|Problem|Instruction|Input|问题|题目)"
    r"(?:\s+[0-9]+)?\s*(?:\*\*)?[:：]",
    re.IGNORECASE,
)
_OBJECTION = re.compile(
    r"\b(?:no|wait|actually|sorry|correction|hold on|but|however|wrong|incorrect)\b", re.I
)
_EXACT = re.compile(r"[^.]*[0-9][^.]*")
_INTRODUCED = re.compile(
    r"(?:\\text\s*\{\s*)?(?:(?:the|my|so the)\s+)?(?:final |correct )?answer\s*(?:is|:|=)\s*:?\s*"
    r"(?:\}\s*)?(?=\S)",
    re.IGNORECASE,
)


def extract_answer(completion: str, *, read_thoughts: bool = False) -> str | None:
    r"""The answer that a completion states, or None.

    What is thought (`<think>…</think>` and the like) is not answered; a completion that was cut
    off while it thought states nothing, unless `read_thoughts`. Of the rest the last ``\boxed``,
    ``\fbox`` or `<answer>` decides; boxes joined only by commas, "and" or "or" are one answer. A
    last box that is never closed was cut off: no answer. Without any the usual endings are read:
    ``#### X`` (GSM8K), a JSON object with an answer, else the last "the answer is X" (in many
    languages), else "X is the answer", else a value alone on the last line, or a conclusion
    ("therefore ... is X"). An answer that is denied, supposed or taken back is none.
    """
    if len(completion) <= 40 and _NUMBER.fullmatch(completion):
        return completion
    answer, thought = split_thought(completion)
    answer = clean(answer)
    found = _stated(answer)
    if found is None and thought and _may_be_bare(answer):
        found = bare_answer(answer)
    if found is None and thought and read_thoughts:
        found = _stated(clean(thought))
    return found


def answer_in(text: str | None, *, read_thoughts: bool = False) -> str | None:
    """The answer that a completion states, or a short text that is itself an answer."""
    if not text:
        return None
    found = extract_answer(text, read_thoughts=read_thoughts)
    if found is None and _may_be_bare(answer := clean(split_thought(text)[0])):
        return bare_answer(answer)
    return found


def _may_be_bare(text: str) -> bool:
    """Whether a text has neither a box nor an announcement, of which nothing could be read."""
    return not has_box(text) and not announces(text[-TAIL:])


def _stated(text: str) -> str | None:
    """What a completion states outside its thoughts."""
    boxed, tagged = last_box(text), last_tag(text)
    if tagged and (boxed is None or tagged[1] >= boxed.end):
        return _in_tag(tagged[0])
    if boxed:
        return _in_box(boxed, text)
    text = _own_turn(text[-TAIL:])
    return after_hashes(text) or last_object(text) or ending(text)


def _in_tag(content: str) -> str | None:
    """What a tag holds: a box, an announcement, or the answer itself."""
    boxed = last_box(content)
    return boxed.answer if boxed else ending(content[-TAIL:]) or bare_answer(unquoted(content))


def _in_box(boxed: Boxed, text: str) -> str | None:
    """What a box holds, unless the text goes on to another answer or takes it back.

    Only another exact value counts: the decimals of what is in the box are no other answer.
    """
    after = text[boxed.end :][-TAIL:]
    if boxed.answer is None or not after.strip():
        return _unwrapped(boxed.answer)
    if announces(after) and (found := last_announced(after)):
        start, value = found
        final = phrases.FINAL.search(after, max(start - 12, 0), start + 30)
        if (final or _OBJECTION.search(after, 0, start)) and _EXACT.fullmatch(value):
            return value
    return None if phrases.RETRACTED.search(after) else _unwrapped(boxed.answer)


def _unwrapped(answer: str | None) -> str | None:
    """Of a box that says "The answer is 17" what it says."""
    if answer and (introduced := _INTRODUCED.match(answer)):
        rest = answer[introduced.end() :]
        return rest.removesuffix("}") if rest.count("}") > rest.count("{") else rest
    return answer


def _own_turn(text: str) -> str:
    """The text before it goes on to another question, if it states an answer there."""
    turn = _NEXT_TURN.search(text)
    before = text[: turn.start()] if turn else ""
    return before if announces(before) and ending(before) else text
