"""Reasoning models: what was thought is kept apart from what was answered, before a parser reads.

A server with a reasoning parser sends thoughts in a field of their own; others leave them in the
text, between tags. Many chat templates open the thought in the prompt, so that only its end is in
the text. A thought that never ends is no answer, whatever it had come to.
"""

import re

from sws.engines.refusals import CUT_OFF_THOUGHT, EMPTY
from sws.engines.request import Response

#: DeepSeek-R1, Qwen and most others; Seed-OSS; Magistral; Kimi; OpenThinker.
_TAGS = (
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<seed:think>", "</seed:think>"),
    ("[THINK]", "[/THINK]"),
    ("◁think▷", "◁/think▷"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
)
THINK = _TAGS[0][0]
_CLOSE_OF = dict(_TAGS)
_CLOSES = frozenset(_CLOSE_OF.values())
_TAG = re.compile("|".join(re.escape(tag) for pair in _TAGS for tag in pair))
_ROLE_OF_STUDENTS = "student"


def read(response: Response, role: str = "") -> Response:
    """The response as stages read it: texts without thoughts, refused when no text is left.

    A student's empty text is what it answered, so that none of its responses is refused here.
    """
    if response.refused:
        return response
    response = separate(response)
    if role == _ROLE_OF_STUDENTS or any(text.strip() for text in response.texts):
        return response
    ended = ", ".join(sorted(set(response.finish_reasons)))
    if not response.texts:  # a refusal of before refusals had a name
        reason, detail = ended or EMPTY, ""
    elif CUT_OFF_THOUGHT in response.finish_reasons:
        reason, detail = CUT_OFF_THOUGHT, f"after {max(response.completion_tokens)} tokens"
    else:
        reason, detail = EMPTY, f"finish_reason {ended}"
    return response.but(texts=(), finish_reasons=(reason,), refused=reason, detail=detail)


def separate(response: Response) -> Response:
    """Thoughts moved from `texts` to `reasoning`; one that was cut off named in `finish_reasons`.

    When one of the samples ends a thought that its template opened, all of them began in one.
    """
    texts = response.texts
    if not response.reasoning and not any(map(_TAG.search, texts)):
        return response
    opened = any(map(_opened_by_template, texts))
    given = response.reasoning or ("",) * len(texts)
    parts = [split(text, opened) for text in texts]
    return response.but(
        texts=tuple(answer for _, answer, _ in parts),
        reasoning=tuple(
            "\n".join(filter(None, (before, thought)))
            for before, (thought, _, _) in zip(given, parts, strict=True)
        ),
        finish_reasons=tuple(
            CUT_OFF_THOUGHT
            if not whole or (before and not answer.strip() and why != "stop")
            else why
            for before, (_, answer, whole), why in zip(
                given, parts, response.finish_reasons, strict=True
            )
        ),
    )


def split(text: str, opened: bool = False) -> tuple[str, str, bool]:
    """(thought, answer, whether the thought ended) of a text; linear in its length.

    `opened`: the text begins inside a thought.
    """
    thoughts: list[str] = []
    answers: list[str] = []
    close = "any" if opened or _opened_by_template(text) else ""  # what ends the current thought
    start = 0
    for tag in _TAG.finditer(text):
        found = tag.group()
        if close and (found == close or (close == "any" and found in _CLOSES)):
            thoughts.append(text[start : tag.start()])
            close, start = "", tag.end()
        elif not close and found in _CLOSE_OF:
            answers.append(text[start : tag.start()])
            close, start = _CLOSE_OF[found], tag.end()
    (thoughts if close else answers).append(text[start:])
    answer = "".join(answers)
    return "\n".join(thoughts).strip(), answer.lstrip() if thoughts else answer, not close


def solutions(response: Response) -> tuple[str, ...]:
    """The texts; in place of an empty one the thought that was cut off, marked as such.

    What it comes to is for the reader of answers, which reads no thought unless it is asked to.
    """
    if not response.reasoning:
        return response.texts
    pairs = zip(response.texts, response.reasoning, strict=True)
    return tuple(
        text if text.strip() or not thought else THINK + thought for text, thought in pairs
    )


def begun(response: Response) -> Response:
    """The response with the tag that the chat template put at the end of the prompt.

    A text that was cut off in the thought has no other sign of it.
    """
    tag = _TAGS[0][0]
    texts = tuple(text if tag in text else tag + text for text in response.texts)
    return response.but(texts=texts)


def begins(prompt: str) -> bool:
    """Whether a prompt ends inside a thought, as DeepSeek-R1's does."""
    return prompt.rstrip().endswith(_TAGS[0][0])


def _opened_by_template(text: str) -> bool:
    """Whether the first tag of a text ends a thought."""
    first = _TAG.search(text)
    return first is not None and first.group() in _CLOSES
