"""Verbs of the graph: S²R, the student that verifies and corrects itself."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from sws.cli.annotations import Config
from sws.cli.app import verb
from sws.cli.stages.arguments import (
    Artifact,
    Benchmarks,
    Out,
    RoleStudent,
    SeedSet,
    StudentFolder,
    folder_of,
)
from sws.errors import SwsError

if TYPE_CHECKING:
    from sws.config.self_verify import Reinforced

NAMES = ("outcome", "process", "offline", "plain")


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


@verb("Self-verification")
def fine_tune(
    config: Config,
    trajectories: Artifact,
    student: StudentFolder,
    out: Annotated[Path, typer.Option(help="The student.json of the folder to write.")],
) -> None:
    """Fine-tune a student on trajectories: verifications and last solutions are learned (Eq. 1)."""
    from sws.rl.launch import relaunch
    from sws.self_verify.sft import run

    relaunch()
    run(config, student, trajectories, out)


@verb("Self-verification")
def offline(config: Config, student: StudentFolder, seed_set: SeedSet, out: Out) -> None:
    """Sample the fine-tuned student once, and decide which trajectories offline RL learns from."""
    from sws.self_verify.offline import run

    run(config, student, seed_set, out)


@verb("Self-verification")
def reinforce(
    config: Config,
    name: Annotated[
        str,
        typer.Argument(
            help="outcome: reward last solutions; process: every action; offline: on trajectories "
            "that `sws offline` wrote; plain: as outcome, of a student that was not fine-tuned."
        ),
    ],
    student: StudentFolder,
    problems: Annotated[
        Path, typer.Option(help="The problems to train on, or the trajectories (manifest).")
    ],
    out: Annotated[
        Path, typer.Option(help="The rollouts' manifest; student/ and metrics.jsonl lie beside it.")
    ],
    tokens_of: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="End with as many tokens as this table or metrics.jsonl counts; may be repeated.",
        ),
    ] = None,
) -> None:
    """Train a student by RL to verify and correct itself; record what it was trained on."""
    from sws.rl.launch import relaunch
    from sws.self_verify.train import run

    if name not in NAMES:
        raise SwsError(f"no run is called {name!r}", expected=", ".join(NAMES))
    if tokens_of and name == "offline":
        raise SwsError("--tokens-of: offline RL samples nothing", fix="leave it out")
    settings = config.self_verify.offline if name == "offline" else config.self_verify.rl
    relaunch(sharded=not settings.lora_rank)
    run(config, cast("Reinforced", name), student, problems, out, tokens_of or ())


@verb("Self-verification")
def examine(
    config: Config,
    name: Annotated[str, typer.Argument(help="base, sft, or the name of a run.")],
    student: StudentFolder,
    benchmarks: Benchmarks,
    seed_set: SeedSet,
    out: Out,
) -> None:
    """Sample a student's trajectories on the benchmarks, of at most self_verify.max_tokens."""
    from sws.self_verify.summary import evaluate

    evaluate(config, name, student, benchmarks, seed_set, out)


@verb("Self-verification")
def compare(
    config: Config,
    evaluations: Annotated[
        list[Path],
        typer.Argument(
            metavar="EVALUATION", help="A table of each student; more, where seeds differ."
        ),
    ],
    benchmarks: Benchmarks,
    out: Annotated[Path, typer.Option(help="The summary (.json) to write.")],
    picture: Annotated[Path | None, typer.Option(help="The picture of it (.svg or .png).")] = None,
) -> None:
    """Measure how every student verifies and corrects itself; print them side by side."""
    from sws.self_verify.show import print_students
    from sws.self_verify.summary import run

    run(config, evaluations, benchmarks, out)
    students = json.loads(out.read_text(encoding="utf-8"))["students"]
    print_students(students)
    if picture:
        from sws.evaluation.picture import WIDTH, save_chart, styled
        from sws.evaluation.self_verification import chart

        save_chart(styled(chart(students, WIDTH)), picture)
