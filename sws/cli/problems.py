"""The verbs for problems in the user's own files: look, dedup, decontaminate."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from sws.cli.annotations import Config
from sws.cli.app import TOOLS, verb
from sws.cli.output import Out, stream_to

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
