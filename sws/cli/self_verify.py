"""The verb for trajectories in the user's own files: verify-metrics."""

import json
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from sws.cli.annotations import Config
from sws.cli.answers import CORES, Workers
from sws.cli.app import TOOLS, Json, verb
from sws.cli.output import Out, stream_to


@verb(
    TOOLS,
    example="sws verify-metrics data/round1/evaluation/sws.json "
    "--problems data/benchmarks.json --problems data/seed.json",
)
def verify_metrics(
    config: Config,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="JSON lines with gold and pred (-: stdin), and problem_id where a problem has "
            "several; or, with --problems, the manifest of rollouts or of an evaluation.",
        ),
    ],
    problems: Annotated[
        list[Path] | None,
        typer.Option(metavar="MANIFEST", help="A set with the answers; may be repeated."),
    ] = None,
    out: Out = None,
    workers: Workers = CORES,
    verifier: Annotated[
        str, typer.Option(help="math, exact, choice, code, or module:function of your own.")
    ] = "math",
    json_: Json = False,
) -> None:
    """Measure how well completions verify and correct themselves (S²R).

    A completion is taken apart by self_verify.phrases into solutions and verifications. --out
    writes a line per completion: its structure, its solutions' outcomes, and the judgements.
    """
    from sws.self_verify.files import measure_file
    from sws.self_verify.show import print_metrics

    measure = partial(
        measure_file, config.self_verify, file, problems or (), verifier=verifier, workers=workers
    )
    if out is None:
        found = measure()
    else:
        with stream_to(out) as stream:
            found = measure(stream=stream)
    if json_:
        typer.echo(json.dumps(found, indent=2))
    else:
        print_metrics(found)
