"""Verbs of the graph: the failure set, and the control that ignores it."""

import json
from pathlib import Path
from typing import Annotated

import typer

from sws.cli.annotations import Config
from sws.cli.app import verb
from sws.cli.stages.arguments import Artifact, Out, Weights

Histories = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help="Rollouts (their manifest or .parquet), rows with category and accs, or "
        "rollouts of another trainer: a file, folder, glob, URL or Hub id.",
    ),
]
Categories = Annotated[
    Path | None,
    typer.Option(help="Rollouts only: the seed set's manifest, which names the categories."),
]
Table = Annotated[Path | None, typer.Option(help="Write the table here (.json).")]
CategoryWeights = Annotated[
    Path | None, typer.Option(help="Write the category weights here (.json).")
]
Totals = Annotated[
    Path | None,
    typer.Option(
        help="JSON {category: problems in the whole set}, for a FILE of failed problems only."
    ),
]
Reward = Annotated[
    str | None,
    typer.Option(help="Another trainer's: the column of the reward [initial_rl.reward]."),
]
Threshold = Annotated[
    float | None,
    typer.Option(help="Another trainer's: correct from this reward on [initial_rl.threshold]."),
]
Tokenizer = Annotated[
    str | None,
    typer.Option(help="Another trainer's, prompts as token ids: a folder or Hub id [student's]."),
]
Strict = Annotated[bool, typer.Option("--strict", help="The same as weakness.form=strict.")]
Json = Annotated[
    bool, typer.Option("--json", help="Print kept, by_category, weights and more as JSON.")
]


@verb("Weakness")
def failures(
    config: Config,
    source: Histories,
    seed_set: Categories = None,
    out: Table = None,
    weights: CategoryWeights = None,
    totals: Totals = None,
    reward: Reward = None,
    threshold: Threshold = None,
    tokenizer: Tokenizer = None,
    strict: Strict = False,
    json_: Json = False,
) -> None:
    """Find the problems that training does not help with (Eq. 4), and how weak each category is.

    Without --out, the size of the failure set and the category weights are printed.
    """
    from sws.weakness.failures import run
    from sws.weakness.foreign import Settings
    from sws.weakness.report import print_report, report

    given, student = config.initial_rl, config.student.source
    own = None if student == "scratch" or student.startswith("gguf:") else student
    foreign = Settings(
        reward or given.reward,
        given.threshold if threshold is None else threshold,
        tokenizer or given.tokenizer or own,
    )

    if strict:
        rule = config.weakness.model_copy(update={"form": "strict"})
        config = config.model_copy(update={"weakness": rule})
    found = run(config, source, seed_set, totals, out, weights, foreign=foreign)
    if json_:
        typer.echo(json.dumps(report(config.weakness, found), indent=2))
    elif out is None:
        print_report(config.weakness, found)


@verb("Weakness")
def control(config: Config, failures: Artifact, out: Out, weights: Weights) -> None:
    """Draw as many problems as failed, regardless of weakness, for the arm `random`."""
    from sws.weakness.control import run

    run(config, failures, out, weights)
