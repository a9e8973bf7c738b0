"""Sums, products, mixed numbers and powers."""

from __future__ import annotations

from sws.verify.grammar.cursor import Cursor
from sws.verify.grammar.names import ACCENTS, BIG, CONSTANTS, FRACTIONS, FUNCTION_OF, GREEK
from sws.verify.grammar.tree import Tree, Unreadable, is_whole, mixed, number, symbols_in
from sws.verify.tokens import Token

_MOST_NESTED = 40
_MOST_FACTORS = 60
_TIMES = frozenset({"*", "\\cdot", "\\times", "\\ast"})
_OVER = frozenset({"/", "\\div"})


class Arithmetic(Cursor):
    """The rules of terms, factors and exponents."""

    def sum(self) -> Tree:
        """Terms with signs between them."""
        self.depth += 1
        if self.depth > _MOST_NESTED:
            raise Unreadable
        terms = [self.term()]
        while self.at("+", "-"):
            negative = self.take().text == "-"
            term = self.signed()
            terms.append(("neg", term) if negative else term)
        self.depth -= 1
        return terms[0] if len(terms) == 1 else ("add", *terms)

    def term(self) -> Tree:
        """A product that may have a sign."""
        if self.at("+", "-"):
            negative = self.take().text == "-"
            if self.at("+", "-"):
                raise Unreadable
            term = self.product()
            return ("neg", term) if negative else term
        return self.product()

    def signed(self) -> Tree:
        r"""A product, with a sign of its own where a space sets it apart: "+-" may mean \\pm."""
        token = self.next
        if token is not None and token.text == "-" and (token.spaced or self.at("(", ahead=1)):
            self.take()
            return ("neg", self.product())
        if self.at("+", "-"):
            raise Unreadable
        return self.product()

    def product(self) -> Tree:
        """Factors, with or without a sign between them."""
        start, total, factors = self.position, self.factor(), 0
        while (token := self.next) is not None:
            factors += 1
            if factors > _MOST_FACTORS:
                raise Unreadable
            if token.text in _TIMES or token.text in _OVER:
                self.take()
                negative = self.at("-") and bool(self.take())
                factor = self.factor()
                factor = ("neg", factor) if negative else factor
                total = ("div" if token.text in _OVER else "mul", total, factor)
            elif token.text in ("\\bmod", "\\mod", "mod"):
                self.take()
                total = ("call", "mod", total, self.factor())
            elif self.starts_factor(token):
                total = self.beside(total, start)
            else:
                break
        return total

    def beside(self, total: Tree, start: int) -> Tree:
        r"""A product without a sign, or a mixed number: 3\\frac{1}{4} and 3 1/4."""
        alone = self.position - start == 1 and total[0] == "number"
        token = self.next
        assert token is not None
        if token.kind == "number" and not self.power_after(total):
            whole_part = alone and total[2] < 0 and self.at("/", ahead=1)
            if not whole_part or "." in token.text or not token.spaced:
                raise Unreadable
            top = self.factor()
            self.take()
            return mixed(total, ("div", top, self.factor()))
        before = self.tokens[self.position - 1]
        factor = self.factor()
        after_number = token.text in FRACTIONS and before.kind == "number"
        if after_number and factor[0] == "div" and is_whole(factor[1]) and is_whole(factor[2]):
            if not alone:
                raise Unreadable
            return mixed(total, factor)
        return ("mul", total, factor)

    def power_after(self, total: Tree) -> bool:
        """Whether a number is a factor after what stands before it: 3!5!, or n 2^n, but not 3 5."""
        before = self.tokens[self.position - 1]
        if before.text == "!":
            return True
        return self.at("^", ahead=1) and before.kind != "number" and bool(symbols_in(total))

    def starts_factor(self, token: Token) -> bool:
        """Whether a factor can start here."""
        if token.kind in ("number", "name"):
            return True
        if token.kind == "command":
            name = token.text[1:]
            known = any(name in names for names in (GREEK, CONSTANTS, FUNCTION_OF, ACCENTS))
            return (
                known
                or token.text in FRACTIONS
                or token.text in BIG
                or token.text in ("\\sqrt", "\\binom", "\\lfloor", "\\lceil", "\\surd", "\\deg")
            )
        return token.text in ("(", "[", "{") or (token.text == "|" and not self.in_bars)

    def factor(self) -> Tree:
        """An atom with its exponents, factorials and degree signs."""
        start = self.position
        base = self.atom()
        single = self.tokens[start].text
        while True:
            if self.at("^", "**"):
                self.take()
                if self.degree_sign():
                    base = ("call", "deg", base)
                    continue
                exponent = self.exponent()
                if self.at("^", "**"):
                    self.take()
                    exponent = ("pow", exponent, self.exponent())
                base = ("pow", base, exponent)
            elif self.at("!"):
                self.take()
                double = self.at("!") and bool(self.take())
                if self.at("!") or single == "-":
                    raise Unreadable
                base = ("call", "factorial2" if double else "factorial", base)
            else:
                return base

    def degree_sign(self) -> bool:
        r"""Whether what follows is \circ, which is then taken."""
        if self.at("\\circ"):
            self.take()
            return True
        if self.at("{") and self.at("\\circ", ahead=1) and self.at("}", ahead=2):
            self.position += 3
            return True
        return False

    def exponent(self) -> Tree:
        """Braces, brackets, a signed number typed by hand, or one token."""
        negative = self.at("-") and bool(self.take())
        token = self.next
        if token is None:
            raise Unreadable
        if token.text in ("{", "("):
            inside = self.group() if token.text == "{" else self.atom()
        elif token.kind == "number":
            inside = number(self.take())
        elif (token.kind == "name" and len(token.text) == 1) or token.kind == "command":
            inside = self.atom()
        else:
            raise Unreadable
        return ("neg", inside) if negative else inside
