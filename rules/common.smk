# What the chapters share: the configuration, and the functions that name inputs.
import json
import os
from functools import cache
from pathlib import Path

from sws.config import load, pass_on, with_nulls
from sws.config.curriculum import Curriculum
from sws.gpus import cards_here
from sws.identity import content_id
from sws.planning import needs
from sws.planning.prices import cheapest_first
from sws.prompts.templates import check_templates
from sws.shards import shard_names
from sws.workflow.provenance import restore
from sws.workflow.snakemake_adapter import name_group

# `config` holds what the command line overrides; params.yaml and its preset come below it.
OVERRIDES = with_nulls(config)
CONFIG = load(overrides=OVERRIDES)
# Every `sws` command of the graph, here or on a cluster node, reads the same overrides.
pass_on(OVERRIDES)

# Files that a clone, `dvc pull` or `dvc checkout` brought: what Snakemake knew of them comes along.
if workflow.is_main_process:
    restore()
    check_templates(CONFIG.prompts.model_dump())
    for caution in CONFIG.cautions():
        logger.warning(f"caution: {caution}")

# What the machines have: GPUs of a node, GB of each, and nodes of a training job.
CARDS = cards_here()
GPUS = int(os.environ.get("SWS_GPUS", CARDS.count if CARDS else 0))
GPU_MEMORY = float(os.environ.get("SWS_GPU_MEMORY", CARDS.memory if CARDS else 40))
NODES = int(os.environ.get("SWS_NODES", "1"))

# Every key with its value; rules and jobs ask for parts of it thousands of times.
KEYS = CONFIG.model_dump(mode="json")
PAPERS = Curriculum().model_dump(mode="json")
# How a round is published is no part of the experiment, and what is not set decides nothing.
EXPERIMENT = [key for key in KEYS if key != "publishing" and KEYS[key] is not None]
SHARDS = CONFIG.shard_names
# Waves of synthesis: their shards are w1-00, w1-01, ..., w2-00, ...; one wave has no number.
WAVES = CONFIG.frugal.waves
OF_WAVE = "-w{wave}" if WAVES > 1 else ""
SAMPLING = ["student.temperature", "student.top_p", "student.max_tokens"]
VERIFIER = ["seed_set.verifier", "student.read_thoughts"]
PRETRAINING = [
    *("self_verify.pretraining", "self_verify.phrases", "self_verify.textbook"),
    "self_verify.trajectories.form",
]
STUDENTS = CONFIG.students
TRAINED = [name for name in STUDENTS if name != "base"]
FOREIGN = [f"initial_rl.{key}" for key in ("rollouts", "reward", "threshold", "tokenizer")]


# `data/round1-random` is a branch of round 1: the chapters from concepts to the augmented set once
# more, on problems drawn regardless of weakness. Only the arm `random` asks for it.
NUMBER = r"\d+"


wildcard_constraints:
    round=f"{NUMBER}(-random)?",
    shard=r"(w\d+-)?\d+",
    wave=r"\d+",
    arm="|".join(["base", "initial", *CONFIG.arms.names]),
    run="|".join(["initial", *CONFIG.arms.names]),
    judge=r"[\w.-]+",


@cache
def uses(*keys):
    """The values a rule depends on, so that a change to one of them reruns the rule."""
    values = {}
    for key in keys:
        value = KEYS
        for part in key.split("."):
            value = value[int(part) if isinstance(value, list) else part]
        values[key] = value
    return json.dumps(values, sort_keys=True)


def frugal(*names):
    """The options of `frugal` that a rule depends on; nothing where they are off."""
    return [f"frugal.{name}" for name in names if KEYS["frugal"][name]]


def departures(*names):
    """The options of `curriculum` that a rule depends on; nothing where the paper's is in force."""
    section = KEYS["curriculum"]
    return [f"curriculum.{name}" for name in names if section[name] != PAPERS[name]]


@cache
def role(name):
    """What a stage that asks a role depends on."""
    settings = CONFIG.roles.named(name)
    own = f"roles.judges.{name[6:]}" if name.startswith("judge:") else f"roles.{name}"
    asked = uses(own, "seed", *(["textbook"] if settings.engine == "textbook" else []))
    return asked + CONFIG.prompts.digest(name)


def final(path):
    """A path in the last round."""
    return f"data/round{CONFIG.rounds}/{path}"


def shards_of(table):
    """All shards of a table of the same round."""
    return expand(f"data/round{{{{round}}}}/{table}/{{shard}}.json", shard=SHARDS)


def shards_of_wave(table):
    """The shards of a table that one wave of synthesis writes; all where there is one wave."""
    if WAVES == 1:
        return shards_of(table)
    names = [f"w{{wave}}-{name}" for name in shard_names(CONFIG.shards)]
    return [f"data/round{{round}}/{table}/{name}.json" for name in names]


def earlier_waves(table):
    """The shards of a table that the waves before this one wrote."""

    def named(wildcards):
        waves = range(1, int(wildcards.wave)) if WAVES > 1 else []
        names = CONFIG.shards_of(waves)
        return [f"data/round{wildcards.round}/{table}/{name}.json" for name in names]

    return named


def earlier_budgets(wildcards):
    """What the waves before this one drew."""
    waves = range(1, int(wildcards.wave)) if WAVES > 1 else []
    return [f"data/round{wildcards.round}/budget-w{wave}.json" for wave in waves]


def this_wave(wildcards):
    """The options that name a wave; none where there is one."""
    return f"--wave {wildcards.wave}" if WAVES > 1 else ""


