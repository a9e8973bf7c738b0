"""What a server says is wrong, and whether asking again helps.

Servers differ in wording and shape; what they send is hostile until read, so every function here
is total: whatever the bytes, the outcome is a Trouble.
"""

import email.utils
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sws.engines.refusals import (
    BAD_REQUEST,
    CONTENT_FILTER,
    PROMPT_TOO_LONG,
    SERVER_ERROR,
    UNREADABLE,
)

#: Longest part of a server's message that is shown.
SHOWN = 300


class Kind(Enum):
    """What to do about a trouble."""

    ROW = "this row is refused"
    CONTEXT = "ask for fewer tokens"
    AGAIN = "ask this row again, up to `retries` times"
    AWAY = "the server cannot answer now: wait for it"
    ABSENT = "there is no connection to the server: wait for it"
    FATAL = "the stage cannot go on"


@dataclass
class Trouble(Exception):
    """Why there is no answer: `reason` for the row's refusal, `detail` in the server's words."""

    kind: Kind
    reason: str
    detail: str
    status: int = 0
    wait: float | None = None  # seconds, where the server says how long
    limit: int | None = None  # CONTEXT: tokens of the context
    prompt: int | None = None  # CONTEXT: tokens of the prompt
    location: str = ""  # where the server has moved to


_CONTEXT = re.compile(
    r"context[ _-]?(length|size|window)|contextwindow|exceed_context"
    r"|maximum (model|sequence) length|prompt is too long|longer than the (window|model|maximum)"
    r"|input token count|`inputs` tokens|reduce the length",
    re.IGNORECASE,
)
_FILTER = re.compile(
    r"content[ _-]?(filter|management|policy)|moderation|flagged|safety|responsible ?ai|prohibited",
    re.IGNORECASE,
)
_LIMITS = re.compile(
    r"context (?:length|size|window)(?: is| of)? ?\(?(\d+)|must be <= (\d+)|allowed \((\d+)\)"
    r"|> (\d+) maximum|maximum model length of (\d+)"
)
_PROMPTS = re.compile(
    r"\((\d+) in the messages|(\d+) tokens from the input|input \((\d+) tokens\)"
    r"|prompt \(length (\d+)\)|request \((\d+) tokens\) exceeds|Given: (\d+) `inputs`"
    r"|input token count \((\d+)\)|prompt is too long: (\d+) tokens"
)
#: The server, or one in front of it, is busy, starting, or gone for now.
_AWAY = {408, 409, 425, 429, 499, 502, 503, 504, 529, *range(520, 528)}


def trouble_in(status: int, headers: Mapping[str, str], body: bytes) -> Trouble:
    """What a response other than 200 means."""
    detail = f"{status}: {message_in(body)}"
    if 300 <= status < 400:
        place = headers.get("location", "")
        detail = f"{status}: it has moved to {place}"
        return Trouble(Kind.FATAL, BAD_REQUEST, detail, status, location=place)
    if status == 413 or (status in (400, 422, 500) and _CONTEXT.search(detail)):
        found = (_number(_LIMITS, detail), _number(_PROMPTS, detail))
        return Trouble(Kind.CONTEXT, PROMPT_TOO_LONG, detail, status, None, *found)
    if status in (400, 403, 422, 451) and _FILTER.search(detail):
        return Trouble(Kind.ROW, CONTENT_FILTER, detail, status)
    if status in (401, 402, 403, 404, 405, 407) or _is_final(status, headers, detail):
        return Trouble(Kind.FATAL, BAD_REQUEST, detail, status)
    if status in _AWAY:
        return Trouble(Kind.AWAY, SERVER_ERROR, detail, status, _wait(headers))
    if status >= 500:
        return Trouble(Kind.AGAIN, SERVER_ERROR, detail, status, _wait(headers))
    kind = Kind.ROW if status >= 400 else Kind.AGAIN
    return Trouble(kind, BAD_REQUEST if status >= 400 else UNREADABLE, detail, status)


def _is_final(status: int, headers: Mapping[str, str], detail: str) -> bool:
    """A quota that is used up is no rate limit: waiting does not help."""
    said = headers.get("x-should-retry") == "false" or "insufficient_quota" in detail
    return status == 429 and said


def _number(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    return int(next(filter(None, found.groups()))[:12]) if found else None


def _wait(headers: Mapping[str, str]) -> float | None:
    """Seconds that the server asks to wait, in milliseconds, seconds or as a date."""
    try:
        if "retry-after-ms" in headers:
            return max(0.0, float(headers["retry-after-ms"]) / 1000)
        text = headers.get("retry-after", "")
        if not text:
            return None
        if re.fullmatch(r"[\d.]+", text):
            return float(text)
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None


def message_in(body: bytes) -> str:
    """What a server says is wrong, in whichever shape: OpenAI, FastAPI, TGI, Gemini, plain text."""
    try:
        value = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return excerpt(re.sub(rb"<[^<>]*>", b" ", body[:4000]))
    codes = []
    for _ in range(8):  # nested at most so deep
        if isinstance(value, list) and value:
            value = value[0]
        elif isinstance(value, dict):
            codes += [value[key] for key in ("code", "type") if isinstance(value.get(key), str)]
            keys = ("error", "message", "detail", "msg", "error_msg")
            inner = next((value[key] for key in keys if value.get(key)), None)
            if inner is None:
                break
            if "loc" in value and isinstance(inner, str):  # pydantic: which field
                inner = f"{inner}: {'.'.join(map(str, _as_list(value['loc'])))}"
            value = inner
        else:
            break
    text = value if isinstance(value, str) else json.dumps(value)
    named = [code for code in dict.fromkeys(codes) if code.lower() not in text.lower()]
    shown = as_unicode(" ".join(text.split()))[:SHOWN]
    return f"{shown} ({', '.join(named)})" if named else shown


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def excerpt(body: bytes) -> str:
    """The beginning of a body, on one line."""
    text = body[: 4 * SHOWN].decode("utf-8", "replace")
    return " ".join(text.split())[:SHOWN] or "(empty)"


def as_unicode(text: str) -> str:
    """The text as valid Unicode: JSON may hold half a character, which no table can."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
