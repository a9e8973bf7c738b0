"""Verbs of the graph: S²R, the student that verifies and corrects itself."""

from pathlib import Path
from typing import Annotated

import typer

from sws.cli.annotations import Config
from sws.cli.app import verb
from sws.cli.stages.arguments import Artifact, Out, RoleStudent, SeedSet, folder_of
from sws.errors import SwsError


@verb("Self-verification")
def attempts(
    config: Config,
    seed_set: SeedSet,
    out: Out,
    student: Annotated[
        Path | None, typer.Option(help="The student.json of the student to sample from.")
    ] = None,
    rollouts: Annotated[
        Path | None, typer.Option(help="Take the last rollouts of this table instead.")
    ] = None,
) -> None:
    """Gather the student's own attempts at every seed problem: new samples, or its rollouts."""
    from sws.self_verify import attempts

    samples = config.self_verify.trajectories.samples
    if rollouts:
        attempts.from_rollouts(rollouts, samples, out)
    elif student:
        attempts.run(config, student, seed_set, samples, "attempts", out)
    else:
        raise SwsError(
            "attempts of nobody", expected="--student or --rollouts", fix="give one of them"
        )


@verb("Self-verification")
def verifications(
    config: Config, attempts: Artifact, seed_set: SeedSet, out: Out, student: RoleStudent = ""
) -> None:
    """Ask the verifier about each attempt; drop what it says where that is not the truth."""
    from sws.self_verify.verifications import run

    run(config, attempts, seed_set, folder_of(student), out)


@verb("Self-verification")
def trajectories(config: Config, verifications: Artifact, seed_set: SeedSet, out: Out) -> None:
    """Join attempts and verifications to trajectories of one to four rounds, the last one right."""
    from sws.self_verify.trajectories import run

    run(config, verifications, seed_set, out)
