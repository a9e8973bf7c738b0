"""Train a student folder into another student folder; resumable at any time."""

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch
from accelerate import PartialState
from transformers import AutoConfig, PreTrainedTokenizerBase

from sws.config.rl import RLConfig
from sws.engines.thoughts import THINK, begins
from sws.errors import SwsError
from sws.identity import content_id, seed_for
from sws.prompts.solve import student_messages
from sws.rl.recorder import Journal, Recorder
from sws.rl.report import Report
from sws.rl.rollouts import Question, Rollouts
from sws.rl.stream import PromptStream
from sws.rl.trainer import TIMEOUT, Trainer, build_trainer, grpo_arguments, load_tokenizer
from sws.store import write_json
from sws.student.folder import MANIFEST, check_student, save_student
from sws.verifiers import open_verifier

_OPENING = 8  # tokens at the end of a prompt in which its template may open a thought
LABEL = "run.json"  # in the working folder: the identity of its run


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
) -> Result:
    """Train a student with verified rewards, on rows with problem_id, problem and answer.

    Writes `student/`, `rollouts.json` with its table, and `metrics.jsonl` into `out_dir`. Until
    the end everything is in `work_dir` (by default `out_dir/work`): checkpoints and the rollouts
    of each step. The same run continues from its last checkpoint unless `resume` is False. Call it
    in every process of `accelerate launch`. Raises SwsError for an unusable student or problem set.
    """
    on_cpu = not torch.cuda.is_available()
    if on_cpu:  # not accelerate's "cpu:0", to which a checkpoint of several processes cannot load
        os.environ.setdefault("ACCELERATE_TORCH_DEVICE", "cpu")
    state = PartialState(cpu=on_cpu, timeout=TIMEOUT)
    torch.set_num_threads(config.threads or torch.get_num_threads())
    out, work = Path(out_dir), Path(work_dir or Path(out_dir) / "work")
    student = check_student(student_dir)
    tokenizer = load_tokenizer(student)
    questions = prepare_questions(problems, tokenizer, prompt_suffix, config.max_prompt_tokens)
    run_seed = seed_for(seed, "rl", run_name)
    checkpoints = work / "checkpoints"
    arguments = grpo_arguments(config, checkpoints, run_seed, temperature, top_p, max_tokens)
    journal = Journal(work / "metrics.jsonl")
    if state.is_main_process:
        sampling = (prompt_suffix, temperature, top_p, max_tokens, verifier, read_thoughts)
        identity = run_identity(config, student, questions, run_name, seed, *sampling)
        prepare_work(work, identity, journal, config.updates_per_step, resume)
    state.wait_for_everyone()
    checkpoint = last_checkpoint(work)
    position, rate = progress_of(journal) if checkpoint else (0, 1.0)
    stream = PromptStream(list(questions), run_seed, position)
    recorder = Recorder(work / "rollouts", run_name, state.process_index)
    on_main = state.is_main_process
    checking = open_verifier(verifier, read_thoughts=read_thoughts)
    with checking as checks, Report(journal, config.steps, run_name, on_main) as report:
        rollouts = Rollouts(config, questions, stream, recorder, checks, run_seed, report, rate)
        trainer = build_trainer(arguments, config, student, tokenizer, rollouts)
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    return finish(trainer, tokenizer, student, recorder, journal, out, work)


def progress_of(journal: Journal) -> tuple[int, float]:
    """Where the prompt stream stood after the last step, and its share of groups in bounds."""
    last = journal.lines()[-1]
    return last["position"], last["in_bounds"] / last["drawn"]


def prepare_questions(
    problems: Iterable[Mapping[str, Any]],
    tokenizer: PreTrainedTokenizerBase,
    prompt_suffix: str,
    max_prompt_tokens: int,
) -> dict[str, Question]:
    """Problems by id, with prompts as token ids. Raises SwsError for an unusable problem."""
    questions: dict[str, Question] = {}
    for problem in problems:
        key = problem["problem_id"]
        if key in questions:
            raise SwsError(
                f"The problem {key} is in the training set twice",
                expected="every id once",
                fix="remove the duplicate, or derive ids from the text",
            )
        prompt = tokenizer.apply_chat_template(
            student_messages(problem["problem"], prompt_suffix),
            add_generation_prompt=True,
            return_dict=False,
        )
        if len(prompt) > max_prompt_tokens:
            raise SwsError(
                f"The prompt of problem {key} has {len(prompt)} tokens",
                expected=f"at most max_prompt_tokens = {max_prompt_tokens}",
                fix="raise max_prompt_tokens or remove the problem",
            )
        ending = tokenizer.decode(prompt[-_OPENING:])
        opening = THINK if begins(ending) else ""
        questions[key] = Question(list(prompt), problem["answer"], opening)
    if not questions:
        raise SwsError("no problems to train on", fix="check the stage that made the set")
    return questions


def run_identity(
    config: RLConfig,
    student: Path,
    questions: Mapping[str, Question],
    run_name: str,
    seed: int,
    *sampling: object,
) -> str:
    """A hash of everything that determines a run; the student counts by its manifest."""
    manifest = student / MANIFEST
    made_from = manifest.read_text() if manifest.exists() else str(student.resolve())
    asked = content_id(*sorted((key, q.prompt, q.answer) for key, q in questions.items()))
    parts = [config.model_dump_json(), made_from, asked, run_name, seed]
    return content_id(*parts, *sampling)


def prepare_work(work: Path, identity: str, journal: Journal, updates: int, resume: bool) -> None:
    """Empty the working folder, or rewind it to the last checkpoint of the same run.

    Raises SwsError when the record of a step before that checkpoint is lost.
    """
    label = work / LABEL
    known = label.exists() and json.loads(label.read_text()) == {"identity": identity}
    if not (resume and known):
        discard(work)
        write_json(label, {"identity": identity})
    checkpoint = last_checkpoint(work)
    step = _updates_done(checkpoint) // updates if checkpoint else 0
    recorder = Recorder(work / "rollouts", "")
    journal.rewind(step)
    recorder.rewind(step)
    recorded = {journal.path: {line["step"] for line in journal.lines()}}
    for place, steps in {**recorded, recorder.folder: recorder.steps()}.items():
        if lost := sorted(set(range(step)) - steps):
            raise SwsError(
                f"{place}: {len(lost)} of the {step} steps before {checkpoint} are not on record, "
                f"the first is {lost[0]}",
                expected="the record of every step, since accuracy histories are made of it",
                fix=f"put it back, or delete {work} to train this run anew",
            )


def discard(work: Path) -> None:
    """Remove the working folder, its label first, so that a partial removal is not resumed."""
    (work / LABEL).unlink(missing_ok=True)
    shutil.rmtree(work, ignore_errors=True)


def last_checkpoint(work: Path) -> Path | None:
    """The newest complete checkpoint: one with its trainer state, which is written last."""
    found = [path.parent for path in work.glob("checkpoints/checkpoint-*/trainer_state.json")]
    return max(found, key=_updates_done, default=None)


def _updates_done(checkpoint: Path) -> int:
    return int(checkpoint.name.split("-")[1])


def finish(
    trainer: Trainer,
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
        dtype = AutoConfig.from_pretrained(source).dtype or torch.float32
        model = trainer.accelerator.unwrap_model(trainer.model).to(dtype)
        state = {name: value.to(dtype) for name, value in weights.items()}
        recorder.compact(result.rollouts)
        shutil.copyfile(journal.path, result.metrics)
        save_student(model, tokenizer, result.student.parent, state, source=recorder.run)
        discard(work)
    trainer.accelerator.wait_for_everyone()
    return result
