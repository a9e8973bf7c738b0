"""What follows an announcement: the value that a clause states, without what explains it."""

from __future__ import annotations

import re

from sws.verify.reading.counting import NUMBER, SCALES, counted

LIMIT = 400  # characters read after "the answer is"
SENTENCE_WORDS = 5  # words from which a text without mathematics is a sentence

MATHS = re.compile(
    r"\$\$(.+?)\$\$|\\\[(.+?)\\\]|(?<!\\)\$((?:\\\$|[^$])+?)(?<!\\)\$|\\\((.+?)\\\)", re.DOTALL
)
_PROSE = re.compile(r"(?<![\\A-Za-z{])[A-Za-z]{2,}\s+[A-Za-z]{2,}\s")
_WORD = re.compile(r"[A-Za-z]{2,}")
_JOINT = re.compile(r"(?:[\s,;*]|and|or|和|或|、)+")
_CHOICE = re.compile(r"\(?[A-J]\)?[.):：]\s+(?=\S)|\([A-J]\)\s*(?=\S)")
_END = re.compile(
    r"[.!?](?=[\s*\"'”’)\]]|$)|\n|[。！？।]|[;；](?!\s*(?:\\[a-z]+|[^A-Za-z\n])+(?:\n|$))|\*\*(?=\s|$)"
)
# What explains a value, or adds another clause to it.
_AND_CLAUSE = (
    "the|so|we|it|that|this|not|they|he|she|there|then|hence|thus|therefore|its?|an?|no|all|also"
    "|[a-z]{4,}"
)
_BECAUSE = re.compile(
    r"\s[–—-]\s(?=[A-Za-z])|[\s,]*(?:\b(?:because|since|which|where|who|whose|whereas|while|so that"
    r"|but|however|as (?:we|it|the|required|desired|expected|wanted|claimed|needed|stated|asked"
    r"|shown|before)|so (?:we|it|the|that|he|she|they|there)|for (?:which|the|all|any|an?)|with"
    r"|after|given|due to|hence|therefore|thus|then|i\.e|meaning|that is|rather than|instead of"
    rf"|and (?:{_AND_CLAUSE})|not|when|if|whenever|unless|according to|based on|by)\b"
    r"|因为|因為|这是因为|，)",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"\s*[(（](?=[^()（）]*[A-Za-z]{2})(?![^()（）]*\b(?:or|and|maybe|perhaps|possibly)\b)[^()（）\\$]*[)）]\s*\Z"
)
_OPENING = re.compile(r"[*\s_>:：]*(?:[-=*_]{3,}\s*\n\s*)?(?:\\?[\"“](?=\\?\$))?")
_NOT_BUT = re.compile(
    r"not\b[^.\n]{1,80}?,?\s*\b(?:but|it is|it's|rather)\b(?: rather)?\s*", re.IGNORECASE
)
_NEGATED = re.compile(
    r"(?:not|never|neither|unknown|unclear|impossible to (?:say|tell))\b|不是", re.IGNORECASE
)
_IS = re.compile(
    r"(?:\b(?:is|are|equals?|be|was|were|becomes?|gives?(?: us)?|yields?|gets?|ha[sd]|have)\b"
    r"|(?<=[\u4e00-\u9fff\s])(?:是|为|為|等于|有|共)):?\s*(?:equal to\s*)?"
)
_QUOTES = {
    '"': '"',
    "'": "'",
    "`": "`",
    "“": "”",
    "‘": "’",
    "「": "」",
    "『": "』",
    "《": "》",
    "«": "»",
}
# A copula at the end, where the language puts it there.
_PARTICLE = re.compile(
    r"\s*(?:です|である|だ|になります|となります|입니다|이다|입니다|이에요|예요|है|హై|است|ครับ|ค่ะ)\s*\Z"
)
_NEGATIVE = re.compile(r"(?:negative|minus)\s+(?=[0-9])", re.IGNORECASE)
# What others say; what a language denies at the end.
_SAID = re.compile(
    r"\D{0,40}\b(?:thought|believed|said|supposed|claimed|expected)\b", re.IGNORECASE
)
_DENIED = re.compile("(?:では|じゃ)(?:ない|ありません)|(?:이|가)?\\s*아니|नहीं|ليس")
_DOLLARS = re.compile(r"\\?\$?([0-9,]+) dollars? and ([0-9]{1,2}) cents?")
_AFTER_MATHS = re.compile(rf"\s*(\\?%|(?:percent|{SCALES})(?=s?\b))", re.IGNORECASE)


