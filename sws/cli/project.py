"""The verbs for a project of the user's own: init and upgrade."""

from importlib.util import find_spec
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from sws.cli.annotations import Config
from sws.cli.app import TOOLS, verb
from sws.errors import SwsError


@verb(TOOLS, example="sws init my-project --data my/problems.jsonl --preset qwen2.5-7b")
def init(
    config: Config,
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The project's folder.")],
    data: Annotated[
        str, typer.Option(help="Your problems: a file, glob, folder, URL, or Hub dataset id.")
    ] = "",
) -> None:
    """Start a project of your own: params.yaml, Snakefile, dvc.yaml, profiles, Makefile, README.

    --preset is what the experiment starts from: micro without --data; with it the paper's
    qwen2.5-7b+frugal, which leaves out what decides nothing. The Snakefile uses the workflow inside
    the installed package.
    """
    from sws.project.create import create

    preset = context.params["preset"] or ("qwen2.5-7b+frugal" if data else "micro")
    files = create(folder, preset, _section(data) if data else "")
    typer.echo(f"{folder}: {len(files)} files written, with the preset {preset}")
    if data and not context.params["preset"]:
        typer.echo("in this preset models on GPUs play every role; see `sws plan`")
    # What trains is missing with the extra `workflow` alone.
    install = "" if find_spec("vllm") else "make install && "
    there = "" if folder.resolve() == Path.cwd() else f"cd {quote(str(folder))} && "
    typer.echo(f"next: {there}{install}make run    # or: snakemake -n, sws plan, sws config")


@verb(TOOLS)
def upgrade(config: Config) -> None:
    """Move the project in this folder to the installed version, and show what will rerun.

    A file that you changed stays; the new one is written beside it as NAME.new. The experiment in
    params.yaml stays as it is; a key that this version does not know is an error that says so.
    """
    import sws
    from sws.project.upgrade import upgrade, what_will_rerun

    done = upgrade()
    typer.echo(f"from sws {done.before} to {sws.__version__}")
    for name in done.written:
        typer.echo(f"  {name}: written")
    for name in done.kept:
        typer.echo(f"  {name}: yours is kept; compare it with {name}.new")
    typer.echo(f"what will run:\n{what_will_rerun()}")


def _section(data: str) -> str:
    """The section of params.yaml that reads a source; a local path is made absolute."""
    from sws.seed.look import look, section

    local = Path(data).expanduser()
    source = str(local.resolve()) if local.exists() else data
    seen = look(source)
    if seen.block is None:
        raise SwsError(
            f"{data}: no column looks like a problem with an answer",
            expected=f"such columns among {', '.join(seen.columns)}",
            fix="run `sws init` without --data, then name them by seed_set.columns in params.yaml",
        )
    return section(seen.block)
