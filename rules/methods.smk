# What the rules of the two other methods share: functions that name inputs and keys.

STAGED = CONFIG.staged


def source_of_attempts(wildcards):
    """The base student to sample, or the recorder's rollouts of the initial run."""
    if CONFIG.self_verify.trajectories.attempts == "samples":
        return BASE
    if not CONFIG.trains_initially(1):
        raise WorkflowError(
            "self_verify.trajectories.attempts: rollouts are those of the initial run, which "
            "initial_rl.rollouts replaces. To do: set self_verify.trajectories.attempts to samples"
        )
    return "data/round1/training/initial/rollouts.json"


def start_of_level(wildcards):
    """The student that a run of S²R starts from."""
    return (
        BASE if wildcards.level == "plain" else "data/self_verify/training/sft/student/student.json"
    )


def staged_start():
    """The student that the first stage starts from."""
    return student_named(STAGED.start, CONFIG.rounds)


def student_before(wildcards):
    """Where a stage starts: the student of the stage before."""
    before = STAGED.before(wildcards.stage)
    return f"data/staged/training/{before}/student/student.json" if before else staged_start()


def student_assessed(wildcards):
    """The student that is measured: the one that training started from, or a stage's."""
    if wildcards.learner == STAGED.start:
        return staged_start()
    return f"data/staged/training/{wildcards.learner}/student/student.json"


def scorer_student(wildcards):
    """The student that a scorer is, if it is one."""
    by = STAGED.scorers[wildcards.scorer].by
    return student_named(by, 1) if by in ("base", "initial") else []


def scorer_keys(wildcards):
    """What a scorer's pass rates depend on."""
    scorer = STAGED.scorers[wildcards.scorer]
    keys = [f"staged.scorers.{wildcards.scorer}", "seed"]
    if scorer.by == "column":
        keys.append("seed_set")
    elif scorer.by != "histories":
        keys += ["student.prompt_suffix", "staged.code_suffix", *VERIFIER]
        keys += ["textbook"] if scorer.by == "model" else ["student"]
    return uses(*keys)


def keys_of_stage(wildcards):
    """What a stage's training depends on; of the stages only its own."""
    place = [stage.name for stage in STAGED.stages].index(wildcards.stage)
    own = ("training", "ratio", "code_suffix", f"stages.{place}")
    sampling = ("student.prompt_suffix", "student.temperature", "student.top_p")
    return uses(*(f"staged.{key}" for key in own), *sampling, *VERIFIER, "seed")
