"""Arguments and options that several stages have."""

from pathlib import Path
from typing import Annotated

import typer

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
RoleServer = Annotated[
    str, typer.Option(help="The address file of `sws serve`, to ask instead of a vLLM here.")
]
ShardList = Annotated[str, typer.Option(help="Manifests of all shards, separated by spaces.")]


def folder_of(student: str) -> Path | None:
    """The folder of a student.json; None when no role runs the student."""
    return Path(student).parent if student else None


def file_of(server: str) -> Path | None:
    """The address file; None when the role's engine runs in this process."""
    return Path(server) if server else None


def paths(listed: str) -> list[Path]:
    """The manifests of a list separated by spaces."""
    return [Path(item) for item in listed.split()]
