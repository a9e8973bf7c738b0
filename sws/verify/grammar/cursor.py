"""A place among the tokens of an expression, and the rules that others recurse into."""

from __future__ import annotations

from abc import ABC, abstractmethod

from sws.verify.grammar.tree import Tree, Unreadable
from sws.verify.tokens import Token


class Cursor(ABC):
    """The tokens of one expression, and the next one to read."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.position = 0
        self.depth = 0
        self.in_bars = False

    @property
    def next(self) -> Token | None:
        """The token at the cursor; None at the end."""
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def at(self, *texts: str, ahead: int = 0) -> bool:
        """Whether the token at the cursor, or after it, is one of these."""
        place = self.position + ahead
        return place < len(self.tokens) and self.tokens[place].text in texts

    def at_number(self, ahead: int) -> bool:
        """Whether the token that far ahead is a number."""
        place = self.position + ahead
        return place < len(self.tokens) and self.tokens[place].kind == "number"

    def take(self, expected: str = "") -> Token:
        """The token at the cursor, which moves on; Unreadable if another was expected."""
        token = self.next
        if token is None or (expected and token.text != expected):
            raise Unreadable
        self.position += 1
        return token

    @abstractmethod
    def sum(self) -> Tree:
        """Terms with signs between them."""

    @abstractmethod
    def term(self) -> Tree:
        """A product that may have a sign."""

    @abstractmethod
    def product(self) -> Tree:
        """Factors, with or without a sign between them."""

    @abstractmethod
    def factor(self) -> Tree:
        """An atom with its exponents, factorials and degree signs."""

    @abstractmethod
    def starts_factor(self, token: Token) -> bool:
        """Whether a factor can start here."""

    @abstractmethod
    def exponent(self) -> Tree:
        """What follows a power sign."""

    @abstractmethod
    def atom(self) -> Tree:
        """A number, a name, a command or a bracket."""

    @abstractmethod
    def group(self) -> Tree:
        """What stands in braces, or the one token in place of it."""

    @abstractmethod
    def root(self) -> Tree:
        """The radicand of a root, and its degree."""

    @abstractmethod
    def function(self, name: str) -> Tree:
        """A function with its arguments."""

    @abstractmethod
    def arguments(self) -> list[Tree]:
        """The expressions between brackets, by commas."""

    @abstractmethod
    def big(self, kind: str) -> Tree:
        """A sum, product, integral or limit with its range."""
