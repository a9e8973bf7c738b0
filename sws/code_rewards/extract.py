"""The code of a completion: which of its fenced blocks is the solution."""

from __future__ import annotations

import ast
import re

from sws.thought import split_thought

_FENCE = re.compile(
    r"^[ \t]*(?P<mark>```|~~~)[ \t]*(?P<language>[\w+-]*)[^\n]*\n"
    r"(?P<code>.*?)(?:^[ \t]*(?P=mark)|\Z)",
    re.DOTALL | re.MULTILINE,
)
_PYTHON = frozenset({"python", "python3", "py", "py3"})


def extract_code(completion: str) -> str:
    """The solution in a completion; a text without any fence is code itself.

    Fences marked as Python go before those without a mark, which often hold output. The last
    one that parses counts; one that only uses what an earlier block defines is an example of use.
    A fence that is never closed runs to the end. Code in a thought is not answered.
    """
    answer, thought = split_thought(completion)
    fences = list(_FENCE.finditer(answer))
    if not fences:
        return "" if thought and not answer.strip() else answer
    marked = [fence["code"] for fence in fences if fence["language"].lower() in _PYTHON]
    blocks = marked or [fence["code"] for fence in fences if not fence["language"]]
    if not blocks:
        return answer
    trees = [(code, tree) for code in blocks if (tree := parsed(code)) is not None]
    if not trees:
        return blocks[-1]
    for place in range(len(trees) - 1, 0, -1):
        code, tree = trees[place]
        earlier = {name for _, other in trees[:place] for name in definitions(other)}
        if definitions(tree) or not (earlier & names_used(tree)) or _loaded(tree) & earlier:
            return code
    return trees[0][0]


def parsed(code: str) -> ast.Module | None:
    """The syntax tree; None if the text is not Python."""
    try:
        return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def definitions(tree: ast.Module) -> dict[str, ast.stmt]:
    """The functions and classes at the top of a module, by name."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {node.name: node for node in tree.body if isinstance(node, kinds)}


def names_used(tree: ast.AST) -> set[str]:
    """The names that a tree reads."""
    return {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }


def _loaded(tree: ast.Module) -> set[str]:
    """The names that a module imports or assigns itself."""
    found = {alias.asname or alias.name for node in ast.walk(tree)
             if isinstance(node, (ast.Import, ast.ImportFrom)) for alias in node.names}  # fmt: skip
    return found | {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