def waves_before(wildcards, input):
    """The options that name a wave, and what the waves before it drew and kept."""
    kept = f"--survivors data/round{wildcards.round}/difficulty {input.drawn}"
    return f"{this_wave(wildcards)} {kept}" if WAVES > 1 else ""


def together(name):
    """The group of a rule's jobs, which share one job of a cluster: those of one round and wave.

    A later one depends on an earlier one by way of other jobs, and no group may depend on itself.
    """

    def named(wildcards):
        shard, _, _ = wildcards.get("shard", "").rpartition("-")
        wave = wildcards.get("wave") or shard.removeprefix("w") or "1"
        return name_group(workflow, name, f"{name}-{wildcards.round}-{wave}")

    return named


def earlier_rounds(wildcards):
    """The augmented sets of the rounds before; what is in them is not new."""
    rounds = range(1, int(wildcards.round.split("-")[0]))
    return [f"data/round{round}/augmented.json" for round in rounds]


def student_of(name):
    """The student that a role runs, if any: the initially trained one of the same round."""
    return initial_student if CONFIG.roles.named(name).model == "student" else []


def judge_student(wildcards):
    """The student that plays this judge, if any."""
    needed = CONFIG.roles.judges[wildcards.judge].model == "student"
    return initial_student(wildcards) if needed else []


def earlier_ratings(wildcards):
    """The ratings of judges who are asked before this one, the cheapest first."""
    if not CONFIG.frugal.judges:
        return []
    order = cheapest_first(CONFIG)
    folder = f"data/round{wildcards.round}/ratings"
    before = order[: order.index(wildcards.judge)]
    return [f"{folder}/{judge}/{wildcards.shard}.json" for judge in before]


def initial_student(wildcards):
    """The initially trained student of a round, or of the round that it is a branch of."""
    return student_named("initial", wildcards.round.split("-")[0])


def start_of_run(wildcards):
    """Where a training run starts: the round's first student, or the initially trained one."""
    return student_named("initial" if wildcards.run != "initial" else "base", wildcards.round)


def student_named(arm, round):
    """The folder's manifest of a student of a round; the base of round r+1 is round r's `sws`.

    Where rollouts of another trainer replace a round's initial run, its base is the initial one.
    """
    if arm == "initial" and not CONFIG.trains_initially(int(round)):
        arm = "base"
    if arm != "base":
        return f"data/round{round}/training/{arm}/student/student.json"
    before = int(round) - 1
    return f"data/round{before}/training/sws/student/student.json" if before else BASE


def evaluated_student(wildcards):
    """The student that an evaluation measures."""
    return student_named(wildcards.arm, wildcards.round)


def problems_of_run(wildcards):
    """What a run trains on; where not said otherwise, the seed set."""
    augmented = {
        "sws": "data/round{}/augmented.json",
        "random": "data/round{}-random/augmented.json",
        "selection": "data/round{}/selected.json",
    }
    return augmented.get(wildcards.run, "data/seed.json").format(wildcards.round)


def histories_of_round(wildcards):
    """What failures are found in: the initial run's rollouts, or for round 1 the user's file.

    Nothing of the graph where another trainer's rollouts replace the initial run.
    """
    if wildcards.round == "1" and CONFIG.histories:
        return CONFIG.histories
    trained = CONFIG.trains_initially(int(wildcards.round))
    return f"data/round{wildcards.round}/training/initial/rollouts.json" if trained else []


def training_of_run(wildcards):
    """The training settings of a run."""
    sections = ["initial_rl"]
    if wildcards.run != "initial":
        steps = [f"arms.steps.{wildcards.run}"] if wildcards.run in CONFIG.arms.steps else []
        draws = departures("seed_share", "order", "mastered") if wildcards.run != "extended" else []
        skips = frugal("prompts", "explore") if CONFIG.frugal.prompts else []
        sections = ["arms.training", *steps, *skips, *draws]
    return uses(*sections, "student.prompt_suffix", *SAMPLING, *VERIFIER, "seed")


def server_of(name, wildcards):
    """The address file of the server that a role's shard asks; none where vLLM runs in the job."""
    servers = CONFIG.roles.named(name).servers
    if not servers:
        return []
    wave, dash, shard = wildcards.shard.rpartition("-")
    number = f"{wave}{dash}{int(shard) % servers}"
    return f"data/round{wildcards.round}/servers/{name.replace(':', '-')}/{number}.json"


def threads_of(name):
    """A shard that asks a server waits for it most of the time; they may be more than cores."""
    return 0 if CONFIG.roles.named(name).servers else 1


def role_of(wildcards):
    """The role that a server plays."""
    return wildcards.served.replace("-", ":", 1)


def hardware(rule):
    """The GPUs of a job of a rule, and the cores and the memory that go with them.

    `rule` may be a function of the wildcards, where the model depends on them.
    """

    def named(wildcards):
        return rule(wildcards) if callable(rule) else rule

    def gpus(wildcards):
        return needs.gpus(CONFIG, named(wildcards), GPU_MEMORY, GPUS)

    def memory(wildcards, attempt):
        need = needs.memory_mb(CONFIG, named(wildcards), gpus(wildcards))
        return need * 2 ** (attempt - 1)

    return {
        "gpu": lambda wildcards: gpus(wildcards) * (NODES if rule == "train" else 1),
        "cpus_per_task": lambda wildcards: max(1, 4 * gpus(wildcards)),
        "mem_mb": memory,
    }


BASE = "data/base/student.json"
