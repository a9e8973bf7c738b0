"""Answers in fields: `<answer>17</answer>`, `{"answer": 17}`, a fence that holds one value."""

from __future__ import annotations

import json
import re

_TAG = re.compile(
    r"<\s*(?P<closing>/?)\s*"
    r"(?P<name>answer|final_?answer|final answer|solution|ans|result|final)\s*>",
    re.IGNORECASE,
)
_PLACEHOLDERS = frozenset({"answer", "your answer", "your answer here", "answer here", "and"})
_KEYS = ("answer", "final_answer", "final answer", "finalanswer", "result", "solution", "choice")
# Not quite JSON: single quotes, or LaTeX with single backslashes.
_LOOSE = re.compile(
    r"[\"'](?:final[ _]?)?answer[\"']\s*:\s*"
    r"(?:\"((?:[^\"\\]|\\.)*)\"|'([^'\n]*)'|([^\s,\"'{}\[\]][^,\n{}]*))",
    re.IGNORECASE,
)
_FENCE = re.compile(r"```[ \t]*(\w*)[ \t]*\n?(.*?)```\s*\Z", re.DOTALL)
LONGEST = 1000  # characters of a field or a fence


def last_tag(text: str) -> tuple[str, int] | None:
    """What the last answer tag holds, and where it ends; of a tag that is never closed, the rest.

    An empty tag quotes the instruction and is passed over. Of a tag `<solution>` the content may
    be a whole solution.
    """
    if "<" not in text:
        return None
    found, opened, name = None, -1, ""
    for tag in _TAG.finditer(text):
        if not tag["closing"]:
            opened, name = tag.end(), tag["name"].lower()
        elif opened >= 0 and tag["name"].lower() == name:
            if _says_something(content := text[opened : tag.start()]):
                found = content, tag.end()
            opened = -1
    if opened >= 0 and _says_something(rest := text[opened:]):
        return rest, len(text)
    return found


def _says_something(content: str) -> bool:
    return content.strip(" \t\n.…[]").lower() not in {"", *_PLACEHOLDERS}


def last_object(text: str) -> str | None:
    """The answer in a JSON object that ends the text (in a fence or not); None without one."""
    if not (text := _unfenced(text)).endswith("}"):
        return None
    start = 0 if text.startswith("{") else max(text.rfind("\n{"), 0) or text.rfind("{")
    candidate = text[start:].strip()
    if len(candidate) > 20 * LONGEST:
        return None
    try:
        found = json.loads(candidate)
    except (ValueError, RecursionError):
        found = list(_LOOSE.finditer(candidate))
        return next((part.strip() for part in found[-1].groups() if part), None) if found else None
    return _value(found)


def _value(found: object) -> str | None:
    if not isinstance(found, dict):
        return None
    values = {str(key).lower(): value for key, value in found.items()}
    for key in _KEYS:
        value = values.get(key)
        if isinstance(value, list):
            return ", ".join(map(_text, value)) or None
        if isinstance(value, dict) and len(value) == 1:
            (value,) = value.values()
        if isinstance(value, (str, int, float)):
            return _text(value).strip() or None
    return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _unfenced(text: str) -> str:
    text = text.strip()
    fence = _FENCE.search(text, text.rfind("```", 0, -3)) if text.endswith("```") else None
    return fence[2].strip() if fence else text


def last_fence(text: str) -> str | None:
    """The one line in a fence that ends the text; None when it holds more, or is code."""
    text = text.rstrip()
    if not text.endswith("```"):
        return None
    start = text.rfind("```", 0, -3)
    fence = _FENCE.match(text, start) if start >= 0 else None
    content = fence[2].strip() if fence and fence[1].lower() in _PLAIN else ""
    return content if content and "\n" not in content and len(content) < 200 else None


_PLAIN = ("", "text", "txt", "plaintext", "output", "math", "latex", "tex", "markdown")
