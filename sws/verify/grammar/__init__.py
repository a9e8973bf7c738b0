r"""Expressions: LaTeX, and mathematics typed by hand, parsed to a tree.

Strict: a token that the grammar does not know makes the whole text no expression, so that nothing
of an answer is ever dropped. `tree` says what a tree is; recursive descent in three classes over
one cursor makes it.
"""

from __future__ import annotations

from functools import lru_cache

from sws.verify.grammar.arithmetic import Arithmetic
from sws.verify.grammar.atoms import Atoms
from sws.verify.grammar.calls import Calls
from sws.verify.grammar.letters import letters_apart
from sws.verify.grammar.names import FUNCTION_NAMES
from sws.verify.grammar.tree import Tree, Unreadable, decimals_in, renamed, symbols_in
from sws.verify.tokens import Tokens, tokens_of

__all__ = ["FUNCTION_NAMES", "Tree", "decimals_in", "parse", "parse_text", "renamed", "symbols_in"]


class _Parser(Arithmetic, Atoms, Calls):
    """Recursive descent over the tokens of one expression."""


@lru_cache(16_384)
def parse(tokens: Tokens) -> Tree | None:
    """The tree of an expression; None when the tokens are none."""
    if not tokens:
        return None
    try:
        parser = _Parser(letters_apart(tokens))
        tree = parser.sum()
        return tree if parser.next is None else None
    except (Unreadable, IndexError, OverflowError, ZeroDivisionError):
        return None


def parse_text(text: str) -> Tree | None:
    """The tree of a tidied text; None when it is no expression."""
    tokens = tokens_of(text)
    return parse(tokens) if tokens else None
