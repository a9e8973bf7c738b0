"""Metrics of a file of completions: lines with gold and pred, or a table of a run."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

from sws.config.self_verify import SelfVerify
from sws.errors import SwsError
from sws.identity import problem_id
from sws.jsonl import Row, read_lines, text, text_or_null, write_line
from sws.progress import track
from sws.self_verify.metrics import Tallies
from sws.self_verify.segments import SegmentParser
from sws.self_verify.trials import Completion, trials
from sws.store import read_manifest, read_rows
from sws.verifiers import open_verifier

_LINE = '{"problem_id": "p1", "gold": "5", "pred": "2+2=5 ..."}; problem_id, problem may be missing'


def measure_file(
    settings: SelfVerify,
    file: Path,
    problems: Sequence[Path] = (),
    stream: TextIO | None = None,
    *,
    verifier: str = "math",
    workers: int = 1,
) -> dict[str, Any]:
    """The metrics of the completions in a file: see `measure_files`."""
    return measure_files(settings, [file], problems, stream, verifier=verifier, workers=workers)


def measure_files(
    settings: SelfVerify,
    files: Sequence[Path],
    problems: Sequence[Path] = (),
    stream: TextIO | None = None,
    *,
    verifier: str = "math",
    workers: int = 1,
) -> dict[str, Any]:
    """The metrics of the completions in all files, as JSON; each one's trial goes to `stream`.

    With `problems` (manifests of a seed set or of benchmarks) a file is a table of rollouts or of
    an evaluation, whose answers are looked up there. Raises SwsError for a row that cannot be read.
    """
    read = (_of_table(file, problems) if problems else _of_lines(file) for file in files)
    rows = chain.from_iterable(read)
    tallies, parser = Tallies(), SegmentParser(settings.phrases)
    with open_verifier(verifier, workers=workers) as checks:
        for one, trial in trials(track(rows, None, "Reading trials"), parser, checks):
            tallies.add(one.problem_id, trial)
            if stream:
                write_line(stream, _as_row(one, trial))
    if not tallies.structures:
        named = ", ".join(map(str, files))
        raise SwsError(f"{named}: no completion in it", expected=_LINE)
    return tallies.as_json()


def _of_lines(file: Path) -> Iterator[Completion]:
    rows: Iterable[Row] = read_lines(file, _LINE, gold=text, pred=text_or_null)
    for number, row in enumerate(rows):
        stated = row.get("problem")
        known = row.get("problem_id") or (problem_id(stated) if isinstance(stated, str) else number)
        finished = row.get("finish_reason") != "length"
        yield Completion(str(known), row["gold"], row["pred"] or "", finished)


def _of_table(file: Path, problems: Sequence[Path]) -> Iterator[Completion]:
    golds: dict[str, str] = {}
    for manifest in problems:
        only = "kept" if "kept" in read_manifest(manifest)["schema"] else None
        rows = read_rows(manifest, ["problem_id", "answer"], only=only)
        golds.update((row["problem_id"], row["answer"]) for row in rows)
    for row in read_rows(file, ["problem_id", "completion"]):
        gold = golds.get(row["problem_id"])
        if gold is None:
            raise SwsError(
                f"{file}: the problem {row['problem_id']} has no answer",
                expected=f"a problem of {', '.join(map(str, problems))}",
                fix="name every set whose problems the table has: --problems data/seed.json "
                "--problems data/benchmarks.json",
            )
        yield Completion(row["problem_id"], gold, row["completion"])


def _as_row(one: Completion, trial: Any) -> Row:
    return {
        "problem_id": one.problem_id,
        "structure": trial.structure,
        "solutions": list(trial.solutions),
        "judgements": [judgement for judgement, _ in trial.judgements],
    }
