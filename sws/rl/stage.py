"""The stage: one training run of the graph."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sws.config.schema import Config
from sws.gpu_build import check_gpu_build
from sws.locks import locked
from sws.rl.curriculum import curriculum_of
from sws.rl.run import train
from sws.rl.variant import PLAIN, skipping
from sws.store import read_manifest, read_rows
from sws.verifiers.mixed import domain_of

#: Checkpoints and the rollouts so far lie here, outside the declared outputs.
WORK = Path("cache/training")


def run(config: Config, name: str, student: Path, problems: Path, out: Path) -> None:
    """Train `student` (its student.json) on `problems`; write into the folder of `out`.

    Raises SwsError where torch cannot use the GPU that is here, and as `train` does.
    """
    check_gpu_build()
    only = "kept" if "kept" in read_manifest(problems)["schema"] else None
    # The histories of the initial run are the method's measurement: it skips nothing.
    rl, variant = config.training_of(name), PLAIN
    if name != "initial":
        skips = config.frugal.prompts
        variant = (
            skipping(rl, config.frugal.explore)
            if skips
            else curriculum_of(config.curriculum, problems)
        )
    with alone_in(out) as work:
        train(
            rl,
            student.parent,
            problems_of(
                config, read_rows(problems, ["problem_id", "problem", "answer"], only=only)
            ),
            out.parent,
            name,
            config.seed,
            prompt_suffix=config.student.prompt_suffix,
            temperature=config.student.temperature,
            top_p=config.student.top_p,
            max_tokens=config.student.max_tokens,
            verifier=config.seed_set.verifier,
            read_thoughts=config.student.read_thoughts,
            work_dir=work,
            variant=variant,
        )


def problems_of(config: Config, rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The problems, with their domain where the set mixes some."""
    mixed = config.seed_set.verifier == "mixed"
    return ({**row, "domain": domain_of(row["answer"])} if mixed else row for row in rows)


@contextmanager
def alone_in(out: Path) -> Iterator[Path]:
    """The working folder of the run that writes to `out`, which no other process may use.

    A training process can outlive its killed workflow.
    """
    work = WORK / out.parent.relative_to(out.anchor)
    if os.environ.get("RANK", "0") != "0":
        yield work
        return
    with locked(work.with_name(f"{work.name}.lock"), f"the training run {work.name}"):
        yield work
