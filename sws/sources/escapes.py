r"""LaTeX that lost its backslashes to JSON or Python: a form feed before `rac` was `\frac`.

Valid JSON holds `"\frac"` as a form feed and `rac`, `"\times"` as a tab and `imes`. Control
characters before the rest of a command are put back; where the rest is an English word too
(`\to`, `\not`), only inside mathematics.
"""

import re

_LETTER = {"\a": "a", "\b": "b", "\v": "v", "\f": "f", "\t": "t", "\r": "r", "\n": "n"}
_ANYWHERE = re.compile(
    r"[\a\b\v](?=[A-Za-z])"
    r"|\f(?=(?:rac|orall|lat|rown|box)(?![a-z]))"
    r"|\t(?=(?:imes|heta|frac|riangle|ilde|herefore|au|binom|anh|ext(?:bf|it|rm|sf|tt)?\s*\{)"
    r"(?![a-z]))"
    r"|\r(?=(?:ight|ho|angle|ceil|floor|brace|ightarrow|ightleftharpoons)(?![a-z]))"
)
_IN_MATHS = re.compile(r"\t(?=(?:an|o|op)(?![a-z]))|\n(?=(?:eq|eg|ot|otin|abla)(?![a-z]))")
_SUSPECT = re.compile(r"[\a\b\v\f\t\r]|\n(?:e|ot|abla)")


_SIGNS = ("\a", "\b", "\v", "\f", "\t", "\r", "\ne", "\not", "\nabla")


def may_need_repair(text: str) -> bool:
    """Whether anything that `repair` looks for is in a text, however long."""
    return any(sign in text for sign in _SIGNS)


def repair(text: str, maths: bool = False) -> str:
    """The text with its commands put back; `maths`: the whole of it is mathematics."""
    if not _SUSPECT.search(text):
        return text
    text = _ANYWHERE.sub(_put_back, text)
    if maths:
        return _IN_MATHS.sub(_put_back, text)
    if "$" in text:
        pieces = text.split("$")
        pieces[1::2] = [_IN_MATHS.sub(_put_back, piece) for piece in pieces[1::2]]
        return "$".join(pieces)
    return text


def _put_back(found: re.Match[str]) -> str:
    return "\\" + _LETTER[found[0]]
