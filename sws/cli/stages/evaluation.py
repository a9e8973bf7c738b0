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
    self_verify: Annotated[
        Path | None, typer.Option(help="What `sws compare` wrote, to be shown beside the arms.")
    ] = None,
) -> None:
    """Accuracies with confidence intervals, gains, and the funnel: summary, table and picture."""
    from sws.evaluation.picture import save
    from sws.evaluation.round import Round
    from sws.evaluation.show import read_summary
    from sws.evaluation.summary import run

    run(config, Round.in_folder(config, folder), seed_set, out, self_verify)
    for suffix in (".svg", ".png"):
        save(read_summary(out), picture.with_suffix(suffix))


@verb("Evaluation", example="sws report && xdg-open data/report.html")
def report(
    config: Config,
    folder: Annotated[
        Path | None, typer.Argument(help="The folder of a finished round [the last round's].")
    ] = None,
    seed_set: SeedSet = Path("data/seed.json"),
    summary: Annotated[Path, typer.Option(help="The summary of the run.")] = Path(
        "data/summary.json"
    ),
    rows: Annotated[
        int, typer.Option(min=0, help="Rows to browse at most; failed and published ones first.")
    ] = 50_000,
    out: Annotated[Path, typer.Option(help="The page (.html) to write.")] = Path(
        "data/report.html"
    ),
) -> None:
    """Write one page with the results, pictures, and a browser over the rows; it opens offline."""
    from sws.report.report import run
    from sws.report.tables import Tables

    folder = folder or Path(f"data/round{config.rounds}")
    run(config, Tables.in_folder(config, folder, seed_set, summary), out, rows)


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
