"""`sws export`: problems in the formats that trainers read."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from sws.cli.annotations import Config
from sws.cli.app import TOOLS, Json, verb


@verb(TOOLS, example="sws export verl data/round1/augmented.parquet --out train.parquet")
def export(
    config: Config,
    format_: Annotated[
        str, typer.Argument(metavar="FORMAT", help="trl, verl, openrlhf or open-instruct.")
    ],
    file: Annotated[
        str, typer.Argument(help="A table of a run, or any file, folder, URL or Hub dataset.")
    ],
    out: Annotated[Path, typer.Option(help="The file to write: .jsonl, or .parquet.")],
    suffix: Annotated[
        str | None,
        typer.Option(help="Text after every problem [student.prompt_suffix of the configuration]."),
    ] = None,
    system: Annotated[str, typer.Option(help="A system message before every problem.")] = "",
    data_source: Annotated[
        str,
        typer.Option(help="Name by which the trainer chooses its reward [one for mathematics]."),
    ] = "",
    problem: Annotated[str, typer.Option(help="Column of the problems, of a file of yours.")] = "",
    answer: Annotated[str, typer.Option(help="Column of the answers, of a file of yours.")] = "",
    split: Annotated[str, typer.Option(help="Split of a dataset or folder.")] = "train",
    subset: Annotated[str | None, typer.Option(help="Configuration of the Hub dataset.")] = None,
    revision: Annotated[str | None, typer.Option(help="Tag or commit on the Hub.")] = None,
    json_: Json = False,
) -> None:
    """Write problems with answers in the format that a trainer reads.

    trl: TRL's GRPOTrainer. verl: its RL Parquet. openrlhf and open-instruct: JSON lines. Rows that
    a filter rejected and rows without an answer are left out and counted; the same input gives the
    same bytes. A file of yours is read as `seed_set` would read it (see `sws look`). The end
    shows the first row, and the trainer's settings that read the file.
    """
    from sws.export import Prompt
    from sws.export import export as write
    from sws.export.formats import format_named
    from sws.export.show import print_exported

    options: dict[str, Any] = {"split": split, "subset": subset, "revision": revision}
    given = {name: value for name, value in options.items() if value not in (None, "train")}
    if problem or answer:
        given["columns"] = {"problem": problem or "problem", "answer": answer or "answer"}
    around = Prompt(config.student.prompt_suffix if suffix is None else suffix, system, data_source)
    made = write(format_named(format_), file, out, around, **given)
    if json_:
        typer.echo(json.dumps(made.as_json(), indent=2))
    else:
        print_exported(made)
