"""`sws sweep`: one experiment at many settings and seeds."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from sws.cli.annotations import Config
from sws.cli.app import LOOK, overrides_of, verb


@verb(LOOK, example="sws sweep sweeps/fair.yaml --out ../fair --point seed-problems-20 --seed 1")
def sweep(
    config: Config,
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="What varies: a preset, seeds, points (.yaml).")],
    out: Annotated[Path, typer.Option(help="Folder of the runs, of their table and picture.")],
    point: Annotated[list[str] | None, typer.Option(help="Only this point; repeatable.")] = None,
    seed: Annotated[list[int] | None, typer.Option(help="Only this seed; repeatable.")] = None,
    cores: Annotated[int, typer.Option(min=1, help="Runs side by side, a core each.")] = 1,
    only_show: Annotated[
        bool, typer.Option("--only-show", help="Run nothing; show what is finished.")
    ] = False,
) -> None:
    """Run an experiment at many settings and seeds, and show where the method pays.

    Each point with each seed is the whole graph in a folder of its own, OUT/POINT/seedN, with a
    params.yaml; what points have in common, from the student to whole arms, is made once. The same
    command goes on with what is missing. It writes OUT/runs.csv (a row per run, with its command),
    OUT/sweep.json (gains with intervals, and what goes with them), OUT/sweep.md (the same as
    tables) and OUT/sweep.svg.
    """
    from sws.sweep.setting import read_sweep
    from sws.sweep.sweep import run

    found = read_sweep(file)
    if preset := context.params["preset"]:
        found = found.model_copy(update={"preset": preset})
    given: list[str] = context.params["set_"] or []
    options = [*(["--preset", preset] if preset else []), *(f"--set={one}" for one in given)]
    command = shlex.join(["sws", "sweep", str(file), "--out", "DIR", *options])
    run(
        *(found, overrides_of(given), out, command),
        points=point or (), seeds=seed or (), cores=0 if only_show else cores,
    )  # fmt: skip
