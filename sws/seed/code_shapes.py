"""Data sets of programming by the shape of their rows: each made a problem and its tests.

What the columns are says which shape it is. Tests become the text that the verifier `code` reads.
A row of a known shape without a test that can be read has no answer; `sws seed` says so.
"""

import base64
import io
import json
import pickle
import zlib
from collections.abc import Callable, Collection, Iterator
from typing import Any

from sws.config.problems import Columns, ProblemSet
from sws.sources.batch import Batch

Row = dict[str, Any]
Made = tuple[Any, Any]  # the problem, and its tests: a list, or None

_UNPACKED = 1 << 28  # bytes of a row's packed tests at most
_COMPLETE = "Complete this Python function. Answer with the whole program.\n\n"
_PASS = "\nThe solution must pass this test:\n"


def columns_of_shapes() -> list[str]:
    """The columns that any of the shapes reads."""
    return sorted({name for needed, _ in SHAPES.values() for name in needed} | _MORE)


def shape_of(names: Collection[str]) -> str:
    """The name of the shape that has these columns, or ''."""
    found = set(names)
    return next((name for name, (needed, _) in SHAPES.items() if found >= set(needed)), "")


def in_shape(batches: Iterator[Batch], problems: ProblemSet) -> Iterator[Batch]:
    """The batches with a problem and an answer where their file has a known shape.

    Columns that the configuration names go before any shape.
    """
    default = Columns()
    named = problems.columns.problem, problems.columns.answer
    for batch in batches:
        shape = shape_of(batch.names()) if named == (default.problem, default.answer) else ""
        if not shape or set(named) <= set(batch.names()):
            yield batch
            continue
        make = SHAPES[shape][1]
        rows = [_row(row, make, problems) for row in batch.rows()]
        yield Batch(batch.file, batch.place, batch.numbers, given=rows)


def _row(row: Row, make: Callable[[Row], Made], problems: ProblemSet) -> Row:
    problem, tests = make(row)
    kept = {k: v for k, v in row.items() if k not in ("problem", "answer")}
    answer = json.dumps(tests, default=str) if tests else None
    return kept | {problems.columns.problem: problem, problems.columns.answer: answer}


def _humaneval(row: Row) -> Made:
    test, entry = row["test"], row["entry_point"]
    return f"{_COMPLETE}{row['prompt']}", [f"{test}\ncheck({entry})"] if test and entry else None


def _mbpp(row: Row) -> Made:
    """The text names no function, so one of the tests is shown."""
    tests = [test for test in row["test_list"] or () if isinstance(test, str)]
    before = row.get("test_imports") or row.get("test_setup_code") or ""
    setup = "\n".join(before) if isinstance(before, list) else str(before)
    whole = [f"{setup}\n{test}" if setup else test for test in tests]
    text = row.get("text") or row.get("prompt")
    return (f"{text}{_PASS}{tests[0]}" if tests else text), whole


def _livecodebench(row: Row) -> Made:
    """Public and private tests; without all of them a reward would say too much."""
    cases = [_cases(row["public_test_cases"]), _cases(row.get("private_test_cases") or "[]")]
    starter = row.get("starter_code") or ""
    name = str((_json(row.get("metadata")) or {}).get("func_name", ""))
    text = f"{row['question_content']}\n\n{starter}".rstrip()
    tests = [_test(case, name) for some in cases for case in some or ()]
    return text, tests if all(tests) and None not in cases else None


def _cases(value: Any) -> list[Row] | None:
    """The cases in JSON text, also packed as the data set packs it; None if they cannot be read."""
    found = _json(value)
    if found is None and isinstance(value, str):
        found = _json(_unpacked(value))
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else None


class _TextOnly(pickle.Unpickler):
    """Reads pickled texts; what would import or call anything is refused."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"{module}.{name}")


def _unpacked(value: str) -> str:
    """The text in base64 of a compressed pickle; '' for anything else."""
    try:
        whole = zlib.decompressobj()
        data = whole.decompress(base64.b64decode(value, validate=True), _UNPACKED)
        text = _TextOnly(io.BytesIO(data)).load() if whole.eof else ""
    except Exception:  # a pickle of anything can raise anything
        return ""
    return text if isinstance(text, str) else ""


def _test(case: Row, function: str) -> Any:
    """A case as a test; a functional one calls the method, its arguments a line each."""
    given, wanted = str(case.get("input", "")), str(case.get("output", ""))
    if case.get("testtype") != "functional":
        return {"input": given, "output": wanted}
    if not function.isidentifier():
        return None
    arguments = [_json(line) for line in given.split("\n") if line.strip()]
    call = f"{function}({', '.join(map(repr, arguments))})"
    return f"assert {call} == {_json(wanted)!r}"


def _eurus(row: Row) -> Made:
    """`reward_model.ground_truth` or `ground_truth` with inputs and outputs, as PRIME has it."""
    model = _json(row.get("reward_model")) or {}
    truth = _json(row.get("ground_truth") or model.get("ground_truth"))
    if not isinstance(truth, dict):
        return row["prompt"], None
    pairs = list(zip(truth.get("inputs") or (), truth.get("outputs") or (), strict=False))
    if function := truth.get("fn_name"):
        tests: list[Any] = [_call(str(function), given, wanted) for given, wanted in pairs]
    else:
        tests = [{"input": _lines(given), "output": _lines(wanted)} for given, wanted in pairs]
    return row["prompt"], tests if all(tests) else None


def _call(function: str, given: Any, wanted: Any) -> str | None:
    """A test that calls a function; APPS and PRIME wrap its result in a list, or do not."""
    if not function.isidentifier():
        return None
    arguments = given if isinstance(given, list) else [given]
    call = f"{function}({', '.join(map(repr, arguments))})"
    return f"_result = {call}\nassert _result == {wanted!r} or [_result] == {wanted!r}"


def _lines(value: Any) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def _json(value: Any) -> Any:
    """A value that may be written as JSON; the text itself, or None, where it is not."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


#: Names of shapes, the columns by which each is known, and what makes a problem of its rows.
SHAPES: dict[str, tuple[tuple[str, ...], Callable[[Row], Made]]] = {
    "HumanEval": (("prompt", "test", "entry_point"), _humaneval),
    "MBPP": (("test_list",), _mbpp),
    "LiveCodeBench": (("question_content", "public_test_cases"), _livecodebench),
    "Eurus": (("prompt", "reward_model"), _eurus),
}
_MORE = {
    *("text", "test_imports", "test_setup_code", "private_test_cases", "starter_code"),
    *("metadata", "ground_truth"),
}
