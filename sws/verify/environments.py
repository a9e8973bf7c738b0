r"""Matrices and systems: what stands between \begin and \end."""

from __future__ import annotations

from collections.abc import Callable

from sws.verify.grammar import parse
from sws.verify.tokens import RELATIONS, Tokens, split
from sws.verify.values import (
    MOST_MEMBERS,
    Matrix,
    Ordered,
    Quantity,
    Relation,
    Several,
    Value,
)

One = Callable[[Tokens], Value]

_MATRICES = frozenset(
    {"matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "array", "smallmatrix"}
)


_SYSTEMS = frozenset({"cases", "aligned", "align", "gathered", "split", "rcases"})


def environment(tokens: Tokens, one: One, statement: One) -> Value | None:
    r"""A matrix with its factor; the lines of a system."""
    terms = split(tokens, frozenset({"+"}))
    if len(terms) > 1:
        return _matrix_sum([environment(term, one, statement) if term else None for term in terms])
    begin = next((i for i, token in enumerate(tokens) if token.kind == "begin"), -1)
    if begin < 0:
        return None
    end = next((i for i, t in enumerate(tokens) if t.kind == "end" and i > begin), -1)
    if end < 0:
        return None
    name, inner = tokens[begin].text, tokens[begin + 1 : end]
    before, after = tokens[:begin], tokens[end + 1 :]
    rows = [row for row in split(inner, frozenset({"\\\\"})) if row]
    if name in _SYSTEMS and not after:
        return _system(name, rows, before, one, statement)
    if name not in _MATRICES or not rows or len(rows) > MOST_MEMBERS:
        return None
    bars = name == "vmatrix"
    if name == "array" and before and after:
        bars = before[-1].text == "|"
        before, after = before[:-1], after[1:]
    if after or (before and before[-1].text == "=" and not before[:-1]):
        return None
    if before and before[-1].text == "=":
        return Relation((one(before[:-1]), one(tokens[begin:])), ("=",))
    factor = parse(before) if before else None
    if before and factor is None:
        return None
    cells = tuple(
        tuple(one(cell) for cell in split(row, frozenset({"&", "and"})) if cell) for row in rows
    )
    return Matrix(cells, factor, bars)


def _matrix_sum(terms: list[Value | None]) -> Matrix | None:
    """The sum of matrices of numbers of one shape."""
    matrices = [term for term in terms if isinstance(term, Matrix) and term.factor is None]
    shapes = {tuple(map(len, matrix.rows)) for matrix in matrices}
    if len(matrices) < len(terms) or len(shapes) != 1 or any(matrix.bars for matrix in matrices):
        return None
    rows = []
    for lines in zip(*(matrix.rows for matrix in matrices), strict=True):
        cells = []
        for entries in zip(*lines, strict=True):
            trees = [entry.tree for entry in entries if isinstance(entry, Quantity)]
            if len(trees) < len(entries):
                return None
            cells.append(Quantity(("add", *trees)))
        rows.append(tuple(cells))
    return Matrix(tuple(rows))


def _system(
    name: str, rows: list[Tokens], before: Tokens, one: One, statement: One
) -> Value | None:
    """Equations under one another; or the cases of a function, each with its condition."""
    aligned = [tuple(t for t in row if t.text not in ("&", "and")) for row in rows]
    cases = [tuple(t for t in row if t.text.lower() not in ("if", "for", "when")) for row in rows]
    cut = [split(row, frozenset({",", "&", "and"})) for row in cases]
    if (
        name == "cases"
        and all(len([run for run in runs if run]) == 2 for runs in cut)
        and len(cut) > 1
    ) and not any(t.text in RELATIONS for runs in cut for t in runs[0]):
        pairs = [Ordered("()", tuple(one(run) for run in runs if run)) for runs in cut]
        value: Value = Several(tuple(pairs), "cases")
        return _relation_to(before, value, one)
    members = [statement(tuple(t for t in row if t.text != ",")) for row in aligned if row]
    if before or not members:
        return None
    return members[0] if len(members) == 1 else Several(tuple(members), ",")


def _relation_to(before: Tokens, value: Value, one: One) -> Value | None:
    if not before:
        return value
    if before[-1].text != "=" or len(before) < 2:
        return None
    return Relation((one(before[:-1]), value), ("=",))
