"""Where a completion thinks, and where it answers.

Models mark their thinking with tags (`<think>…</think>` and its relatives), or with channels
(`<|channel|>analysis`). What is thought is not answered: a value tried there earns nothing.
"""

from __future__ import annotations

import re

_NAMES = (
    "think|thinking|thoughts?|reasoning|reason|analysis|scratchpad|reflection|reflect|seed:think"
)
_MARK = re.compile(
    rf"(?P<open><\s*(?:{_NAMES})\s*>|<\|begin_of_thought\|>|<\|START_THINKING\|>|\[THINK\]|◁think▷"
    r"|<\|channel\|>\s*(?:analysis|commentary)[^<]{0,40}<\|message\|>)"
    rf"|(?P<close><\s*/\s*(?:{_NAMES})\s*>|<\|end_of_thought\|>|<\|END_THINKING\|>|\[/THINK\]|◁/think▷"
    r"|<\|channel\|>\s*final[^<]{0,40}<\|message\|>)",
    re.IGNORECASE,
)
_FINAL = "assistantfinal"  # channels whose special tokens a decoder dropped
_ANSWERED = re.compile(r"<answer>(?:(?!<answer>).)*</answer>\s*\Z", re.DOTALL)
_TAIL = 4000


def split_thought(text: str) -> tuple[str, str]:
    """What a completion answers, and what it only thinks.

    Before a closing mark without an opening one everything is thought (the prompt opened it);
    after an opening mark that is never closed, too (the completion was cut off), but for
    `<answer>…</answer>` at the very end.
    """
    if text.startswith("analysis") and _FINAL in text:
        thought, _, answer = text.rpartition(_FINAL)
        return answer, thought
    if "<" not in text and "think" not in text.lower():
        return text, ""
    answers: list[str] = []
    thoughts: list[str] = []
    place, depth = 0, 0
    for mark in _MARK.finditer(text):
        part = text[place : mark.start()]
        if mark["close"] and not depth:  # all so far was thought
            thoughts += [*answers, part]
            answers.clear()
        else:
            (thoughts if depth else answers).append(part)
        depth = 1 if mark["open"] else 0
        place = mark.end()
    rest = text[place:]
    if not depth:
        answers.append(rest)
    elif answered := _ANSWERED.search(rest[-_TAIL:]):
        answers.append(answered[0])
    else:
        thoughts.append(rest)
    return " ".join(answers) if thoughts else text, " ".join(thoughts)
