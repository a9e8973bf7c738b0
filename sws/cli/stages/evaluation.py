"""Verbs of the graph: accuracies, the summary and the metrics."""

from pathlib import Path
from typing import Annotated

import typer

from sws.cli.annotations import Config
from sws.cli.app import verb
from sws.cli.stages.arguments import Benchmarks, Failures, Out, SeedSet, StudentFolder


@verb("Evaluation")
def evaluate(
    config: Config,
    arm: Annotated[str, typer.Argument(help="base, initial, or an arm.")],
    student: StudentFolder,
    benchmarks: Benchmarks,
    seed_set: SeedSet,
    failures: Failures,
    out: Out,
) -> None:
    """Sample a student's solutions of the benchmarks and of the once-failed problems."""
    from sws.evaluation.evaluate import run

    run(config, arm, student, benchmarks, seed_set, failures, out)


@verb("Evaluation")
def summary(
    config: Config,
    folder: Annotated[Path, typer.Argument(help="The folder of a finished round: data/round1.")],
    seed_set: SeedSet,
    picture: Annotated[Path, typer.Option(help="The picture (.svg; a .png appears beside it).")],
    out: Annotated[Path, typer.Option(help="The summary (.json) to write.")],
) -> None:
    """Accuracies with confidence intervals, gains, and the funnel: summary, table and picture."""
    from sws.evaluation.picture import save
    from sws.evaluation.round import Round
    from sws.evaluation.show import read_summary
    from sws.evaluation.summary import run

    run(config, Round.in_folder(config, folder), seed_set, out)
    for suffix in (".svg", ".png"):
        save(read_summary(out), picture.with_suffix(suffix))


@verb("Evaluation")
def metrics(
    config: Config,
    summary: Annotated[Path, typer.Argument(help="The summary.")],
    runs: Annotated[
        list[Path],
        typer.Argument(metavar="ROLLOUTS", help="The rollouts of every run (manifests)."),
    ],
    out: Annotated[Path, typer.Option(help="The metrics (.json); plots/ is written beside it.")],
) -> None:
    """Write what `dvc metrics` and `dvc plots` compare between runs."""
    from sws.evaluation.plots import run

    journals = {path.parent.name: path.parent / "metrics.jsonl" for path in runs}
    run(config, summary, journals, out, out.parent / "plots")