def content_of(maths: re.Match[str]) -> str:
    """What is between the delimiters of a match of `MATHS`."""
    return next(group for group in maths.groups() if group).strip()


def is_currency(maths: re.Match[str]) -> bool:
    """Whether a "$…$" is what lies between two prices."""
    if maths[3] is None:
        return False
    priced = maths.string[maths.end() : maths.end() + 1].isdigit() and maths[3][:1].isdigit()
    return priced or bool(_PROSE.search(maths[3]))


def stated(rest: str) -> str | None:
    """The value at the start of a text that follows an announcement; None if it has no value."""
    rest = _OPENING.sub("", rest[:LIMIT], count=1)
    if but := _NOT_BUT.match(rest):
        rest = rest[but.end() :]
    if _NEGATED.match(rest):
        return None
    if (maths := MATHS.match(rest)) and not is_currency(maths):
        return _run_of_maths(rest, maths)
    return _clause(rest)


def _run_of_maths(rest: str, maths: re.Match[str]) -> str | None:
    """Mathematics, and what is joined to it by commas, "and" or "or"."""
    parts, end = [content_of(maths)], maths.end()
    while joint := _JOINT.match(rest, end):
        if joint[0].isspace():
            break
        following = MATHS.match(rest, joint.end()) or NUMBER.match(rest, joint.end())
        if following is None:
            break
        parts.append(content_of(following) if following.re is MATHS else following[0])
        end = following.end()
    if len(parts) == 1 and (changed := _AFTER_MATHS.match(rest, end)):
        parts[0] += f" {changed[1]}"
    return ", ".join(dict.fromkeys(parts)) or None


def _clause(rest: str) -> str | None:
    """What plain words state: a number, a choice, a formula or a few words."""
    rest = rest.replace("**", " ").lstrip() if rest.count("**") == 2 else rest
    choice = _CHOICE.match(rest)
    start = choice.end() if choice else 0
    end = _END.search(rest, start)
    if end and end[0] == "?":
        return None
    text = rest[: end.start()] if end else rest
    text = text.replace("**", "").strip()
    if _SAID.match(text) or _DENIED.search(text):
        return None
    if dollars := _DOLLARS.fullmatch(text):
        return f"{dollars[1]}.{dollars[2]:0>2} dollars"
    text = _ASIDE.sub("", text)
    because = _BECAUSE.search(text, 1)
    while because and because.start() < start:
        because = _BECAUSE.search(text, because.end())
    if because:
        text = text[: because.start()]
    text = unquoted(text.strip(" ,;:：，"))
    return value_in(text)


def unquoted(text: str) -> str:
    """A text without the quotes, backticks and emphasis around it."""
    text = text.strip(" \t\n*_")
    while len(text) > 1 and _QUOTES.get(text[0]) == text[-1]:
        text = text[1:-1].strip()
    return text


def value_in(text: str) -> str | None:
    """The value of a clause: the whole of a short one, else what it says something is."""
    text = _PARTICLE.sub("", text.strip().rstrip("."))
    if not text:
        return None
    text = _NEGATIVE.sub("-", text)
    if number := NUMBER.match(text):
        return counted(text, number)
    parts = _IS.split(text)
    if len(parts) > 1 and parts[-1] and not _NEGATED.match(parts[-1]):
        if (maths := MATHS.match(parts[-1])) and not is_currency(maths):
            return _run_of_maths(parts[-1], maths)
        return value_in(parts[-1])
    if (maths := _only(MATHS, text)) and not is_currency(maths):
        return content_of(maths)
    if len(_WORD.findall(text)) < SENTENCE_WORDS or "\\" in text:
        return None if _NEGATED.match(text) and any(map(str.isdigit, text)) else text
    number = _only(NUMBER, text)
    return number[0] if number else None


def _only(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The only match of a pattern; None when there is another value."""
    found = list(pattern.finditer(text))
    return found[0] if found and len({one[0] for one in found}) == 1 else None
