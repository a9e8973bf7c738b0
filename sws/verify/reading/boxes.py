r"""The last ``\boxed{...}`` of a text, with what belongs to it.

Linear in the length of the text: a model may write megabytes of ``\boxed{``.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_COMMAND = r"(?:\\(?:boxed|fbox|framebox)|(?<![A-Za-z\\])boxed(?=\s?\{))"
# An escaped brace belongs to the mathematics; ``\\boxed`` (escaped twice) still opens a box.
_TOKEN = re.compile(
    rf"{_COMMAND}\s*(?:\{{|(?P<bare>-?[0-9]+(?:\.[0-9]+)?|[A-Za-z](?![A-Za-z])))"
    r"|\\\\(?!boxed|fbox|framebox)|\\[{}]|[{}]"
)
_ANY = re.compile(rf"{_COMMAND}\s*[{{0-9A-Za-z-]")
# What may stand between boxes that state one answer together: "\boxed{1} and \boxed{2}".
_NAME = r"[A-Za-z](?:_\{?[0-9A-Za-z]+\}?)?"
_JOINT = re.compile(
    r"(?:[\s$,;~*]|\\[,;:! ()\[\]]|\\q?quad|and/or|and|or|maybe|perhaps|possibly|either|also"
    r"|\\text\s*\{\s*(?:and|or)\s*\}|[、，和或])*"
    rf"(?:(?P<name>{_NAME})\s*=\s*)?"
)
_JOINT_LIMIT = 60
_NAMED = re.compile(rf"(?<![A-Za-z\\_])({_NAME})\s*=\s*\Z")
_SIGNED = re.compile(r"(?:\A|[=$(\[:,]|[^0-9)}\s]\s)\s*[-−]\Z")
# What is written right behind a box and changes its value: \boxed{2}\sqrt{3}, \boxed{2}^3.
_FACTOR = re.compile(
    r"\s?(?:\^\s*(?:\{[^{}$]{1,40}\}|\\circ|[0-9])"
    r"|(?:\\cdot|\\times|/)\s*[0-9A-Za-z({\\][^\s$.,;:\\]{0,40}"
    r"|\\(?:pi|sqrt|frac)(?![A-Za-z])[^\s$.,;:]{0,40}|\\?%|_\{?[0-9]+\}?"
    r"|!(?=\s*(?:\$|\\\)|\\\]))|(?<! )[-+][0-9]+(?![0-9.]*[A-Za-z])|(?<! )[a-z](?![A-Za-z]))"
)
_FILLED = re.compile(r"\s*(?:[-+*/]|\\(?:cdot|times))?[^=$\n]{0,30}=")
_TIMES = re.compile(r"(?<![0-9A-Za-z.=])[0-9]+(?:\s*(?:\\cdot|\\times)\s*|)\Z")
_OVER, _BELOW = re.compile(r"\\[dt]?frac\s*\{\Z"), re.compile(r"\s*\}\s*\{([^{}]{1,40})\}")
_ROOT = r"\sqrt"
# Another value beside the box: "\boxed{17} or 18".
_BESIDE = re.compile(
    r"\$?(?:(?:\s*,)?\s*(?:\\text\s*\{)?\s*(?:or|and/or|or maybe)\s*\}?|\s*,)\s*\$?"
    r"(?P<value>-?[0-9]+(?:\.[0-9]+)?(?:\s*,\s*-?[0-9]+(?:\.[0-9]+)?)*)\$?(?=\s*(?:[.)\]]|\n|\Z))"
)
_EMPTY = re.compile(
    r"(?:[\s.…?_~,]|\\(?:l?dots|cdots|quad|qquad|square|Box|,|;|:|!|_| )|\\text\s*\{\s*\}"
    r"|(?:\\text\s*\{\s*)?\[?\s*(?:your|the|my)?[ \-_]?(?:final)?[ \-_]?answer\s*\]?\}?)*",
    re.IGNORECASE,
)
_INNER = re.compile(rf"{_COMMAND}\s*\{{")
_SUM = re.compile(r"[-+−]")


class _Box(NamedTuple):
    opened: int  # where the command starts
    start: int  # where the content starts
    end: int  # where it ends; -1 for a box that is never closed
    after: int  # where the text goes on


class Boxed(NamedTuple):
    """What the last boxes state together (None: nothing that can be read), and where they end."""

    answer: str | None
    end: int


def last_box(text: str) -> Boxed | None:
    """The answer of the last box, or None where no box has a content.

    Boxes joined only by commas, "and" or "or" are one answer, each value once, with the names of
    the unknowns where these differ. A last box that is never closed was cut off: it has no answer.
    """
    if not _ANY.search(text):
        return None
    boxes = [box for box in _boxes(text) if box.end < 0 or not _is_empty(text[box.start : box.end])]
    if not boxes:
        return None
    *earlier, last = boxes
    if last.end < 0:
        return Boxed(None, len(text))
    run, names = [last], [_name_before(text, last)]  # from the last to the first
    for box in reversed(earlier):
        if box.end > run[-1].end:  # it encloses the boxes found so far
            run, names = [box], [_name_before(text, box)]
        elif 0 <= box.end < run[-1].opened:
            if not _joined(text, box.after, run[-1].opened):
                break
            run.append(box)
            names.append(_name_before(text, box))
    answer = _together(text, run[::-1], names[::-1])
    if answer and (beside := _BESIDE.match(text, run[0].after)):
        answer += f", {beside['value']}"
    return Boxed(answer, run[0].after)


def has_box(text: str) -> bool:
    """Whether there is a box at all, be it empty or cut off."""
    return bool(_ANY.search(text)) or bool(_INNER.search(text))


def _boxes(text: str) -> list[_Box]:
    """All boxes of a text in the order in which they open."""
    open_braces: list[int] = []  # index into boxes, or -1 for any other brace
    boxes: list[_Box] = []
    for match in _TOKEN.finditer(text):
        token = match.group()
        if match["bare"]:
            boxes.append(_Box(match.start(), match.start("bare"), match.end(), match.end()))
        elif token == "{":
            open_braces.append(-1)
        elif token == "}":
            if open_braces and (index := open_braces.pop()) >= 0:
                boxes[index] = boxes[index]._replace(end=match.start(), after=match.end())
        elif token[-1] == "{" and len(token) > 2:
            open_braces.append(len(boxes))
            boxes.append(_Box(match.start(), match.end(), -1, -1))
    return boxes


def _is_empty(content: str) -> bool:
    r"""Whether a box quotes the instruction: ``\boxed{}``, ``\boxed{...}``, ``\boxed{answer}``."""
    return len(content) < 60 and bool(_EMPTY.fullmatch(content))


def _joined(text: str, start: int, end: int) -> bool:
    """Whether only commas, spaces, "and", "or" and a name stand between two places."""
    return 0 <= end - start <= _JOINT_LIMIT and bool(_JOINT.fullmatch(text, start, end))


def _name_before(text: str, box: _Box) -> str:
    found = _NAMED.search(text[max(box.opened - 20, 0) : box.opened])
    return found[1] if found else ""


def _together(text: str, run: list[_Box], names: list[str]) -> str | None:
    """The contents of boxes that state one answer."""
    contents = [_content(text, box) for box in run]
    if len(run) > 1 and all(names) and len(set(names)) == len(names):
        return ", ".join(
            f"{name} = {content}" for name, content in zip(names, contents, strict=True)
        )
    return ", ".join(dict.fromkeys(contents)).strip(", ") or None


def _content(text: str, box: _Box) -> str:
    """What is in a box, with a sign right before it and a factor right behind it."""
    content = _without_boxes(text[box.start : box.end]).strip()
    before = text[max(box.opened - 40, 0) : box.opened]
    if _FILLED.match(text, box.after):  # 3 \\cdot \\boxed{17} = 51
        return content
    signed = before.endswith(("-", "−")) and _SIGNED.search(before[-10:])
    times = _TIMES.search(before)
    factor = _FACTOR.match(text, box.after)
    if times or ((signed or factor) and _SUM.search(content)):
        content = f"({content})"
    sign = times[0] if times else "-" * bool(signed)
    content = f"{sign}{content}{factor[0].strip() if factor else ''}"
    if _OVER.search(before) and (below := _BELOW.match(text, box.after)):
        return f"\\frac{{{content}}}{{{below[1]}}}"
    return f"{_ROOT}{{{content}}}" if before.endswith(_ROOT + "{") else content


def _without_boxes(content: str) -> str:
    r"""The content of a box, with boxes inside it opened: ``x = \boxed{3}`` is x = 3."""
    if not _INNER.search(content):
        return content
    inner = [box for box in _boxes(content) if box.end >= 0]
    marks = sorted([(box.opened, box.start) for box in inner] + [(b.end, b.after) for b in inner])
    kept = [0, *(place for mark in marks for place in mark), len(content)]
    return "".join(content[start:end] for start, end in zip(kept[::2], kept[1::2], strict=True))
