"""Verification of JSON Lines files, one line in and one line out, streaming."""

from __future__ import annotations

from itertools import tee
from pathlib import Path
from typing import TextIO

from sws.jsonl import read_lines, text, text_or_null, write_lines
from sws.verify.reading import answer_in
from sws.verify.verifier import Verifier

_PAIR = '{"id": ..., "gold": "1/2", "pred": "so it is \\\\boxed{0.5}"}, pred also null'


def verify_file(
    path: str | Path, out_stream: TextIO, workers: int = 1, seconds: float = 5.0
) -> None:
    """Copy lines {id, gold, pred} to the stream in order, each with its `outcome` and `answer`.

    `gold` and `pred` are completions or short answers by themselves; algebra on one of them may
    take `seconds` of wall clock.
    """
    with Verifier(timeout_seconds=seconds, workers=workers) as verifier:
        rows, ahead = tee(read_lines(path, _PAIR, gold=text, pred=text_or_null))
        pairs = ((answer_in(row["gold"]) or row["gold"], answer_in(row["pred"])) for row in ahead)
        checked = zip(rows, verifier.check_many(pairs), strict=True)
        graded = (row | {"outcome": it.outcome, "answer": it.answer} for row, it in checked)
        write_lines(out_stream, graded, "Verifying")
