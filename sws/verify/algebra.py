"""Equality of two answers by algebra. Imported by the worker process only: it may hang."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sympy

from sws.verify import numeric
from sws.verify.compare import decide_by
from sws.verify.grammar import Tree, symbols_in

DIGITS = 40
SAME = sympy.Rational(1, 10**25)
_FUNCTIONS = {
    "ln": sympy.log, "lg": lambda x: sympy.log(x, 10), "log2": lambda x: sympy.log(x, 2),
    "log": lambda x, base=None: sympy.log(x) if base is None else sympy.log(x, base),
    "abs": sympy.Abs, "cis": lambda x: sympy.exp(sympy.I * x), "deg": lambda x: x * sympy.pi / 180,
    "ceil": sympy.ceiling, "cbrt": lambda x: sympy.real_root(x, 3),
    "root": lambda x, n: x ** (1 / n),
    "max": sympy.Max, "min": sympy.Min, "mod": sympy.Mod, "Re": sympy.re, "Im": sympy.im,
    "sgn": sympy.sign, "arg": sympy.arg,
}  # fmt: skip
_CONSTANTS = {"pi": sympy.pi, "e": sympy.E, "i": sympy.I, "oo": sympy.oo}
_BIG = {"sum": sympy.Sum, "prod": sympy.Product, "int": sympy.Integral}


def equal(gold: str, answer: str) -> bool:
    """Whether the answer is mathematically equal to the gold answer (gold first)."""
    try:
        return bool(decide_by(gold, answer, same))
    except MemoryError:  # the process ends, and its parent counts it as undecided
        raise
    except Exception:
        return False


def same(gold: Tree, answer: Tree) -> bool:
    """Whether two expressions are equal: by their values, else by what SymPy makes of them."""
    verdict = numeric.same(gold, answer)
    if verdict is not None:
        return verdict
    left, right = expression(gold), expression(answer)
    if left == right:
        return True
    symbols = sorted(left.free_symbols | right.free_symbols, key=str)
    if not symbols:
        return _same_numbers(left, right)
    for start in (3, 5, 8):
        point = {symbol: sympy.Integer(start + place) for place, symbol in enumerate(symbols)}
        if not _same_numbers(left.subs(point).doit(), right.subs(point).doit()):
            return False
    return symbols_in(gold) == symbols_in(answer) or sympy.simplify(left - right) == 0


def _same_numbers(left: Any, right: Any) -> bool:
    if sympy.oo in (left, right) or -sympy.oo in (left, right):
        return bool(left == right)
    values = [side.evalf(DIGITS) for side in (left, right)]
    if not all(value.is_number and value.is_finite for value in values):
        return False
    largest = max(abs(values[0]), abs(values[1]))
    return bool(abs(values[0] - values[1]) <= SAME * largest)


@lru_cache(4096)
def expression(tree: Tree) -> Any:
    """The SymPy expression of a tree, with its sums, integrals and limits worked out."""
    name = tree[0]
    if name == "number":
        return sympy.Rational(tree[1].numerator, tree[1].denominator)
    if name == "symbol":
        return _CONSTANTS.get(tree[1]) or sympy.Symbol(tree[1])
    if name == "call":
        arguments = [expression(part) for part in tree[2:]]
        return (_FUNCTIONS.get(tree[1]) or getattr(sympy, tree[1]))(*arguments)
    if name in _BIG:
        body, low, high = (expression(tree[i]) for i in (1, 3, 4))
        return _BIG[name](body, (sympy.Symbol(tree[2]), low, high)).doit()
    if name == "lim":
        return sympy.limit(expression(tree[1]), sympy.Symbol(tree[2]), expression(tree[3]))
    parts = [expression(part) for part in tree[1:]]
    if name == "add":
        return sympy.Add(*parts)
    if name == "neg":
        return -parts[0]
    if name == "mul":
        return parts[0] * parts[1]
    return parts[0] / parts[1] if name == "div" else parts[0] ** parts[1]
