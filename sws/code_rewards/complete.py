"""Tests as data sets write them, made complete: what they only define is called.

A test that defines `test_add()` and leaves the call to a runner would pass without having run.
"""

from __future__ import annotations

import ast

from sws.code_rewards.extract import definitions, names_used, parsed

#: Names that solutions in the style of LeetCode take for granted.
PRELUDE = """
import bisect, collections, copy, datetime, functools, heapq, itertools, json, math, operator
import random, re, string, sys
from bisect import bisect_left, bisect_right, insort
from collections import ChainMap, Counter, OrderedDict, defaultdict, deque
from functools import cache, cmp_to_key, lru_cache, partial, reduce
from heapq import heapify, heappop, heappush, heappushpop, heapreplace, nlargest, nsmallest
from itertools import (accumulate, chain, combinations, count, cycle, groupby, pairwise,
    permutations, product, zip_longest)
from math import ceil, comb, factorial, floor, gcd, inf, isqrt, lcm, log, log2, perm, pi, sqrt
from string import ascii_lowercase, ascii_uppercase
from typing import (Any, Callable, Deque, Dict, FrozenSet, Generator, Iterable, Iterator, List,
    Literal, Mapping, NamedTuple, Optional, Sequence, Set, Tuple, TypeVar, Union)

class ListNode:
    def __init__(self, val=0, next=None):
        self.val, self.next = val, next

class TreeNode:
    def __init__(self, val=0, left=None, right=None):
        self.val, self.left, self.right = val, left, right
"""
_UNITTEST = """
import io as _io, unittest as _unittest
_suite = _unittest.defaultTestLoader.loadTestsFromTestCase({name})
_result = _unittest.TextTestRunner(stream=_io.StringIO()).run(_suite)
assert _result.testsRun and _result.wasSuccessful(), str((_result.failures + _result.errors)[:1])
"""
_METHODS = """
for _name in [name for name in dir({name}) if name.startswith("test")]:
    _instance = {name}()
    getattr(_instance, "setup_method", lambda *_: None)(None)
    getattr(_instance, _name)()
"""


def complete(test: str, solution: str) -> str:
    """A test with a call of everything that it defines as a test and never calls.

    Functions `test…` are called, classes `Test…` and of unittest are run, and `check(candidate)`
    gets the solution's only function. A name that only the methods of the solution's class
    `Solution` have is the method of an instance.
    """
    tree, program = parsed(test), parsed(solution)
    if tree is None or program is None:
        return test
    calls = "".join(_call(node, tree, program) for node in definitions(tree).values())
    return _methods(tree, program) + test + ("\n" + calls if calls else "")


def _call(node: ast.stmt, tree: ast.Module, program: ast.Module) -> str:
    """The code that runs a definition as a test; '' if it is not a test, or runs already."""
    name: str = node.name  # type: ignore[attr-defined]
    if any(name in names_used(other) for other in _running(tree) if other is not node):
        return ""
    if isinstance(node, ast.ClassDef):
        if any("TestCase" in ast.unparse(base) for base in node.bases):
            return _UNITTEST.format(name=name)
        return _METHODS.format(name=name) if name.startswith("Test") else ""
    if name.lower().startswith("test"):
        call = f"{name}()"
        return (
            f"import asyncio as _asyncio\n_asyncio.run({call})\n"
            if isinstance(node, ast.AsyncFunctionDef)
            else f"{call}\n"
        )
    return f"check({_candidate(program)})\n" if name == "check" else ""


def _running(tree: ast.Module) -> list[ast.stmt]:
    """The statements that run when a test is imported: not those of a script's main part."""
    return [
        node
        for node in tree.body
        if not (isinstance(node, ast.If) and "__name__" in names_used(node.test))
    ]


def _candidate(program: ast.Module) -> str:
    """The function that a solution is about: the last at its top, or of its class Solution."""
    found = definitions(program)
    functions = [name for name, node in found.items() if not isinstance(node, ast.ClassDef)]
    if functions:
        return functions[-1]
    methods = _public_methods(program)
    return f"Solution().{methods[-1]}" if methods else next(reversed(found), "None")


def _public_methods(program: ast.Module) -> list[str]:
    solution = definitions(program).get("Solution")
    body = solution.body if isinstance(solution, ast.ClassDef) else []
    return [
        node.name
        for node in body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


def _methods(tree: ast.Module, program: ast.Module) -> str:
    """Names of methods that a test uses as if they were functions."""
    wanted = names_used(tree) - set(definitions(tree)) - set(definitions(program))
    used = [name for name in _public_methods(program) if name in wanted]
    return "".join(f"{name} = Solution().{name}\n" for name in used)
