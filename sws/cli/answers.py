"""The verbs for answers in the user's own files: verify, vote, run tests."""

import os
from pathlib import Path
from typing import Annotated

import typer

from sws.cli.annotations import Config
from sws.cli.app import TOOLS, verb
from sws.cli.output import Out, stream_to

CORES = os.cpu_count() or 1
Workers = Annotated[int, typer.Option(min=1, help="Processes that do algebra.")]


@verb(TOOLS, example="""echo '{"gold": "1/2", "pred": "The answer is 0.5."}' | sws verify -""")
def verify(
    config: Config,
    file: Annotated[
        Path, typer.Argument(help="Rows with id, gold and pred, in any format (-: JSON lines).")
    ],
    out: Out = None,
    workers: Workers = CORES,
    seconds: Annotated[float, typer.Option(min=0.01, help="Wall clock, per answer.")] = 5.0,
    verifier: Annotated[
        str, typer.Option(help="math, exact, choice, code, or module:function of your own.")
    ] = "math",
    read_thoughts: Annotated[
        bool,
        typer.Option("--read-thoughts", help="Read a thought that no answer follows (cut off)."),
    ] = False,
) -> None:
    """Check answers: the same lines with `outcome` and the extracted `answer`.

    `pred` is an answer or a whole solution; the outcome is correct, wrong, unparsed or timeout.
    Of a list of golds any is right.
    A line may name its own `verifier`. For `code` the gold answer is tests: one of Python, or
    JSON, a list of them or of {"input", "output"}.
    """
    from sws.verifiers.files import verify_file

    with stream_to(out) as stream:
        verify_file(file, stream, workers, seconds, verifier=verifier, read_thoughts=read_thoughts)


@verb(TOOLS, example="""echo '{"id": 1, "answers": ["1/2", "0.5", "3", null]}' | sws vote -""")
def vote(
    config: Config,
    file: Annotated[
        Path, typer.Argument(help="Rows with id and answers, in any format (-: JSON lines).")
    ],
    out: Out = None,
    workers: Workers = CORES,
) -> None:
    """Vote an answer per line, grouping answers by mathematical equivalence.

    Answers that do not parse never win but count in `vote_share`; `n_votes` are those that parsed.
    """
    from sws.verify.vote import vote_file

    with stream_to(out) as stream:
        vote_file(file, stream, workers)


@verb(
    TOOLS, example="""echo '{"solution": "x = 2", "tests": ["assert x == 2"]}' | sws run-tests -"""
)
def run_tests(
    config: Config,
    file: Annotated[Path, typer.Argument(help="JSON lines with id, solution and tests.")],
    out: Out = None,
    workers: Annotated[int, typer.Option(min=1, help="Sandboxes at a time.")] = CORES,
    seconds: Annotated[float, typer.Option(min=0.1, help="Wall clock of one test.")] = 5.0,
    memory: Annotated[int, typer.Option(min=64, help="MiB, for each process.")] = 512,
    packages: Annotated[bool, typer.Option(help="Let solutions import what is installed.")] = False,
) -> None:
    """Run Python solutions against unit tests in a sandbox: the reward is passed / total.

    A test is Python that must run to its end (`assert add(1, 2) == 3`), or {"input", "output"} of a
    whole program. Needs bubblewrap; without it, it refuses and says what to install.
    """
    from sws.code_rewards import Limits, Sandbox
    from sws.code_rewards.rewards import score_file

    limits = Limits(seconds=seconds, memory_megabytes=memory)
    sandbox = Sandbox(limits, packages=packages)
    with stream_to(out) as stream:
        score_file(file, stream, sandbox, workers)
