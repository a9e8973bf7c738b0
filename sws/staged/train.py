"""One stage of training: the problems of its level, from the student of the stage before."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sws.config.schema import Config
from sws.config.stages import Stage, trains_on
from sws.errors import SwsError
from sws.gpu_build import check_gpu_build
from sws.rl.group import Question
from sws.rl.run import train
from sws.rl.stage import alone_in
from sws.rl.variant import Histories, Variant
from sws.staged.batches import MixedPrompts
from sws.staged.pool import with_suffix
from sws.store import read_rows

_PROBLEM = ["problem_id", "problem", "answer", "domain", "levels"]


def run(config: Config, name: str, student: Path, levels: Path, out: Path) -> None:
    """Train `student` (its student.json) on a stage's problems; write into the folder of `out`.

    Resumes from its last checkpoint. Raises SwsError where torch cannot use the GPU that is here,
    for a stage without problems, and as `sws.rl.run.train` does.
    """
    check_gpu_build()
    stage, settings = config.staged.stage(name), config.staged
    rl = settings.training.model_copy(update={"steps": stage.steps})
    with alone_in(out) as work:
        train(
            rl,
            student.parent,
            problems_of(config, stage, levels),
            out.parent,
            name,
            config.seed,
            prompt_suffix=config.student.prompt_suffix,
            temperature=config.student.temperature,
            top_p=config.student.top_p,
            max_tokens=stage.max_tokens,
            verifier="mixed",
            read_thoughts=config.student.read_thoughts,
            work_dir=work,
            variant=variant_of(config, stage),
        )


def problems_of(config: Config, stage: Stage, levels: Path) -> list[dict[str, Any]]:
    """The problems that a stage trains on. Raises SwsError when there is no such problem."""
    found = [
        with_suffix(config, row)
        for row in read_rows(levels, _PROBLEM, only="kept")
        if trains_on(stage, row["domain"]) & set(row["levels"])
    ]
    if not found:
        raise SwsError(
            f"stage {stage.name}: no problem is in its level",
            expected="at least one",
            fix="`sws staged` shows how many each level has; change staged.levels, or the scorers",
        )
    return found


def variant_of(config: Config, stage: Stage) -> Variant:
    """What a stage asks of the trainer beside the settings that all runs have."""
    settings, size = config.staged, config.staged.training.prompts_per_step

    def stream(
        questions: Mapping[str, Question], seed: int, position: int, _: Histories
    ) -> MixedPrompts:
        ratio: dict[str, float] = dict(settings.ratio.items())
        return MixedPrompts(questions, ratio, size, seed, position)

    plateau = stage.plateau
    return Variant(
        identity=stage.model_dump_json() + str(sorted(settings.ratio.items())),
        arguments={
            "beta": stage.kl,
            "entropy_coef": stage.entropy,
            "mask_truncated_completions": stage.mask_truncated,
        },
        stream=stream,
        plateau=(plateau.window, plateau.gain) if plateau else None,
        workers=len(os.sched_getaffinity(0)),
    )
