"""Verbs of the graph: blueprints, and candidates from them."""

from pathlib import Path
from typing import Annotated

import typer

from sws.cli.annotations import Config
from sws.cli.app import verb
from sws.cli.stages.arguments import (
    Artifact,
    Out,
    RoleServer,
    RoleStudent,
    Shards,
    Wave,
    Weights,
    file_of,
    folder_of,
    shards,
)


@verb("Synthesis")
def blueprints(
    config: Config,
    concepts: Annotated[Path, typer.Option(help="The concepts' manifest.")],
    weights: Weights,
    outs: Shards,
    budget: Annotated[Path, typer.Option(help="The budget report (.json) to write.")],
    round: Annotated[int, typer.Option(help="A later round draws anew.", min=1)] = 1,
    wave: Wave = 1,
    drawn: Annotated[
        list[Path] | None, typer.Argument(help="The budget report of each earlier wave.")
    ] = None,
    survivors: Annotated[
        str, typer.Option(help="The difficulty tables, of which those of earlier waves are read.")
    ] = "",
) -> None:
    """Share out the budget (Eq. 5) and draw what to write problems about."""
    from sws.blueprints.blueprints import run
    from sws.blueprints.waves import Waves

    before = shards(config, [survivors], range(1, wave)) if survivors else []
    waves = Waves.read(wave, drawn or [], before)
    run(config, round, concepts, weights, shards(config, outs, [wave]), budget, waves)


@verb("Synthesis")
def generate(
    config: Config,
    blueprints: Artifact,
    out: Out,
    student: RoleStudent = "",
    server: RoleServer = "",
) -> None:
    """Have the generator write a problem from each blueprint of one shard."""
    from sws.synthesis.candidates import run

    run(config, blueprints, folder_of(student), out, file_of(server))
