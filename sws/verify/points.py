"""Points at which expressions are compared, and real values there."""

from __future__ import annotations

import random
from typing import Any

from sws.verify.evaluation import Evaluation
from sws.verify.exact import Beyond
from sws.verify.grammar import Tree, symbols_in

DIGITS = 60
_STEPS = frozenset({"floor", "ceil", "abs", "max", "min", "mod", "sgn", "sqrt", "root", "gcd"})


def points(gold: Tree, answer: Tree) -> list[dict[str, float]]:
    """Values for the letters: positive, negative and mixed; whole where the letters must be."""
    names = sorted(symbols_in(gold) | symbols_in(answer))
    if not names:
        return [{}]
    whole = _bounds_of(gold) | _bounds_of(answer)
    steps = _has_steps(gold) or _has_steps(answer)
    draw = random.Random(len(names))
    points = []
    for kind in range(14 if steps else 4):
        point = {}
        for name in names:
            size = draw.uniform(0.3, 2.9) if kind % 7 < 4 else float(draw.randint(1, 9))
            sign = -1 if kind % 4 == 2 or (kind % 4 == 3 and draw.random() < 0.5) else 1
            point[name] = float(draw.randint(2, 9)) if name in whole else sign * size
        points.append(point)
    return points


def _bounds_of(tree: Tree) -> frozenset[str]:
    """Letters in the bounds of sums and products, and in factorials: whole numbers."""
    if tree[0] in ("number", "symbol"):
        return frozenset()
    found: frozenset[str] = frozenset()
    if tree[0] in ("sum", "prod"):
        found = symbols_in(tree[3]) | symbols_in(tree[4])
    elif tree[0] == "call" and tree[1] in ("factorial2", "gcd", "lcm"):
        found = symbols_in(tree)
    for part in tree[1:]:
        if isinstance(part, tuple):
            found |= _bounds_of(part)
    return found


def _has_steps(tree: Tree) -> bool:
    if tree[0] == "call" and tree[1] in _STEPS:
        return True
    return any(_has_steps(part) for part in tree[1:] if isinstance(part, tuple))


def real(found: Evaluation) -> Any:
    """The real value of an evaluation; Beyond if it has none."""
    if found.value is None or not found.is_real:
        raise Beyond
    return found.mp.re(found.value)
