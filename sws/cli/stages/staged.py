"""Verbs of the graph: staged RL, by the difficulty that scorers measure."""

import json
from pathlib import Path
from typing import Annotated

import typer

from sws.cli.annotations import Config
from sws.cli.app import Json, verb
from sws.cli.stages.arguments import (
    Artifact,
    Benchmarks,
    Out,
    SeedSet,
    Shards,
    StudentFolder,
    file_of,
    shards,
)

Levels = Annotated[Path, typer.Option(help="The levels' manifest.")]


@verb("Staged RL")
def code_set(config: Config, benchmarks: Benchmarks, out: Out) -> None:
    """Read the problems of programming and check each row, as `sws seed` does."""
    from sws.staged.code_set import run

    run(config, benchmarks, out)


@verb("Staged RL")
def pool(
    config: Config,
    problems: Artifact,
    outs: Shards,
    code: Annotated[str, typer.Option(help="The code set's manifest, if there is one.")] = "",
) -> None:
    """Join the problems to grade, of mathematics and of programming, in shards."""
    from sws.staged.pool import run

    run(config, problems, file_of(code), shards(config, outs))


@verb("Staged RL")
def pass_rates(
    config: Config,
    name: Annotated[str, typer.Argument(help="Which of staged.scorers.")],
    pool: Artifact,
    out: Out,
    student: Annotated[str, typer.Option(help="The student.json of a scorer that is one.")] = "",
    histories: Annotated[
        str, typer.Option(help="The failure set that holds accuracy histories.")
    ] = "",
) -> None:
    """Measure how often one scorer solves each problem of one shard, or look it up."""
    from sws.staged.pass_rates import run

    run(config, name, pool, file_of(student), file_of(histories), out)


@verb("Staged RL")
def levels(
    config: Config,
    pool: Shards,
    rates: Annotated[
        Path, typer.Option(help="The folder with a folder of pass rates for each scorer.")
    ],
    out: Out,
) -> None:
    """Choose every problem's levels by the rules over its pass rates; print counts and overlaps."""
    from sws.staged.levels import run
    from sws.staged.show import print_levels
    from sws.staged.summary import counts

    graded = shards(config, pool)
    tables = {
        name: [rates / name / shard.name for shard in graded] for name in config.staged.scorers
    }
    run(config, graded, tables, out)
    print_levels(counts(config, out))


@verb("Staged RL")
def train_stage(
    config: Config,
    name: Annotated[str, typer.Argument(help="Which of staged.stages.")],
    student: StudentFolder,
    levels: Levels,
    out: Annotated[
        Path, typer.Option(help="The rollouts' manifest; student/ and metrics.jsonl lie beside it.")
    ],
) -> None:
    """Train a student on the problems of one stage, and record every rollout."""
    from sws.rl.launch import relaunch
    from sws.staged.train import run

    relaunch(sharded=not config.staged.training.lora_rank)
    run(config, name, student, levels, out)


@verb("Staged RL")
def assess(
    config: Config,
    name: Annotated[str, typer.Argument(help="base, initial, or a stage.")],
    student: StudentFolder,
    benchmarks: Benchmarks,
    seed_set: SeedSet,
    out: Out,
) -> None:
    """Sample a student's solutions of the benchmarks, after a stage."""
    from sws.staged.summary import assess as run

    run(config, name, student, benchmarks, seed_set, out)


@verb("Staged RL")
def compare_stages(
    config: Config,
    evaluations: Annotated[
        list[Path], typer.Argument(metavar="EVALUATION", help="A table of each student.")
    ],
    levels: Levels,
    training: Annotated[Path, typer.Option(help="The folder with a folder of each stage.")],
    out: Annotated[Path, typer.Option(help="The summary (.json) to write.")],
) -> None:
    """Write what staged RL came to: levels, stages, and every student; print it."""
    from sws.staged.show import print_levels, print_stages
    from sws.staged.summary import run

    journals = {one.name: training / one.name / "metrics.jsonl" for one in config.staged.stages}
    run(config, levels, {path.stem: path for path in evaluations}, journals, out)
    found = json.loads(out.read_text(encoding="utf-8"))
    print_levels(found["levels"])
    print_stages(found)


@verb("Staged RL", example="sws staged")
def staged(
    config: Config,
    folder: Annotated[
        Path, typer.Argument(help="The folder of a run of `snakemake staged`.")
    ] = Path("data/staged"),
    json_: Json = False,
) -> None:
    """Show the levels of a run, their overlaps, and how its stages went so far."""
    from sws.staged.show import print_levels, print_stages
    from sws.staged.summary import counts

    summary = folder / "summary.json"
    if summary.exists():
        found = json.loads(summary.read_text(encoding="utf-8"))
    else:
        found = {"levels": counts(config, folder / "levels.json")}
    if json_:
        typer.echo(json.dumps(found, indent=2))
        return
    print_levels(found["levels"])
    if "stages" in found:
        print_stages(found)
