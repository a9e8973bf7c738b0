"""Verbs of the graph: RL, and the sets to train on."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from sws.cli.annotations import Config
from sws.cli.app import verb
from sws.cli.stages.arguments import (
    Artifact,
    Failures,
    Out,
    SeedSet,
    Shards,
    StudentFolder,
    Weights,
    shards,
)


@verb("Training")
def train(
    config: Config,
    run: Annotated[str, typer.Argument(help="initial, or an arm: extended, sws, ...")],
    student: StudentFolder,
    problems: Annotated[Path, typer.Option(help="The problems to train on (manifest).")],
    out: Annotated[
        Path, typer.Option(help="The rollouts' manifest; student/ and metrics.jsonl lie beside it.")
    ],
) -> None:
    """Train a student by RL with verifiable rewards, and record every rollout."""
    from sws.rl.launch import relaunch
    from sws.rl.stage import run as train_run

    relaunch(sharded=not config.training_of(run).lora_rank)
    train_run(config, run, student, problems, out)


@verb("Training")
def augment(
    config: Config,
    seed_set: SeedSet,
    weights: Weights,
    screened: Shards,
    labels: Shards,
    difficulty: Shards,
    out: Out,
) -> None:
    """Join the seed set with the survivors, shared out again by Eq. 5."""
    from sws.augmented.augment import run

    table = partial(shards, config)
    run(config, seed_set, weights, table(screened), table(labels), table(difficulty), out)


@verb("Training")
def select(
    config: Config,
    bank: Artifact,
    failures: Failures,
    seed_set: SeedSet,
    weights: Weights,
    out: Out,
) -> None:
    """Join the seed set with the bank's problems nearest to the failed ones (Algorithm 1)."""
    from sws.selection.select import run

    run(config, bank, failures, seed_set, weights, out)
