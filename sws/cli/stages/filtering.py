"""Verbs of the graph: from candidates to labelled problems of the right difficulty."""

from pathlib import Path
from typing import Annotated

import typer

from sws.cli.annotations import Config
from sws.cli.app import verb
from sws.cli.stages.arguments import (
    Artifact,
    Benchmarks,
    Out,
    RoleServer,
    RoleStudent,
    SeedSet,
    Shards,
    StudentFolder,
    Wave,
    file_of,
    folder_of,
    shards,
)


@verb("Filtering")
def screen(
    config: Config,
    candidates: Shards,
    benchmarks: Benchmarks,
    seed_set: SeedSet,
    outs: Shards,
    earlier: Annotated[
        list[Path] | None,
        typer.Argument(metavar="EARLIER", help="The augmented sets of earlier rounds."),
    ] = None,
    wave: Wave = 1,
) -> None:
    """Parse problems; reject bad forms, duplicates and overlap with benchmarks."""
    from sws.filtering.screening import run

    before, after = shards(config, candidates, [wave]), shards(config, outs, [wave])
    waves = shards(config, outs, range(1, wave)) if wave > 1 else []
    run(config, before, benchmarks, seed_set, earlier or [], after, waves)


@verb("Filtering")
def judge(
    config: Config,
    name: Annotated[str, typer.Argument(help="Which of roles.judges.")],
    screened: Artifact,
    out: Out,
    student: RoleStudent = "",
    server: RoleServer = "",
    earlier: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="EARLIER", help="Ratings of judges whose verdicts may decide already."
        ),
    ] = None,
) -> None:
    """Have one judge rate the screened candidates of one shard."""
    from sws.filtering.ratings import run

    run(config, name, screened, folder_of(student), out, file_of(server), earlier or [])


@verb("Filtering")
def verdicts(
    config: Config,
    screened: Artifact,
    ratings: Annotated[
        list[Path], typer.Argument(metavar="RATINGS", help="Every judge's table of ratings.")
    ],
    out: Out,
) -> None:
    """Apply the keep rule to all judges' ratings."""
    from sws.filtering.verdicts import run

    run(config, screened, ratings, out)


@verb("Filtering")
def label(
    config: Config,
    verdicts: Artifact,
    out: Out,
    student: RoleStudent = "",
    server: RoleServer = "",
) -> None:
    """Vote a reference answer for each candidate by self-consistency."""
    from sws.filtering.labels import run

    run(config, verdicts, folder_of(student), out, file_of(server))


@verb("Filtering")
def difficulty(config: Config, labels: Artifact, student: StudentFolder, out: Out) -> None:
    """Measure the initially trained student on the labelled candidates of one shard."""
    from sws.filtering.difficulty import run

    run(config, labels, student, out)
