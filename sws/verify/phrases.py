"""Words, and the expressions between them."""

from __future__ import annotations

from sws.verify import words as in_words
from sws.verify.grammar import Tree, parse
from sws.verify.tokens import Token, Tokens, written
from sws.verify.values import REALS, Phrase, Quantity, Several, Value

_REALS_IN_WORDS = frozenset(
    {("all", "real", "numbers"), ("all", "reals"), ("all", "real"), ("real", "numbers"), ("reals",)}
)


def phrase(tokens: Tokens) -> Value:
    """Words, and the expressions between them."""
    segments: list[tuple[str, ...] | Tree] = []
    run: list[Token] = []
    wordy: list[str] = []

    def close() -> None:
        if run:
            tree = parse(tuple(run))
            segments.append(tree if tree is not None else ("\\", written(tuple(run))))
            run.clear()
        if wordy:
            segments.append(in_words.normal(wordy))
            wordy.clear()

    for token in tokens:
        worded = token.kind == "word" or (token.kind == "name" and len(token.text) > 1)
        is_word = (worded and parse((token._replace(kind="name"),)) is None) or (
            worded and (token.kind == "word" or not run)
        )
        if is_word and len(token.text) == 1 and token.text not in "aA":
            is_word = False
        if (is_word and run) or (not is_word and wordy):
            close()
        if is_word:
            wordy.append(token.text)
        elif token.text not in (".", "?", "!", "'", '"') or run:
            run.append(token)
    close()
    if len(segments) == 1 and segments[0] in _REALS_IN_WORDS:
        return REALS
    if segments == [("\\emptyset",)]:
        return Several((), "{}")
    if segments == [("\\infty",)]:
        return Quantity(("symbol", "oo"))
    return Phrase(tuple(segments), written(tokens))
