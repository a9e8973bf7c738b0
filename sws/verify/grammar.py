r"""Expressions: LaTeX, and mathematics typed by hand, parsed to a tree.

Strict: a token that the grammar does not know makes the whole text no expression, so that nothing
of an answer is ever dropped. A tree is a tuple of a node's name and its parts:

    ("number", Fraction, decimals)   decimals: digits after the point, -1 for an integer
    ("symbol", name)                 a letter with its index; "pi", "e", "i" and "oo" are constants
    ("add", ...) ("mul", ...) ("neg", x) ("div", x, y) ("pow", x, y)
    ("call", function, arguments...)
    ("sum" | "prod" | "int", body, variable, low, high), ("lim", body, variable, point)
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

from sws.verify.tokens import OPENING, Token, Tokens, tokens_of
from sws.verify.vocabulary import words_of

Tree = tuple[Any, ...]

MOST_NESTED = 40
MOST_FACTORS = 60
LARGEST_EXPONENT = 5000  # of ten in 3.2e5
_GREEK = frozenset(
    words_of(
        "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda "
        "mu nu xi rho sigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi "
        "Pi Sigma Upsilon Phi Psi Omega ell hbar"
    )
)
_TYPED_GREEK = _GREEK - {"mu", "nu", "xi", "Xi", "ell", "Pi"}  # of two letters: a product
_CONSTANTS = {"pi": "pi", "infty": "oo", "oo": "oo", "inf": "oo", "infinity": "oo"}
FUNCTIONS = {
    name: [*others.split(), name]
    for name, others in {
        "sin": "", "cos": "", "tan": "tg", "cot": "ctg", "sec": "", "csc": "cosec",
        "asin": "arcsin", "acos": "arccos", "atan": "arctan arctg", "acot": "arccot",
        "sinh": "sh", "cosh": "ch", "tanh": "th", "coth": "", "asinh": "arcsinh arsinh",
        "acosh": "arccosh arcosh", "atanh": "arctanh artanh", "ln": "", "log": "", "lg": "log10",
        "log2": "", "exp": "", "gcd": "", "lcm": "", "max": "", "min": "", "floor": "", "ceil": "",
        "abs": "", "cis": "", "binomial": "comb nCr", "factorial": "", "sqrt": "", "cbrt": "",
        "arg": "", "sgn": "sign", "det": "", "Re": "", "Im": "",
    }.items()
}  # fmt: skip
_FUNCTION = {alias: name for name, aliases in FUNCTIONS.items() for alias in aliases}
FUNCTION_NAMES = frozenset(_FUNCTION) | _GREEK | frozenset(_CONSTANTS)
_OF_TRIG = {"sin": "asin", "cos": "acos", "tan": "atan", "cot": "acot", "sinh": "asinh",
            "cosh": "acosh", "tanh": "atanh"}  # fmt: skip
_TIMES = frozenset({"*", "\\cdot", "\\times", "\\ast"})
_OVER = frozenset({"/", "\\div"})
_FRACTIONS = frozenset({"\\frac", "\\sfrac"})
_BIG = {"\\sum": "sum", "\\prod": "prod", "\\int": "int", "\\lim": "lim"}
LONGEST_PRODUCT = 3  # letters side by side; a longer run is a word


class Unreadable(Exception):
    """The tokens are no expression."""


@lru_cache(16_384)
def parse(tokens: Tokens) -> Tree | None:
    """The tree of an expression; None when the tokens are none."""
    if not tokens:
        return None
    try:
        parser = _Parser(_letters_apart(tokens))
        tree = parser.sum()
        return tree if parser.next is None else None
    except (Unreadable, IndexError, OverflowError, ZeroDivisionError):
        return None


def parse_text(text: str) -> Tree | None:
    """The tree of a tidied text; None when it is no expression."""
    tokens = tokens_of(text)
    return parse(tokens) if tokens else None


def _letters_apart(tokens: Tokens) -> list[Token]:
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
    if text.isascii() and (len(text) == 1 or text in _FUNCTION or text in _CONSTANTS):
        return Token("name", text, token.spaced)
    raise Unreadable


def _names_in(token: Token, following: Tokens) -> list[Token]:
    text, rest = token.text, ""
    if not text.isascii():
        raise Unreadable
    while text and not _is_name(text):
        text, rest = text[:-1], text[-1] + rest
    if len(text) < 2 and _ends_in_function(token.text, following):
        cut = next(i for i in range(1, 4) if token.text[i:] in _FUNCTION)
        letters = [Token("name", letter, False) for letter in token.text[:cut]]
        return [*letters, Token("name", token.text[cut:], False)]
    if len(text) >= 2 and (not rest or (len(rest) == 1 and text == "pi")):
        names = [text, *rest]
    elif len(token.text) <= LONGEST_PRODUCT:
        names = list(token.text)
    else:
        raise Unreadable
    first, *others = (Token("name", name, False) for name in names)
    return [first._replace(spaced=token.spaced), *others]


def _ends_in_function(text: str, following: Tokens) -> bool:
    """Whether letters run into a function that brackets follow: xsin(x)."""
    opened = bool(following) and following[0].text in ("(", "{")
    return opened and any(text[cut:] in _FUNCTION for cut in (1, 2, 3) if text[cut:])


def _is_name(text: str) -> bool:
    return text in _FUNCTION or text in _CONSTANTS or text in _TYPED_GREEK


class _Parser:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.position = 0
        self.depth = 0

    @property
    def next(self) -> Token | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def at(self, *texts: str, ahead: int = 0) -> bool:
        place = self.position + ahead
        return place < len(self.tokens) and self.tokens[place].text in texts

    def take(self, expected: str = "") -> Token:
        token = self.next
        if token is None or (expected and token.text != expected):
            raise Unreadable
        self.position += 1
        return token

    # Sums and products

    def sum(self) -> Tree:
        self.depth += 1
        if self.depth > MOST_NESTED:
            raise Unreadable
        terms = [self.term()]
        while self.at("+", "-"):
            negative = self.take().text == "-"
            term = self.signed()
            terms.append(("neg", term) if negative else term)
        self.depth -= 1
        return terms[0] if len(terms) == 1 else ("add", *terms)

    def term(self) -> Tree:
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
        start, total, factors = self.position, self.factor(), 0
        while (token := self.next) is not None:
            factors += 1
            if factors > MOST_FACTORS:
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
        if token.kind == "number" and self.tokens[self.position - 1].text != "!":  # 3!5!
            whole_part = alone and total[2] < 0 and self.at("/", ahead=1)
            if not whole_part or "." in token.text or not token.spaced:
                raise Unreadable
            top = self.factor()
            self.take()
            return _mixed(total, ("div", top, self.factor()))
        before = self.tokens[self.position - 1]
        factor = self.factor()
        after_number = token.text in _FRACTIONS and before.kind == "number"
        if after_number and factor[0] == "div" and _is_whole(factor[1]) and _is_whole(factor[2]):
            if not alone:
                raise Unreadable
            return _mixed(total, factor)
        return ("mul", total, factor)

    def starts_factor(self, token: Token) -> bool:
        if token.kind in ("number", "name"):
            return True
        if token.kind == "command":
            name = token.text[1:]
            known = name in _GREEK or name in _CONSTANTS or name in _FUNCTION
            return (
                known
                or token.text in _FRACTIONS
                or token.text in _BIG
                or token.text in ("\\sqrt", "\\binom", "\\lfloor", "\\lceil", "\\surd", "\\deg")
            )
        return token.text in ("(", "[", "{") or (token.text == "|" and not self._in_bars)

    _in_bars = False

    # Powers

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
            inside = _number(self.take())
        elif (token.kind == "name" and len(token.text) == 1) or token.kind == "command":
            inside = self.atom()
        else:
            raise Unreadable
        return ("neg", inside) if negative else inside

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

    # Atoms

    def atom(self) -> Tree:
        token = self.take()
        if token.kind == "number":
            if self.at("C") and self.at_number(1):  # 8C3
                self.take()
                return ("call", "binomial", _number(token), _number(self.take()))
            return _number(token)
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
        if token.text == "|" and not self._in_bars:
            self._in_bars = True
            inside = self.sum()
            self._in_bars = False
            self.take("|")
            return ("call", "abs", inside)
        raise Unreadable

    def at_number(self, ahead: int) -> bool:
        place = self.position + ahead
        return place < len(self.tokens) and self.tokens[place].kind == "number"

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
        if name in _FUNCTION:
            return self.function(_FUNCTION[name])
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
        return self.symbol(_CONSTANTS.get(name, name))

    def choose_ahead(self) -> bool:
        place = self.position + 1
        while place < len(self.tokens) and self.tokens[place].text != "}":
            if self.tokens[place].kind == "number" and self.at(
                "^", ahead=place + 1 - self.position
            ):
                return True
            place += 1
        return self.at("^", ahead=place + 1 - self.position)

    def symbol(self, name: str) -> Tree:
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
        name = text[1:]
        if text in _FRACTIONS:
            return ("div", self.group(), self.group())
        if text in ("\\sqrt", "\\surd"):
            return self.root()
        if text in ("\\binom", "\\tbinom", "\\dbinom"):
            return ("call", "binomial", self.group(), self.group())
        if text in ("\\lfloor", "\\lceil"):
            inside = self.sum()
            self.take(OPENING[text])
            return ("call", "floor" if text == "\\lfloor" else "ceil", inside)
        if text in _BIG:
            return self.big(_BIG[text])
        if name in _CONSTANTS:
            return self.symbol(_CONSTANTS[name])
        if name in _GREEK:
            return self.symbol(name)
        if name in _FUNCTION:
            return self.function(_FUNCTION[name])
        raise Unreadable

    def root(self) -> Tree:
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
            inside = _number(self.take())
        else:
            inside = self.group()
        return ("call", "sqrt", inside) if degree is None else ("call", "root", inside, degree)

    # Functions

    def arguments(self) -> list[Tree]:
        self.take("(")
        found = [self.sum()]
        while self.at(","):
            self.take()
            found.append(self.sum())
        self.take(")")
        return found

    def function(self, name: str) -> Tree:
        if name == "sqrt" and not self.at("("):
            if self.at("{", "["):
                return self.root()
            token = self.next
            if token is None or token.kind not in ("number", "name", "command"):
                raise Unreadable
            return ("call", "sqrt", self.atom())
        base = power = None
        for _ in range(2):
            if base is None and self.at("_"):
                self.take()
                base = self.group() if not self.at_number(0) else _number(self.take())
            elif power is None and self.at("^", "**"):
                self.take()
                power = self.exponent()
        if power == ("neg", ("number", Fraction(1), -1)) and name in _OF_TRIG:
            name, power = _OF_TRIG[name], None
        tree = ("call", name, *self.argument())
        if base is not None:
            if name != "log" or len(tree) != 3:
                raise Unreadable
            tree = ("call", "log", tree[2], base)
        return tree if power is None else ("pow", tree, power)

    def argument(self) -> list[Tree]:
        """Brackets, or the product that follows up to a sign or to another function."""
        if self.at("("):
            return self.arguments()
        if self.at("{"):
            return [self.group()]
        negative = self.at("-") and bool(self.take())
        found = self.factor()
        while (token := self.next) is not None and self.starts_factor(token):
            name = token.text.lstrip("\\")
            if name in _FUNCTION or token.kind == "number" or token.text in ("(", "["):
                break
            found = ("mul", found, self.factor())
        if self.at("/") and found[0] in ("symbol", "number") and self.at_number(1):
            self.take()  # sin pi/6
            found = ("div", found, _number(self.take()))
        return [("neg", found) if negative else found]

    # Sums, products, integrals and limits

    def big(self, kind: str) -> Tree:
        low = high = None
        while self.at("_", "^", "\\limits"):
            mark = self.take().text
            if mark == "_" and low is None:
                low = self.range_start() if kind != "int" else (None, self.group())
            elif mark == "^" and high is None and kind != "lim":
                high = self.group()
        if kind == "int":
            return self.integral(low[1] if low else None, high)
        if low is None or low[0] is None:
            raise Unreadable
        body = self.product() if kind != "lim" else self.term()
        if kind == "lim":
            return ("lim", body, low[0], low[1])
        if high is None:
            raise Unreadable
        return (kind, body, low[0], low[1], high)

    def range_start(self) -> tuple[str, Tree]:
        self.take("{")
        variable = self.atom()
        if variable[0] != "symbol" or self.take().text not in ("=", "\\to", "\\rightarrow"):
            raise Unreadable
        start = self.sum()
        self.take("}")
        return variable[1], start

    def integral(self, low: Tree | None, high: Tree | None) -> Tree:
        end = next(
            (i for i in range(len(self.tokens) - 1, self.position, -1) if self._differential(i)), -1
        )
        if end < 0 or low is None or high is None:
            raise Unreadable
        variable = self.tokens[end + 1].text
        inner = _Parser(self.tokens[self.position : end])
        body = inner.sum() if inner.tokens else ("number", Fraction(1), -1)
        if inner.next is not None:
            raise Unreadable
        self.position = end + 2
        return ("int", body, variable, low, high)

    def _differential(self, place: int) -> bool:
        pair = self.tokens[place : place + 2]
        return len(pair) == 2 and pair[0].text == "d" and pair[1].kind == "name"


def _number(token: Token) -> Tree:
    if token.kind != "number":
        raise Unreadable
    mantissa, _, exponent = token.text.lower().partition("e")
    if exponent and abs(int(exponent[:8])) > LARGEST_EXPONENT:
        raise Unreadable
    decimals = len(mantissa.partition(".")[2]) if "." in mantissa else -1
    value = Fraction(mantissa) * Fraction(10) ** int(exponent or 0)
    return ("number", value, -1 if exponent else decimals)


def _is_whole(tree: Tree) -> bool:
    return bool(tree[0] == "number" and tree[2] < 0)


def _mixed(whole: Tree, fraction: Tree) -> Tree:
    if whole[2] >= 0 or not 0 < fraction[1][1] < fraction[2][1]:
        raise Unreadable
    return ("add", whole, fraction)


def symbols_in(tree: Tree) -> frozenset[str]:
    """The free letters of an expression, without constants and bound variables."""
    if tree[0] == "number":
        return frozenset()
    if tree[0] == "symbol":
        return frozenset() if tree[1] in ("pi", "e", "i", "oo") else frozenset({tree[1]})
    found: frozenset[str] = frozenset()
    for part in tree[1:]:
        if isinstance(part, tuple):
            found |= symbols_in(part)
    return found - {tree[2]} if tree[0] in ("sum", "prod", "int", "lim") else found


def renamed(tree: Tree, names: dict[str, str]) -> Tree:
    """The tree with letters exchanged for others."""
    if tree[0] == "symbol":
        return ("symbol", names.get(tree[1], tree[1]))
    return tuple(renamed(part, names) if isinstance(part, tuple) else part for part in tree)


def decimals_in(tree: Tree) -> list[Tree]:
    """The numbers written with a decimal point."""
    if tree[0] == "number":
        return [tree] if tree[2] >= 0 else []
    return [found for part in tree[1:] if isinstance(part, tuple) for found in decimals_in(part)]
