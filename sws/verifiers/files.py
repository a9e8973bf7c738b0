"""Verification of JSON Lines files, one line in and one line out, streaming."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain, groupby, tee
from pathlib import Path
from typing import TextIO

from sws.errors import SwsError
from sws.jsonl import Row, read_lines, text, text_or_null, write_lines
from sws.verifiers.base import AnswerVerifier
from sws.verifiers.registry import MATH, Verifiers
from sws.verify import Verification, Verifier, answer_in
from sws.verify.alternatives import alternatives, any_of

_PAIR = (
    '{"id": ..., "gold": "1/2", "pred": "so it is \\\\boxed{0.5}"}; pred may be null, and gold '
    "a list of answers, any of which is right"
)


def verify_file(
    path: str | Path,
    out_stream: TextIO,
    workers: int = 1,
    seconds: float = 5.0,
    *,
    verifier: str = MATH,
    read_thoughts: bool = False,
) -> None:
    """Copy lines {id, gold, pred} to the stream in order, each with its `outcome` and `answer`.

    `gold` and `pred` are completions or short answers by themselves; one of them may take `seconds`
    of wall clock. Of a list of golds any is right (for `code` it is the tests). A line may name its
    own `verifier`. Raises SwsError for a line that is no such pair and for a verifier that cannot
    be used.
    """
    with Verifiers(seconds, workers, read_thoughts=read_thoughts) as verifiers:
        verifiers.named(verifier)  # a name that is wrong is refused before a line is read
        rows, ahead = tee(read_lines(path, _PAIR, gold=_is_gold, pred=text_or_null))
        checked = zip(rows, _checked(ahead, verifiers, verifier, str(path)), strict=True)
        graded = (row | {"outcome": it.outcome, "answer": it.answer} for row, it in checked)
        write_lines(out_stream, graded, "Verifying")


def _checked(
    rows: Iterable[Row], verifiers: Verifiers, default: str, file: str
) -> Iterator[Verification]:
    numbered = enumerate(rows, start=1)
    for name, numbers in groupby(numbered, lambda one: one[1].get("verifier") or default):
        first = next(numbers)
        verifier = _named(verifiers, name, f"{file}, row {first[0]}")
        group = (row for _, row in chain([first], numbers))
        if isinstance(verifier, Verifier):
            yield from verifier.check_many(_answers(row, verifier.read_thoughts) for row in group)
        else:
            yield from verifier.verify_many(
                (_gold(row["gold"], code=name == "code"), row["pred"] or "") for row in group
            )


def _named(verifiers: Verifiers, name: object, place: str) -> AnswerVerifier:
    """The verifier that a row names. Raises SwsError, with the row, for one that cannot be had."""
    if not isinstance(name, str):
        raise SwsError(
            f"{place}: 'verifier' is {name!r:.40}, which is no name",
            expected="a name such as math",
            fix="correct the name, or leave the key out",
        )
    try:
        return verifiers.named(name)
    except SwsError as error:
        raise SwsError(f"{place}: {error.what}", expected=error.expected, fix=error.fix) from None


def _answers(row: Row, read_thoughts: bool) -> tuple[str, str | None]:
    golds = [answer_in(gold) or gold for gold in alternatives(_gold(row["gold"]))]
    return any_of(golds), answer_in(row["pred"], read_thoughts=read_thoughts)


def _is_gold(value: object) -> bool:
    return text(value) or (isinstance(value, list) and bool(value) and all(map(text, value)))


def _gold(value: str | list[str], *, code: bool = False) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value) if code else any_of(value)
