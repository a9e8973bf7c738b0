"""What no reader sees or means, removed: special tokens, markup, invisible characters.

Every function is total and linear in the length of the text.
"""

from __future__ import annotations

import html
import re

_DIRT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f\xa0\xad\u1680\u2000-\u200f\u2028\u2029\u202f\u205f-\u2064\u3000"
    "\ufeff<&\t]|\\[/?[A-Z]{3,4}\\]"
)
# Escapes that a decoder took for control characters: "\boxed" with a backspace for "\b".
_ESCAPES = {"\x07": "a", "\x08": "b", "\x0b": "v", "\x0c": "f", "\t": "t", "\r": "r"}
_LOST_ESCAPE = re.compile(
    "[\x07\x08\x0b\x0c](?=[a-z]{2})|\r(?=ight|angle)"
    "|\t(?=ext\\s*\\{|extbf|imes(?![a-z])|heta(?![a-z])|frac\\s*[\\d{])"
)
_INVISIBLE = re.compile("[\x00-\x06\x0e-\x1f\x7f\xad\u200b-\u200f\u2060-\u2064\ufeff]")
_SPACE = re.compile("[\x0b\x0c\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LINE_END = re.compile("\r\n?|[\u2028\u2029]")
_ENTITY = re.compile(
    r"&(?:nbsp|lt|gt|le|ge|amp|quot|apos|minus|times|pi|#[0-9]{1,6}|#x[0-9a-fA-F]{1,5});"
)
# Two tags that mean something, and those that only dress; of one letter they may be an inequality.
_RAISED = re.compile(r"<(su[pb])>([^<>]{0,40})</\1>", re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|hr|/p|/div|/li|/h[1-6]|/tr)\s*/?>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:strong|em|span|div|code|pre|font|center|mark|small|big|sup|sub|tt|kbd|h[1-6]|ul|ol|li"
    r"|table|tr|t[dh]"
    r"|tbody|math|body|html|blockquote)(?:\s[^<>]{0,200})?/?>",
    re.IGNORECASE,
)
_LETTER_TAG = re.compile(r"<([biups])>([^<>]{0,400})</\1>", re.IGNORECASE)

_END_TOKEN = re.compile(
    r"<[|｜](?:endoftext|im_end|eot_id|eom_id|end|return|end_of_text|end▁of▁sentence|end_of_turn"
    r"|eos|END_OF_TURN_TOKEN|END_RESPONSE|end_of_solution)[|｜]>|</s>|<eos>|<end_of_turn>|\[EOS\]",
)
_TOKEN = re.compile(
    r"<[|｜][^|｜<>\n]{1,40}[|｜]>|</?s>|<(?:eos|bos|pad|unk)>|<(?:start|end)_of_turn>(?:model|assistant)?"
    r"|<<[^<>\n]{1,80}>>"  # GSM8K's calculator
    r"|\[/?(?:INST|EOS|BOS|PAD|SEP|CLS|UNK)\]|<0x0[0-9A-F]>"
)
_TURN = re.compile(
    r"<\|im_start\|>\s*assistant\b|<\|start_header_id\|>assistant<\|end_header_id\|>"
)


def clean(text: str) -> str:
    """The text as a reader sees it, on one kind of line end and without special tokens.

    What follows a token that ends a turn is another turn: it is dropped.
    """
    if not _DIRT.search(text):
        return text
    text = _LOST_ESCAPE.sub(lambda found: "\\" + _ESCAPES[found[0]], text)
    text = _INVISIBLE.sub("", _LINE_END.sub("\n", text))
    text = _SPACE.sub(" ", text)
    if "&" in text:
        text = _ENTITY.sub(lambda found: html.unescape(found[0]).replace("\xa0", " "), text)
    return _without_markup(_first_turn(text)) if "<" in text or "[" in text else text


def _first_turn(text: str) -> str:
    """The text before the first token that ends a turn, unless nothing stands before it."""
    text = _TURN.sub("", text, count=1) if text.lstrip().startswith("<|") else text
    for end in _END_TOKEN.finditer(text):
        if _TOKEN.sub("", text[: end.start()]).strip():
            text = text[: end.start()]
            break
        if end.start() > _LONGEST_PREFIX:
            break
    return _TOKEN.sub("", text)


_LONGEST_PREFIX = 1000


def _without_markup(text: str) -> str:
    if "<" not in text:
        return text
    text = _RAISED.sub(lambda tag: f"{'^' if tag[1].lower() == 'sup' else '_'}{{{tag[2]}}}", text)
    text = _TAG.sub("", _BREAK.sub("\n", text))
    return _LETTER_TAG.sub(r"\2", text)
