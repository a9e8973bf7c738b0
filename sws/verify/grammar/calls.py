"""Functions with their arguments; sums, products, integrals and limits over a range."""

from __future__ import annotations

from sws.verify.grammar.cursor import Cursor
from sws.verify.grammar.names import FUNCTION_OF, INVERSES
from sws.verify.grammar.tree import ONE, Tree, Unreadable, number


class Calls(Cursor):
    """The rules of operators that take a name."""

    def arguments(self) -> list[Tree]:
        """The expressions between brackets, separated by commas."""
        self.take("(")
        found = [self.sum()]
        while self.at(","):
            self.take()
            found.append(self.sum())
        self.take(")")
        return found

    def function(self, name: str) -> Tree:
        """A function with its base, power and arguments: log_2 8, sin^2 x."""
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
                base = self.group() if not self.at_number(0) else number(self.take())
            elif power is None and self.at("^", "**"):
                self.take()
                power = self.exponent()
        if power == ("neg", ONE) and name in INVERSES:
            name, power = INVERSES[name], None
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
            if name in FUNCTION_OF or token.kind == "number" or token.text in ("(", "["):
                break
            found = ("mul", found, self.factor())
        if self.at("/") and found[0] in ("symbol", "number") and self.at_number(1):
            self.take()  # sin pi/6
            found = ("div", found, number(self.take()))
        return [("neg", found) if negative else found]

    def big(self, kind: str) -> Tree:
        """A sum, product, integral or limit with its range."""
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
        """The variable and the lower end of a range: {k=1}."""
        self.take("{")
        variable = self.atom()
        if variable[0] != "symbol" or self.take().text not in ("=", "\\to", "\\rightarrow"):
            raise Unreadable
        start = self.sum()
        self.take("}")
        return variable[1], start

    def integral(self, low: Tree | None, high: Tree | None) -> Tree:
        """The integrand up to its last differential, over a range."""
        end = next(
            (i for i in range(len(self.tokens) - 1, self.position, -1) if self._differential(i)), -1
        )
        if end < 0 or low is None or high is None:
            raise Unreadable
        variable = self.tokens[end + 1].text
        inner = type(self)(self.tokens[self.position : end])
        body = inner.sum() if inner.tokens else ONE
        if inner.next is not None:
            raise Unreadable
        self.position = end + 2
        return ("int", body, variable, low, high)

    def _differential(self, place: int) -> bool:
        pair = self.tokens[place : place + 2]
        return len(pair) == 2 and pair[0].text == "d" and pair[1].kind == "name"
