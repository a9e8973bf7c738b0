"""Products of letters without a sign between them: 2ab, xsin(x)."""

from __future__ import annotations

from sws.verify.grammar.names import CONSTANTS, FUNCTION_OF, TYPED_GREEK
from sws.verify.grammar.tree import Unreadable
from sws.verify.tokens import Token, Tokens

_LONGEST_PRODUCT = 3  # letters side by side; a longer run is a word


def letters_apart(tokens: Tokens) -> list[Token]:
    """The tokens with products of letters taken apart: 2ab, xsin(x) is not one."""
    apart: list[Token] = []
    for place, token in enumerate(tokens):
        if token.kind == "word":
            apart.append(_upright(token))
        elif token.kind != "name" or len(token.text) == 1:
            apart.append(token)
        else:
            apart += _names_in(token, tokens[place + 1 : place + 2])
    return apart


def _upright(token: Token) -> Token:
    text = token.text
    if text.isascii() and (len(text) == 1 or text in FUNCTION_OF or text in CONSTANTS):
        return Token("name", text, token.spaced)
    raise Unreadable


def _names_in(token: Token, following: Tokens) -> list[Token]:
    text, rest = token.text, ""
    if not text.isascii():
        raise Unreadable
    while text and not _is_name(text):
        text, rest = text[:-1], text[-1] + rest
    if len(text) < 2 and _ends_in_function(token.text, following):
        cut = next(i for i in range(1, 4) if token.text[i:] in FUNCTION_OF)
        letters = [Token("name", letter, False) for letter in token.text[:cut]]
        return [*letters, Token("name", token.text[cut:], False)]
    if len(text) >= 2 and (not rest or (len(rest) == 1 and text == "pi")):
        names = [text, *rest]
    elif len(token.text) <= _LONGEST_PRODUCT:
        names = list(token.text)
    else:
        raise Unreadable
    first, *others = (Token("name", name, False) for name in names)
    return [first._replace(spaced=token.spaced), *others]


def _ends_in_function(text: str, following: Tokens) -> bool:
    """Whether letters run into a function that brackets follow: xsin(x)."""
    opened = bool(following) and following[0].text in ("(", "{")
    return opened and any(text[cut:] in FUNCTION_OF for cut in (1, 2, 3) if text[cut:])


def _is_name(text: str) -> bool:
    return text in FUNCTION_OF or text in CONSTANTS or text in TYPED_GREEK
