"""The stage: one training run of the graph."""

import os
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from sws.config.schema import Config
from sws.gpu_build import check_gpu_build
from sws.locks import locked
from sws.rl.run import train
from sws.store import read_manifest, read_rows

#: Checkpoints and the rollouts so far lie here, outside the declared outputs.
WORK = Path("cache/training")


def run(config: Config, name: str, student: Path, problems: Path, out: Path) -> None:
    """Train `student` (its student.json) on `problems`; write into the folder of `out`.

    Raises SwsError where torch cannot use the GPU that is here, and as `train` does.
    """
    check_gpu_build()
    only = "kept" if "kept" in read_manifest(problems)["schema"] else None
    work = WORK / out.parent
    with _alone(work, name):
        train(
            config.training_of(name),
            student.parent,
            read_rows(problems, ["problem_id", "problem", "answer"], only=only),
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
        )


def _alone(work: Path, name: str) -> AbstractContextManager[None]:
    """A training process can outlive its killed workflow and would write to the same folder."""
    if os.environ.get("RANK", "0") != "0":
        return nullcontext()
    return locked(work.with_name(f"{work.name}.lock"), f"the training run {name}")
