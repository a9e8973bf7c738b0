"""The second stage of S²R: RL of outcomes or of actions, on the project's rollouts and recorder."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transformers import PreTrainedTokenizerBase

from sws.config.schema import Config
from sws.config.self_verify import OfflineRL, Reinforced, SelfVerifyRL
from sws.gpu_build import check_gpu_build
from sws.identity import seed_for
from sws.rl.arguments import grpo_arguments
from sws.rl.group import Question
from sws.rl.process import join_processes
from sws.rl.questions import prepare_questions
from sws.rl.recorder import Journal, Recorder
from sws.rl.report import Report
from sws.rl.run import finish
from sws.rl.stage import alone_in
from sws.rl.stream import PromptStream
from sws.rl.trainer import build_trainer, load_tokenizer
from sws.rl.work import prepare_work, run_identity, where_it_stands
from sws.self_verify.actions import check_tokenizer
from sws.self_verify.budget import Stop, spent_by, steps_for, tokens_of
from sws.self_verify.last_solution import LastSolution
from sws.self_verify.offline_rollouts import OfflineRollouts, load_trajectories
from sws.self_verify.policy import ActionRollouts, ActionTrainer
from sws.self_verify.segments import SegmentParser
from sws.store import read_manifest, read_rows
from sws.student.folder import check_student
from sws.verifiers import AnswerVerifier, open_verifier

Step = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Run:
    """What a run trains, and on what: seed problems, or for offline RL sampled trajectories."""

    config: Config
    name: Reinforced
    rule: SelfVerifyRL | OfflineRL
    tokenizer: PreTrainedTokenizerBase
    problems: Path
    questions: dict[str, Question]

    @property
    def seed(self) -> int:
        """The seed of this run."""
        return seed_for(self.config.seed, "self-verify", self.name)

    @property
    def sampling(self) -> tuple[float, float, int]:
        """Temperature, top-p, and the longest completion."""
        config = self.config
        return self.rule.temperature, config.student.top_p, config.self_verify.max_tokens

    @property
    def parser(self) -> SegmentParser:
        """What takes completions apart."""
        return SegmentParser(self.config.self_verify.phrases)

    def identity(self, student: Path, budget: int | None) -> str:
        """A hash of everything that determines the run."""
        config, rule = self.config, self.rule
        asked = (config.student.prompt_suffix, config.self_verify.phrases.model_dump_json())
        read = [read_manifest(self.problems)["sha256"]] if isinstance(rule, OfflineRL) else []
        limit = [budget] if budget else []
        others = (*asked, *self.sampling, *read, *limit)
        return run_identity(rule, student, self.questions, self.name, config.seed, *others)

    def rollouts(
        self, position: int, rate: float, recorder: Recorder, checks: AnswerVerifier, report: Step
    ) -> ActionRollouts | OfflineRollouts:
        """What fills the batches, from a position of its stream on."""
        rule, parser, seed = self.rule, self.parser, self.seed
        if isinstance(rule, OfflineRL):
            rows = read_rows(self.problems, only="kept")
            found = load_trajectories(rows, self.tokenizer, parser, rule)
            stream = PromptStream(list(found), seed, position)
            return OfflineRollouts(rule, self.questions, found, stream, recorder, report)
        return ActionRollouts(
            rule,
            self.questions,
            PromptStream(list(self.questions), seed, position),
            recorder,
            LastSolution(checks, parser),
            seed,
            report,
            rate,
            level="process" if self.name == "process" else "outcome",
            rule=rule,
            parser=parser,
            solutions=checks,
        )


def run(
    config: Config,
    name: Reinforced,
    student_json: Path,
    problems: Path,
    out: Path,
    spent: Sequence[Path] = (),
) -> None:
    """Train a student on `problems`; write `student/`, rollouts and metrics beside `out`.

    With `spent` it ends when it sampled the tokens that those runs and tables spent. Resumes from
    its last checkpoint. Raises SwsError for an unusable student or problem set.
    """
    check_gpu_build()
    student = check_student(student_json.parent)
    state = join_processes(_rule(config, name).threads)
    tokenizer = load_tokenizer(student)
    check_tokenizer(tokenizer, config.self_verify.phrases)
    budget = tokens_of(spent) if spent else None
    with alone_in(out) as work:
        journal = Journal(work / "metrics.jsonl")
        one = _prepared(config, name, tokenizer, problems)
        if state.is_main_process:
            identity = one.identity(student, budget)
            prepare_work(work, identity, journal, one.rule.updates_per_step, resume=True)
        state.wait_for_everyone()
        recorder = Recorder(work / "rollouts", name, state.process_index)
        trainer = _trained(one, student, work, journal, recorder, budget, state.is_main_process)
        finish(trainer, one.rule, tokenizer, student, recorder, journal, out.parent, work)


def _rule(config: Config, name: Reinforced) -> SelfVerifyRL | OfflineRL:
    return config.self_verify.offline if name == "offline" else config.self_verify.rl


def _prepared(
    config: Config, name: Reinforced, tokenizer: PreTrainedTokenizerBase, problems: Path
) -> Run:
    """The run with the prompts of its problems; of offline RL each has several trajectories."""
    rule = _rule(config, name)
    only = "kept" if "kept" in read_manifest(problems)["schema"] else None
    rows = read_rows(problems, ["problem_id", "problem", "answer"], only=only)
    suffix = config.student.prompt_suffix
    if name == "offline":
        rows = iter({row["problem_id"]: row for row in rows}.values())
    questions = prepare_questions(rows, tokenizer, suffix, rule.max_prompt_tokens)
    return Run(config, name, rule, tokenizer, problems, questions)


def _trained(
    one: Run,
    student: Path,
    work: Path,
    journal: Journal,
    recorder: Recorder,
    budget: int | None,
    on_main: bool,
) -> ActionTrainer:
    """The trainer after its last step."""
    rule, config = one.rule, one.config
    checkpoint, position, rate = where_it_stands(work, journal, on_main)
    if budget and isinstance(rule, SelfVerifyRL):
        rule = rule.model_copy(update={"steps": steps_for(budget, rule, journal)})
    thoughts = config.student.read_thoughts
    with (
        open_verifier(config.seed_set.verifier, read_thoughts=thoughts) as checks,
        Report(journal, rule.steps, one.name, on_main) as report,
    ):
        rollouts = one.rollouts(position, rate, recorder, checks, report)
        if checkpoint and isinstance(rollouts, ActionRollouts):
            rollouts.baselines.restore(journal.lines()[-1].get("baselines", {}))
        arguments = grpo_arguments(rule, work / "checkpoints", one.seed, *one.sampling)
        # Not 0: TRL loads the model that sampled offline trajectories only then.
        arguments.beta = rule.beta or float(one.name == "offline")
        trainer: ActionTrainer = build_trainer(
            arguments, rule, student, one.tokenizer, rollouts, ActionTrainer, rule=rule
        )
        if budget and isinstance(rollouts, ActionRollouts):
            trainer.add_callback(Stop(budget, spent_by(journal.lines()), rollouts))
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    return trainer
