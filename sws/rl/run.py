"""Train a student folder into another student folder; resumable at any time."""

import shutil
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import torch
from transformers import AutoConfig, PreTrainedTokenizerBase

from sws.config.rl import RLConfig
from sws.identity import seed_for
from sws.rl.arguments import grpo_arguments
from sws.rl.lora import merged
from sws.rl.plateau import StopAtPlateau
from sws.rl.process import join_processes
from sws.rl.questions import prepare_questions
from sws.rl.recorder import Journal, Recorder
from sws.rl.report import Report
from sws.rl.rollouts import Rollouts
from sws.rl.trainer import Trainer, build_trainer, load_tokenizer
from sws.rl.variant import PLAIN, Variant
from sws.rl.work import discard, histories_of_all, prepare_work, run_identity, where_it_stands
from sws.student.folder import MANIFEST, check_student, save_student
from sws.verifiers import open_verifier


class Result(NamedTuple):
    """The files that a run leaves."""

    student: Path  # manifest of the trained student's folder
    rollouts: Path  # manifest of the table of all rollouts
    metrics: Path  # one line of JSON per step


def train(
    config: RLConfig,
    student_dir: Path | str,
    problems: Iterable[Mapping[str, Any]],
    out_dir: Path | str,
    run_name: str,
    seed: int,
    *,
    prompt_suffix: str = "",
    temperature: float = 1.0,
    top_p: float = 1.0,
    max_tokens: int = 8192,
    verifier: str = "math",
    read_thoughts: bool = False,
    work_dir: Path | str | None = None,
    resume: bool = True,
    variant: Variant = PLAIN,
) -> Result:
    """Train a student with verified rewards, on rows with problem_id, problem and answer.

    Writes `student/`, `rollouts.json` with its table, and `metrics.jsonl` into `out_dir`. Until
    the end everything is in `work_dir` (by default `out_dir/work`): checkpoints and the rollouts
    of each step. The same run continues from its last checkpoint unless `resume` is False. Call it
    in every process of `accelerate launch`. Raises SwsError for an unusable student or problem set.
    """
    state = join_processes(config.threads)
    out, work = Path(out_dir), Path(work_dir or Path(out_dir) / "work")
    student = check_student(student_dir)
    tokenizer = load_tokenizer(student)
    questions = prepare_questions(problems, tokenizer, prompt_suffix, config.max_prompt_tokens)
    run_seed = seed_for(seed, "rl", run_name)
    journal = Journal(work / "metrics.jsonl")
    if state.is_main_process:
        sampling = (prompt_suffix, temperature, top_p, max_tokens, verifier, read_thoughts)
        own = [variant.identity] if variant.identity else []
        identity = run_identity(config, student, questions, run_name, seed, *sampling, *own)
        prepare_work(work, identity, journal, config.updates_per_step, resume)
    state.wait_for_everyone()
    checkpoint, position, rate = where_it_stands(work, journal, state.is_main_process)
    stop = StopAtPlateau(journal, config, *variant.plateau) if variant.plateau else None
    if stop and checkpoint and (done := stop.reached_after()):
        config = config.model_copy(update={"steps": done})  # killed between its end and its files
    arguments = grpo_arguments(
        config, work / "checkpoints", run_seed, temperature, top_p, max_tokens
    )
    for name, value in variant.arguments.items():
        setattr(arguments, name, value)
    recorder = Recorder(work / "rollouts", run_name, state.process_index)
    on_main = state.is_main_process
    histories = partial(histories_of_all, recorder.folder, config, on_main)
    stream = variant.stream(questions, run_seed, position, histories)
    checking = open_verifier(verifier, workers=variant.workers, read_thoughts=read_thoughts)
    with checking as checks, Report(journal, config.steps, run_name, on_main) as report:
        rollouts = Rollouts(config, questions, stream, recorder, checks, run_seed, report, rate)
        callbacks = [stop] if stop else []
        trainer = build_trainer(arguments, config, student, tokenizer, rollouts, Trainer, callbacks)
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    return finish(trainer, config, tokenizer, student, recorder, journal, out, work)


def finish(
    trainer: Trainer,
    config: RLConfig,
    tokenizer: PreTrainedTokenizerBase,
    source: Path,
    recorder: Recorder,
    journal: Journal,
    out: Path,
    work: Path,
) -> Result:
    """Write the student, the rollouts and the metrics."""
    result = Result(out / "student" / MANIFEST, out / "rollouts.json", out / "metrics.jsonl")
    weights = trainer.accelerator.get_state_dict(trainer.model_wrapped)  # on every rank, for shards
    trainer.accelerator.wait_for_everyone()
    if trainer.accelerator.is_main_process:
        model = trainer.accelerator.unwrap_model(trainer.model)
        if config.lora_rank:
            weights, model = merged(config, source, weights), model.get_base_model()
        dtype = AutoConfig.from_pretrained(source).dtype or torch.float32
        state = stored(weights, model.to(dtype), dtype)
        recorder.compact(result.rollouts)
        shutil.copyfile(journal.path, result.metrics)
        save_student(model, tokenizer, result.student.parent, state, source=recorder.run)
        discard(work)
    trainer.accelerator.wait_for_everyone()
    return result


def stored(
    weights: Mapping[str, torch.Tensor], model: Any, dtype: torch.dtype
) -> dict[str, torch.Tensor]:
    """Weights in the data type of the student's files; those that are tied to others, once."""
    tied = set(model.all_tied_weights_keys)
    return {name: value.to(dtype) for name, value in weights.items() if name not in tied}
