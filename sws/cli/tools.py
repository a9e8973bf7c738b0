"""The verbs that work on the user's own files, without a graph: answers, and texts."""

import errno
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from sws.cli.app import TOOLS, verb
from sws.config.schema import Config
from sws.errors import SwsError
from sws.store import replacing

Out = Annotated[Path | None, typer.Option(help="Write here instead of standard output.")]
CORES = os.cpu_count() or 1
Workers = Annotated[int, typer.Option(min=1, help="Processes that do algebra.")]


@contextmanager
def stream_to(out: Path | None) -> Iterator[TextIO]:
    """Standard output, or a file that appears whole or not at all.

    A pipe or a device is written as it is: a rename would put a file in its place.
    """
    if out is None:
        try:
            yield sys.stdout
            sys.stdout.flush()
        except OSError as error:
            if error.errno != errno.ENOSPC:  # a reader that left early is no fault
                raise
            raise SwsError("standard output: the disk is full", fix="free some space") from None
    elif out.is_dir():
        raise SwsError(f"{out}: is a folder", expected="a file to write", fix="name a file in it")
    elif out.exists() and not out.is_file():
        with out.open("w", encoding="utf-8") as stream:
            yield stream
    else:
        file = out.resolve() if out.is_symlink() else out
        with replacing(file) as temporary, temporary.open("w", encoding="utf-8") as stream:
            yield stream


@verb(TOOLS, example="sws look problems.parquet")
def look(
    config: Config,
    source: Annotated[str, typer.Argument(help="A file, glob, folder, URL, or Hub dataset id.")],
    split: Annotated[str, typer.Option(help="Split of a dataset or folder.")] = "train",
    subset: Annotated[str | None, typer.Option(help="Configuration of the Hub dataset.")] = None,
    revision: Annotated[str | None, typer.Option(help="Tag or commit on the Hub.")] = None,
    rows: Annotated[int, typer.Option(min=0, help="Rows to decide on; 0: all.")] = 10_000,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON instead.")] = False,
) -> None:
    """Show what a file or dataset is, and propose the `seed_set` section that reads it.

    Columns, three rows, the known shape it has, and how many rows would be kept by themselves and
    why not the others. Nothing is written.
    """
    from sws.seed.look import look as see
    from sws.seed.look import print_look

    seen = see(
        source, split=split, subset=subset, revision=revision, limit=rows or None,
        known=config.known_categories,
    )  # fmt: skip
    if json_:
        typer.echo(json.dumps(seen.as_json(), indent=2))
    else:
        print_look(seen)


@verb(TOOLS, example="""echo '{"gold": "1/2", "pred": "The answer is 0.5."}' | sws verify -""")
def verify(
    config: Config,
    file: Annotated[Path, typer.Argument(help="JSON lines with id, gold and pred (-: stdin).")],
    out: Out = None,
    workers: Workers = CORES,
    seconds: Annotated[float, typer.Option(min=0.01, help="Wall clock, per answer.")] = 5.0,
    verifier: Annotated[
        str, typer.Option(help="math, exact, choice, code, or module:function of your own.")
    ] = "math",
    read_thoughts: Annotated[
        bool,
        typer.Option("--read-thoughts", help="Read a thought that no answer follows (cut off)."),
    ] = False,
) -> None:
    """Check answers: the same lines with `outcome` and the extracted `answer`.

    `pred` is an answer or a whole solution; the outcome is correct, wrong, unparsed or timeout.
    A line may name its own `verifier`. For `code` the gold answer is tests: one of Python, or
    JSON, a list of them or of {"input", "output"}.
    """
    from sws.verifiers.files import verify_file

    with stream_to(out) as stream:
        verify_file(file, stream, workers, seconds, verifier=verifier, read_thoughts=read_thoughts)


@verb(TOOLS, example="""echo '{"id": 1, "answers": ["1/2", "0.5", "3", null]}' | sws vote -""")
def vote(
    config: Config,
    file: Annotated[Path, typer.Argument(help="JSON lines with id and answers (-: stdin).")],
    out: Out = None,
    workers: Workers = CORES,
) -> None:
    """Vote an answer per line, grouping answers by mathematical equivalence.

    Answers that do not parse never win but count in `vote_share`; `n_votes` are those that parsed.
    """
    from sws.verify.vote import vote_file

    with stream_to(out) as stream:
        vote_file(file, stream, workers)


