"""The second stage of S²R: RL of outcomes or of actions, on the project's rollouts and recorder."""

from pathlib import Path

from sws.config.schema import Config
from sws.config.self_verify import Level
from sws.gpu_build import check_gpu_build
from sws.identity import seed_for
from sws.rl.arguments import grpo_arguments
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
from sws.self_verify.last_solution import LastSolution
from sws.self_verify.policy import ActionRollouts, ActionTrainer
from sws.self_verify.segments import SegmentParser
from sws.store import read_manifest, read_rows
from sws.student.folder import check_student
from sws.verifiers import open_verifier


def run(config: Config, level: Level, student_json: Path, problems: Path, out: Path) -> None:
    """Train the SFT student on `problems`; write `student/`, rollouts and metrics beside `out`.

    Resumes from its last checkpoint. Raises SwsError for an unusable student or problem set.
    """
    check_gpu_build()
    rule, student = config.self_verify.rl, check_student(student_json.parent)
    state = join_processes(rule.threads)
    tokenizer = load_tokenizer(student)
    check_tokenizer(tokenizer, config.self_verify.phrases)
    only = "kept" if "kept" in read_manifest(problems)["schema"] else None
    rows = read_rows(problems, ["problem_id", "problem", "answer"], only=only)
    suffix = config.student.prompt_suffix
    questions = prepare_questions(rows, tokenizer, suffix, rule.max_prompt_tokens)
    seed = seed_for(config.seed, "self-verify", level)
    with alone_in(out) as work:
        journal = Journal(work / "metrics.jsonl")
        if state.is_main_process:
            asked = (suffix, config.self_verify.phrases.model_dump_json(), *_sampling(config))
            identity = run_identity(rule, student, questions, level, config.seed, *asked)
            prepare_work(work, identity, journal, rule.updates_per_step, resume=True)
        state.wait_for_everyone()
        checkpoint, position, rate = where_it_stands(work, journal, state.is_main_process)
        recorder = Recorder(work / "rollouts", level, state.process_index)
        parser = SegmentParser(config.self_verify.phrases)
        with (
            open_verifier(
                config.seed_set.verifier, read_thoughts=config.student.read_thoughts
            ) as checks,
            Report(journal, rule.steps, level, state.is_main_process) as report,
        ):
            rollouts = ActionRollouts(
                rule,
                questions,
                PromptStream(list(questions), seed, position),
                recorder,
                LastSolution(checks, parser),
                seed,
                report,
                rate,
                level=level,
                rule=rule,
                parser=parser,
                solutions=checks,
            )
            if checkpoint:
                rollouts.baselines.restore(journal.lines()[-1].get("baselines", {}))
            arguments = grpo_arguments(rule, work / "checkpoints", seed, *_sampling(config))
            arguments.beta = rule.beta
            trainer = build_trainer(
                arguments, rule, student, tokenizer, rollouts, ActionTrainer, rule=rule
            )
            trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
        finish(trainer, rule, tokenizer, student, recorder, journal, out.parent, work)


def _sampling(config: Config) -> tuple[float, float, int]:
    """Temperature, top-p, and the longest completion."""
    return config.self_verify.rl.temperature, config.student.top_p, config.self_verify.max_tokens
