"""`sws publish` and `sws fetch`: a round to the Hub, and a published set into a run."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.filesize import decimal
from rich.table import Table

from sws.cli.annotations import Config
from sws.cli.app import SHARE, overrides_of, verb
from sws.errors import SwsError

if TYPE_CHECKING:
    from sws.publishing.publish import Part

Repo = Annotated[
    str | None,
    typer.Option(metavar="USER/NAME", help="The Hub dataset, in place of publishing.repo."),
]


@verb(SHARE, example="sws publish --repo me/weak-points --dry-run")
def publish(
    config: Config,
    context: typer.Context,
    repo: Repo = None,
    round_: Annotated[
        int | None, typer.Option("--round", min=1, help="Which round; by default the last one.")
    ] = None,
    tag: Annotated[str | None, typer.Option(help="Its tag, in place of publishing.tag.")] = None,
    students: Annotated[
        bool, typer.Option("--students", help="Publish the trained checkpoints too, as models.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would go up and how large; send nothing.")
    ] = False,
    save: Annotated[
        Path | None, typer.Option(help="Write the set into this new folder; send nothing.")
    ] = None,
    rows: Annotated[
        int | None, typer.Option(min=1, help="With --save: an excerpt, N rows of each table.")
    ] = None,
) -> None:
    """Publish a finished round on the Hugging Face Hub: every table, a card, Croissant metadata.

    One commit, or nothing; a cut-off upload goes on when the command is repeated, and what is there
    already is not sent again. The repository is created private (publishing.private). The token is
    that of `hf auth login` or of HF_TOKEN; HF_ENDPOINT names another Hub.
    """
    from sws.publishing import publish as publishing

    config = _with(config, repo=repo, tag=tag)
    overrides, number = overrides_of(context.params["set_"]), round_ or config.rounds
    if rows and not save:
        raise SwsError("--rows: an excerpt is only saved", fix="give --save FOLDER, too")
    if save:
        files = publishing.save(config, overrides, number, save, rows)
        size = sum(file.stat().st_size for file in files)
        typer.echo(f"{save}: {len(files)} files, {decimal(size)}")
        return
    with publishing.prepared(config, overrides, number, students=students) as parts:
        if dry_run:
            for part in parts:
                _show(part)
            typer.echo("Nothing was sent.")
            return
        for part, outcome in zip(parts, publishing.send(parts), strict=True):
            done = "nothing to do" if outcome.nothing else f"{len(outcome.sent)} files sent"
            typer.echo(f"{part.target.url} ({part.target.tag}, {outcome.commit[:8]}): {done}")


@verb(SHARE, example="sws fetch someone/weak-points --use bank --revision round1")
def fetch(
    config: Config,
    repo: Annotated[str, typer.Argument(metavar="USER/NAME", help="A published set.")],
    use: Annotated[
        Literal["seed-set", "bank", "failures"],
        typer.Option(
            help="seed-set: train on it; bank: let the arm `selection` choose from it; failures: "
            "synthesise problems about what its student failed to learn."
        ),
    ] = "seed-set",
    revision: Annotated[
        str | None, typer.Option(help="A tag or commit; without it, the newest.")
    ] = None,
    to: Annotated[Path | None, typer.Option(help="Folder, in place of one in fetched/.")] = None,
) -> None:
    """Download a published set, and print the section of params.yaml that starts from it.

    Paste it in place of the sections that have the same names. Files that are there already are not
    downloaded again.
    """
    from sws.publishing import fetch as fetching

    fetched = fetching.fetch(repo, use, revision, to)
    counts = ", ".join(f"{rows:,} rows of {name}" for name, rows in fetched.rows.items())
    typer.echo(f"{fetched.folder}: {counts}, commit {fetched.commit[:12]}", err=True)
    typer.echo(fetching.section(config, fetched, use), nl=False)


def _with(config: Config, **given: str | None) -> Config:
    """The configuration with options over its section `publishing`, checked like it."""
    from pydantic import ValidationError

    from sws.config.publishing import Publishing

    values = config.publishing.model_dump() | {key: one for key, one in given.items() if one}
    try:
        section = Publishing.model_validate(values)
    except ValidationError as error:
        fault = error.errors()[0]
        raise SwsError(
            f"--{fault['loc'][0]} {fault['input']}: {fault['msg']}",
            expected="user/name for --repo; letters, digits, . _ and - for --tag",
        ) from None
    return config.model_copy(update={"publishing": section})


def _show(part: "Part") -> None:
    target = part.target
    visible = "private" if target.private else "public"
    table = Table(title=f"{target.url} ({target.kind}, {visible} if new, tag {target.tag})",
                  title_justify="left")  # fmt: skip
    table.add_column("file")
    table.add_column("size", justify="right")
    for path, file in part.files.items():
        table.add_row(path, decimal(file.stat().st_size))
    table.add_section()
    table.add_row(f"{len(part.files)} files", decimal(part.bytes))
    Console().print(table)
