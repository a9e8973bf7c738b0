"""Numbers, names, brackets, and commands that stand for a value."""

from __future__ import annotations

from fractions import Fraction

from sws.verify.grammar.cursor import Cursor
from sws.verify.grammar.names import ACCENTS, BIG, CONSTANTS, FRACTIONS, FUNCTION_OF, GREEK
from sws.verify.grammar.tree import Tree, Unreadable, number
from sws.verify.tokens import OPENING, Token


class Atoms(Cursor):
    """The rules of what has no sign of its own."""

    def group(self) -> Tree:
        r"""What stands in braces, or the one token that stands for a group: \frac12, \sqrt x."""
        token = self.next
        if token is None:
            raise Unreadable
        if token.text == "{":
            self.take()
            inside = self.sum()
            self.take("}")
            return inside
        if token.kind == "number":
            return self.digit()
        if token.text in ("(", "["):
            raise Unreadable
        return self.atom()

    def digit(self) -> Tree:
        r"""TeX takes the first digit of a number only; \\frac12 has two of them."""
        token = self.take()
        if not token.text.isdigit():
            raise Unreadable
        if len(token.text) > 1:
            rest = Token("number", token.text[1:], False)
            self.tokens.insert(self.position, rest)
        return ("number", Fraction(token.text[0]), -1)

    def atom(self) -> Tree:
        """A number, a name, a command or a bracket."""
        token = self.take()
        if token.kind == "number":
            if self.at("C") and self.at_number(1):  # 8C3
                self.take()
                return ("call", "binomial", number(token), number(self.take()))
            return number(token)
        if token.kind == "name":
            return self.named(token.text)
        if token.kind == "command":
            return self.command(token.text)
        if token.text in ("(", "["):
            inside = self.sum()
            self.take(OPENING[token.text])
            return inside
        if token.text == "{":
            return self.braces()
        if token.text == "|" and not self.in_bars:
            self.in_bars = True
            inside = self.sum()
            self.in_bars = False
            self.take("|")
            return ("call", "abs", inside)
        raise Unreadable

    def braces(self) -> Tree:
        r"""A group; {8 \choose 3}; or the empty one of {}_8C_3."""
        if self.at("}"):
            self.take()
            self.take("_")
            top = self.group()
            self.take("C")
            self.take("_")
            return ("call", "binomial", top, self.group())
        inside = self.sum()
        if self.at("\\choose"):
            self.take()
            inside = ("call", "binomial", inside, self.sum())
        self.take("}")
        return inside

    def named(self, name: str) -> Tree:
        """A function, a binomial coefficient, a constant or a variable."""
        if name in FUNCTION_OF:
            return self.function(FUNCTION_OF[name])
        if name == "C" and self.at("("):  # C(8,3)
            arguments = self.arguments()
            if len(arguments) == 2:
                return ("call", "binomial", *arguments)
            raise Unreadable
        if name == "C" and self.at("_") and self.choose_ahead():
            self.take()
            top = self.group()
            self.take("^")
            return ("call", "binomial", top, self.group())
        if not name.isascii():
            raise Unreadable
        return self.symbol(CONSTANTS.get(name, name))

    def choose_ahead(self) -> bool:
        r"""Whether an index and an exponent follow: C_8^3."""
        place = self.position + 1
        while place < len(self.tokens) and self.tokens[place].text != "}":
            if self.tokens[place].kind == "number" and self.at(
                "^", ahead=place + 1 - self.position
            ):
                return True
            place += 1
        return self.at("^", ahead=place + 1 - self.position)

    def symbol(self, name: str) -> Tree:
        """A name with its index and primes."""
        if self.at("_"):
            self.take()
            name += f"_{self.index()}"
        while self.at("'"):
            name += self.take().text
        return ("symbol", name)

    def index(self) -> str:
        """A subscript as its text."""
        token = self.take()
        if token.text not in ("{", "("):
            if token.kind not in ("number", "name", "command"):
                raise Unreadable
            return token.text
        closing, parts, depth = OPENING[token.text], [], 1
        while depth:
            inner = self.take()
            depth += (inner.text == token.text) - (inner.text == closing)
            parts.append(inner.text)
        return "".join(parts[:-1])

    def command(self, text: str) -> Tree:
        """What a command stands for, with its arguments."""
        name = text[1:]
        if text in FRACTIONS:
            return ("div", self.group(), self.group())
        if text in ("\\sqrt", "\\surd"):
            return self.root()
        if text in ("\\binom", "\\tbinom", "\\dbinom"):
            return ("call", "binomial", self.group(), self.group())
        if text in ("\\lfloor", "\\lceil"):
            inside = self.sum()
            self.take(OPENING[text])
            return ("call", "floor" if text == "\\lfloor" else "ceil", inside)
        if text in BIG:
            return self.big(BIG[text])
        if name in CONSTANTS:
            return self.symbol(CONSTANTS[name])
        if name in GREEK:
            return self.symbol(name)
        if name in FUNCTION_OF:
            return self.function(FUNCTION_OF[name])
        if name in ACCENTS:
            return self.accented(name)
        raise Unreadable

    def accented(self, accent: str) -> Tree:
        r"""A letter with a mark over it, another than without: \dot{x}_0."""
        inside = self.group()
        if inside[0] != "symbol" or inside[1] in CONSTANTS.values():
            raise Unreadable
        return self.symbol(f"{accent} {inside[1]}")

    def root(self) -> Tree:
        """The radicand of a root, and its degree."""
        degree: Tree | None = None
        if self.at("["):
            self.take()
            degree = self.sum()
            self.take("]")
        token = self.next
        if token is not None and token.text == "(":
            inside = self.atom()
        elif token is not None and token.kind == "number" and len(token.text) > 1:
            if not token.spaced:  # in \sqrt12 TeX takes one digit, and its author means two
                raise Unreadable
            inside = number(self.take())
        else:
            inside = self.group()
        return ("call", "sqrt", inside) if degree is None else ("call", "root", inside, degree)
