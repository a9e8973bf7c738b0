"""A server's reply: its choices, or a Trouble, whatever the bytes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sws.engines.refusals import CONTENT_FILTER, SERVER_ERROR, UNREADABLE
from sws.engines.troubles import SHOWN, Kind, Trouble, as_unicode, excerpt, trouble_in


@dataclass(frozen=True)
class Choice:
    """One answer: its text, why it ended, and its thought where the server keeps them apart."""

    text: str
    finish_reason: str
    reasoning: str


@dataclass(frozen=True)
class Reply:
    """The choices of a reply, in order, and the tokens of prompt and of all choices together."""

    choices: tuple[Choice, ...]
    prompt_tokens: int
    completion_tokens: int


def reply_in(status: int, headers: Mapping[str, str], body: bytes) -> Reply:
    """The reply in a response. Raises Trouble if it has no reply."""
    if status != 200:
        raise trouble_in(status, headers, body)
    value = _json(body)
    if not isinstance(value, dict):
        raise Trouble(Kind.AGAIN, UNREADABLE, f"a reply that is no object: {excerpt(body)}")
    if value.get("error"):
        error = value["error"]
        code = error.get("code") if isinstance(error, dict) else None
        status = code if isinstance(code, int) and 400 <= code < 600 else 500
        raise trouble_in(status, headers, body)
    choices = value.get("choices")
    if not isinstance(choices, list) or not choices:
        raise Trouble(Kind.AGAIN, UNREADABLE, f"a reply without choices: {excerpt(body)}")
    usage = value.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    ordered = sorted(enumerate(choices), key=_position)
    return Reply(
        tuple(_choice(choice) for _, choice in ordered),
        _count(usage.get("prompt_tokens")),
        _count(usage.get("completion_tokens")),
    )


def _position(numbered: tuple[int, Any]) -> int:
    number, choice = numbered
    index = choice.get("index") if isinstance(choice, dict) else None
    return index if isinstance(index, int) else number


def _choice(choice: Any) -> Choice:
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(message, dict):
        raise Trouble(Kind.AGAIN, UNREADABLE, "a choice without a message")
    reason = choice.get("finish_reason")
    if isinstance(reason, dict):  # SGLang: {"type": "stop", "matched": ...}
        reason = reason.get("type")
    reason = str(reason or "")
    if reason in ("error", "abort"):
        raise Trouble(Kind.AGAIN, SERVER_ERROR, f"an answer that ended with `{reason}`")
    text, thought = _parts(message.get("content"))
    thought = thought or _flat(message.get("reasoning_content") or message.get("reasoning"))
    if reason == "content_filter" or (not text.strip() and message.get("refusal")):
        detail = _flat(message.get("refusal")) or "finish_reason content_filter"
        raise Trouble(Kind.ROW, CONTENT_FILTER, as_unicode(detail)[:SHOWN])
    return Choice(as_unicode(text), reason, as_unicode(thought))


def _parts(content: Any) -> tuple[str, str]:
    """(text, thought) of a message's content: text, a list of typed parts, or nothing."""
    if not isinstance(content, list):
        return _flat(content), ""
    texts, thoughts = [], []
    for part in content:
        if isinstance(part, dict) and "thinking" in part:
            thoughts.append(_flat(part["thinking"]))
        else:
            texts.append(_flat(part))
    return "".join(texts), "".join(thoughts)


def _flat(value: Any) -> str:
    """The text in a string, a number, a part or a list of parts."""
    pending, texts = [value], []
    while pending:
        one = pending.pop()
        if isinstance(one, list):
            pending.extend(reversed(one))
        elif isinstance(one, dict):
            pending.append(one.get("text"))
        elif one is not None:
            texts.append(str(one))
    return "".join(texts)


def _count(value: Any) -> int:
    """A number of tokens; 0 where the server does not say."""
    return int(value) if isinstance(value, int | float) and 0 <= value < 2**53 else 0


def _json(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        shown = excerpt(body)
        raise Trouble(Kind.AGAIN, UNREADABLE, f"a reply that is no JSON: {shown}") from None
