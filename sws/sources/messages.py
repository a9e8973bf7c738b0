"""A problem as data sets have it: text, bytes, or a chat whose last user turn it is."""

from collections import Counter
from typing import Any

from sws.sources.batch import Batch
from sws.sources.paths import Parts, structure

#: What is noted of rows whose text is not all that the source has.
SYSTEM = "a system turn was left out"
EARLIER = "turns before the last of the user were left out"
_USERS = ("user", "human", "")
_SYSTEMS = ("system", "developer")


def text_of(value: Any, notes: Counter[str]) -> str:
    """The text of a problem; '' if it has none. What was left out is counted in `notes`."""
    if isinstance(value, str):
        if value[:1] == "[" and ('"role"' in value or "'role'" in value or '"from"' in value):
            chat = structure(value)
            return _last_turn(chat, notes) if _is_chat(chat) else value
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, dict):
        return _content(value) if _is_turn(value) else ""
    if isinstance(value, list):
        if _is_chat(value):
            return _last_turn(value, notes)
        return text_of(value[0], notes) if len(value) == 1 else ""
    return ""


def texts_of(batch: Batch, path: Parts, notes: Counter[str]) -> list[str]:
    """The texts of a batch's problems, as `text_of`; chats of one turn without a look at each."""
    texts = None
    if batch.table is not None:
        from sws.sources.columns import column_at, single_turns

        found = column_at(batch.table, path)
        texts = single_turns(found[0], _USERS) if found and not found[1] else None
    return texts or [text_of(value, notes) for value in batch.values(path)]


def is_chat(value: Any) -> bool:
    """Whether a value is a list of messages."""
    return _is_chat(value)


def _is_turn(value: Any) -> bool:
    return isinstance(value, dict) and ("content" in value or "value" in value)


def _is_chat(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_turn, value))


def _speaker(turn: dict[str, Any]) -> str:
    return str(turn.get("role") or turn.get("from") or "").lower()


def _content(turn: dict[str, Any]) -> str:
    """A turn's text; of a list of parts, the text parts, with a mark for each picture."""
    content = turn.get("content") if "content" in turn else turn.get("value")
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(
            str(part.get("text") or "") if part.get("type", "text") == "text" else "<image>"
            for part in content
            if isinstance(part, dict)
        )
    return ""


def _last_turn(chat: list[dict[str, Any]], notes: Counter[str]) -> str:
    if len(chat) == 1:  # by far the most frequent
        return _content(chat[0]) if _speaker(chat[0]) in _USERS else ""
    speakers = [_speaker(turn) for turn in chat]
    asked = [index for index, speaker in enumerate(speakers) if speaker in _USERS]
    if not asked:
        return ""
    if any(speaker in _SYSTEMS for speaker in speakers[: asked[-1]]):
        notes[SYSTEM] += 1
    if len(asked) > 1:
        notes[EARLIER] += 1
    return _content(chat[asked[-1]])
