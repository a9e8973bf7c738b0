"""Arguments and options that several stages have."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from sws.cli.annotations import Config
from sws.errors import SwsError
from sws.shards import shards_in

Artifact = Annotated[Path, typer.Argument(metavar="MANIFEST", help="The table to read (.json).")]
Out = Annotated[Path, typer.Option(help="The manifest (.json) of the table to write.")]
SeedSet = Annotated[Path, typer.Option(help="The seed set's manifest.")]
Failures = Annotated[Path, typer.Option(help="The failure set's manifest.")]
Benchmarks = Annotated[Path, typer.Option(help="The benchmarks' manifest.")]
Weights = Annotated[Path, typer.Option(help="The category weights (.json).")]
StudentFolder = Annotated[Path, typer.Option(help="The manifest student.json in its folder.")]
RoleStudent = Annotated[
    str, typer.Option(help="The student.json that a role with `model: student` runs.")
]
Wave = Annotated[int, typer.Option(help="Which wave of synthesis (frugal.waves).", min=1)]
Shards = Annotated[
    list[str],
    typer.Option(
        metavar="FOLDER",
        help="A sharded table: its folder, with as many shards as the configuration says; or its "
        "manifests in order (repeat the option); or @FILE with one manifest per line.",
    ),
]
RoleServer = Annotated[
    str, typer.Option(help="The address file of `sws serve`, to ask instead of a vLLM here.")
]


def folder_of(student: str) -> Path | None:
    """The folder of a student.json; None when no role runs the student."""
    return Path(student).parent if student else None


def file_of(server: str) -> Path | None:
    """The address file; None when the role's engine runs in this process."""
    return Path(server) if server else None


def shards(config: Config, values: Sequence[str], waves: Iterable[int] | None = None) -> list[Path]:
    """The manifests that the values of a `Shards` option name; in a folder, of all or some waves.

    Raises SwsError when an @FILE cannot be read.
    """
    found: list[Path] = []
    names = config.shard_names if waves is None else config.shards_of(waves)
    for value in values:
        if value.startswith("@"):
            found += _listed(Path(value[1:]))
        elif value.endswith(".json"):
            found.append(Path(value))
        else:
            found += shards_in(Path(value), names)
    return found


def _listed(file: Path) -> list[Path]:
    """The manifests in a file, one per line; paths may contain blanks."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeError) as error:
        raise SwsError(
            f"{file}: the list of manifests cannot be read ({error})",
            expected="a text file with the path of one manifest (.json) per line",
            fix="correct the path after @, or pass the folder of the table",
        ) from None
    return [Path(line) for line in lines if line.strip()]