Table = Annotated[Path, typer.Argument(metavar="FILE", help="JSON lines (-: stdin) or Parquet.")]
Column = Annotated[str, typer.Option(help="The column of the texts [text, problem, question ...].")]
Near = Annotated[
    float | None,
    typer.Option(min=0, max=1, help="Jaccard similarity of word 3-grams [screening's]."),
]
Semantic = Annotated[
    float | None, typer.Option(min=-1, max=1, help="Also by meaning, from this cosine on (slow).")
]
Pairs = Annotated[int, typer.Option(min=0, help="Pairs to show for every reason.")]
ReportAsJson = Annotated[
    bool, typer.Option("--json", help="Print the report as JSON; rows go to --out only.")
]


@verb(TOOLS, example="sws dedup problems.jsonl --near 0.7 --out decided.jsonl")
def dedup(
    config: Config,
    file: Table,
    column: Column = "",
    near: Near = None,
    semantic: Semantic = None,
    pairs: Pairs = 5,
    out: Out = None,
    json_: ReportAsJson = False,
) -> None:
    """Find exact, near and (by option) semantic duplicates; the first of each group stays.

    Every row comes out, in order, with `kept`, `reason` and `evidence` (`of_row`: the row that it
    repeats, from 0); then a report.
    """
    from sws.text.files import dedup as run
    from sws.text.table import COLUMNS, open_table

    with _rows_to(out, json_) as stream:
        report = run(
            open_table(file, [column] if column else COLUMNS),
            stream,
            near_duplicate=config.screening.near_duplicate if near is None else near,
            semantic=semantic or 0.0,
            embed=None if semantic is None else _embedder(config),
            pairs=pairs,
            seed=config.seed,
        )
    _show(report, json_, out)


@verb(TOOLS, example="sws decontaminate problems.jsonl --against test.jsonl --out decided.jsonl")
def decontaminate(
    config: Config,
    file: Table,
    against: Annotated[list[Path], typer.Option(help="A benchmark; may be repeated.")],
    column: Column = "",
    near: Near = None,
    ngram: Annotated[
        int | None, typer.Option(min=1, help="Words in a row that give it away [screening's].")
    ] = None,
    semantic: Semantic = None,
    pairs: Pairs = 5,
    out: Out = None,
    json_: ReportAsJson = False,
) -> None:
    """Find rows that overlap a benchmark: by a run of words, as near duplicates, or by meaning.

    Every row comes out, in order, with `kept`, `reason` and `evidence`; then a report with the
    counts of each benchmark.
    """
    from sws.text.files import decontaminate as run
    from sws.text.table import COLUMNS, open_table

    with _rows_to(out, json_) as stream:
        report = run(
            open_table(file, [column] if column else COLUMNS),
            [open_table(path, [*filter(None, [column]), *COLUMNS]) for path in against],
            stream,
            near_duplicate=config.screening.near_duplicate if near is None else near,
            ngram=ngram or config.screening.ngram,
            semantic=semantic or 0.0,
            embed=None if semantic is None else _embedder(config),
            pairs=pairs,
            seed=config.seed,
        )
    _show(report, json_, out)


@contextmanager
def _rows_to(out: Path | None, report_only: bool) -> Iterator[TextIO | None]:
    if out is None and report_only:
        yield None
    else:
        with stream_to(out) as stream:
            yield stream


def _embedder(config: Config) -> Any:
    from sws.embedding import SentenceEmbedder

    return SentenceEmbedder(config.roles.embedder)


def _show(report: dict[str, Any], as_json: bool, out: Path | None) -> None:
    """The report; as a table it leaves standard output to the rows, if they go there."""
    from sws.text.report import print_report

    if as_json:
        typer.echo(json.dumps(report, indent=2))
    else:
        print_report(report, sys.stderr if out is None else sys.stdout)


@verb(
    TOOLS, example="""echo '{"solution": "x = 2", "tests": ["assert x == 2"]}' | sws run-tests -"""
)
def run_tests(
    config: Config,
    file: Annotated[Path, typer.Argument(help="JSON lines with id, solution and tests.")],
    out: Out = None,
    workers: Annotated[int, typer.Option(min=1, help="Sandboxes at a time.")] = CORES,
    seconds: Annotated[float, typer.Option(min=0.1, help="Wall clock of one test.")] = 5.0,
    memory: Annotated[int, typer.Option(min=64, help="MiB, for each process.")] = 512,
    packages: Annotated[bool, typer.Option(help="Let solutions import what is installed.")] = False,
) -> None:
    """Run Python solutions against unit tests in a sandbox: the reward is passed / total.

    A test is Python that must run to its end (`assert add(1, 2) == 3`), or {"input", "output"} of a
    whole program. Needs bubblewrap; without it, it refuses and says what to install.
    """
    from sws.code_rewards import Limits, Sandbox
    from sws.code_rewards.rewards import score_file

    limits = Limits(seconds=seconds, memory_megabytes=memory)
    sandbox = Sandbox(limits, packages=packages)
    with stream_to(out) as stream:
        score_file(file, stream, sandbox, workers)
