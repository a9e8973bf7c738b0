"""Verification and voting over JSON Lines files, one line in and one line out, streaming."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import tee
from pathlib import Path
from typing import Any, TextIO

from sws.errors import SwsError
from sws.verify.extract import bare_answer, extract_answer
from sws.verify.verifier import Verifier
from sws.verify.vote import vote, wilson

_PAIR = '{"id": ..., "gold": "1/2", "pred": "so it is \\\\boxed{0.5}"}, pred also null'
_ANSWERS = '{"id": ..., "answers": ["1/2", "0.5", null]}'


def verify_file(path: str | Path, out_stream: TextIO, workers: int = 1) -> None:
    """Copy lines {id, gold, pred} to the stream in order, each with its `outcome` and `answer`.

    `gold` and `pred` are completions or short answers by themselves.
    """
    with Verifier(workers=workers) as verifier:
        rows, ahead = tee(_lines(path, _PAIR, gold=str, pred=(str, type(None))))
        pairs = ((_answer_in(row["gold"]) or row["gold"], _answer_in(row["pred"])) for row in ahead)
        for row, found in zip(rows, verifier.check_many(pairs), strict=True):
            _write(out_stream, row | {"outcome": found.outcome, "answer": found.answer})


def vote_file(path: str | Path, out_stream: TextIO) -> None:
    """For lines {id, answers} write each vote: label, share, votes, groups, tie, interval.

    `interval` is the 95 % Wilson interval of the share.
    """
    with Verifier() as verifier:
        for row in _lines(path, _ANSWERS, answers=list):
            result = vote(row["answers"], verifier.equal)
            decided = {
                "id": row.get("id"),
                "label": result.label,
                "vote_share": result.share,
                "n_votes": result.n_votes,
                "n_samples": result.n_samples,
                "groups": [{"label": label, "votes": votes} for label, votes in result.groups],
                "tied": result.tied,
                "interval": wilson(result.n_votes, result.n_samples),
            }
            _write(out_stream, decided)


def _answer_in(text: str | None) -> str | None:
    """The answer that a completion states, or a short text that is itself an answer."""
    if not text:
        return None
    return extract_answer(text) or (None if "\\boxed" in text else bare_answer(text))


def _write(stream: TextIO, row: dict[str, Any]) -> None:
    stream.write(json.dumps(row) + "\n")


def _lines(
    path: str | Path, example: str, **types: type | tuple[type, ...]
) -> Iterator[dict[str, Any]]:
    """The rows of a JSON Lines file, each checked to have keys of the given types."""
    if not Path(path).is_file():
        raise SwsError(f"{path}: no such file", expected="a JSON Lines file", fix="check the path")
    with Path(path).open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield _row(line, f"{path}, line {number}", example, types)


def _row(line: str, where: str, example: str, types: dict[str, Any]) -> dict[str, Any]:
    def fault(what: str) -> SwsError:
        return SwsError(f"{where}: {what}", expected=example, fix="mend or remove that line")

    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise fault(f"not JSON ({error})") from error
    if not isinstance(row, dict):
        raise fault("not a JSON object")
    for key, kind in types.items():
        if key not in row:
            raise fault(f"no key {key!r}")
        if not isinstance(row[key], kind):
            raise fault(f"{key!r} is {json.dumps(row[key])[:60]}")
        if isinstance(row[key], list) and not all(
            a is None or isinstance(a, str) for a in row[key]
        ):
            raise fault(f"{key!r} holds something that is neither text nor null")
    return row
