"""`sws dvc`: dvc.yaml from the graph."""

from pathlib import Path
from typing import Annotated

import typer

from sws.cli.annotations import Config
from sws.cli.app import TOOLS, overrides_of, verb
from sws.errors import SwsError
from sws.store.files import write_text


@verb(TOOLS)
def dvc(
    config: Config,
    context: typer.Context,
    out: Annotated[Path, typer.Argument(help="The file to write.")] = Path("dvc.yaml"),
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; exit with 1 if the file is out of date."),
    ] = False,
) -> None:
    """Write dvc.yaml for this configuration; needed after a change of preset, arms or rounds."""
    from sws.workflow.dvccheck import misfits
    from sws.workflow.dvcfile import dvcfile
    from sws.workflow.graph import jobs

    graph = jobs(overrides_of(context.params["set_"]) | {"preset": config.preset})
    derived = dvcfile(graph, config.preset)
    if not check:
        write_text(out, derived)
        typer.echo(f"{out}: written for the preset {config.preset}", err=True)
    elif lines := misfits(out.read_text(encoding="utf-8") if out.exists() else "{}", derived):
        raise SwsError(
            f"{out} was written for another graph than that of {config.preset}:\n"
            + "\n".join(f"  - {line}" for line in lines),
            fix="run `sws dvc`, then the same command again; finished work is kept",
        )
