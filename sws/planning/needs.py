"""What a job of each rule needs: GPUs and memory, from the models that its configuration names."""

from math import ceil
from pathlib import Path

from sws.config.roles import Role
from sws.config.schema import Config
from sws.planning.models import UNKNOWN, billions, student_billions

#: Share of a GPU that a model's weights may fill, so that its cache has room.
HELD = 0.9
#: An embedder with fewer billion parameters than this is fast enough without a GPU.
ON_CPU = 1.0
#: The roles that a rule asks, where its name is not the role's.
ASKED = {
    "extract": "extractor",
    "generate": "generator",
    "label": "labeler",
    "seed": "categorizer",
    "bank": "categorizer",
}
EMBEDS = ("concepts", "select")
SOLVES = ("difficulty", "evaluate", "attempts", "examine", "assess")
#: Host memory in MB: of a process, for each GPU, and for each billion parameters read (in 16 bits)
#: or trained (in 32 bits, of which rank 0 gathers all and casts them).
PROCESS, PER_GPU, READ, TRAINED = 4000, 10_000, 2_200, 12_000


def gpus_of(size: float, card: float) -> int:
    """GPUs of `card` GB that share a model of `size` billion parameters: a power of two."""
    gpus = 1
    while gpus * HELD * card < 2 * size:
        gpus *= 2
    return gpus


def gpus(config: Config, rule: str, card: float, most: int) -> int:
    """GPUs of a job (`judge:NAME`, `serve:ROLE`, `scorer:NAME`): at most `most`; all to train."""
    if rule == "train":
        return most
    size = model_of(config, rule)
    if size is None or not most:
        return 0
    copies = role_of(config, rule).data_parallel if rule.startswith("serve:") else 1
    return min(most, copies * gpus_of(size, card))


def memory_mb(config: Config, rule: str, on_gpus: int) -> int:
    """Host memory of a job of a rule on `on_gpus` GPUs, in MB."""
    if not on_gpus:
        return PROCESS
    size = model_of(config, rule) or 0.0
    return PROCESS + on_gpus * PER_GPU + ceil(size * (TRAINED if rule == "train" else READ))


def model_of(config: Config, rule: str) -> float | None:
    """Billions of parameters of the model that a job of a rule runs in vLLM or trains, if any."""
    if rule in SOLVES or rule == "train" or _scorer(config, rule) in ("base", "initial"):
        return student_billions(config, Path("data/base")) or UNKNOWN
    if rule in EMBEDS:
        size = billions(config.roles.embedder.model)
        return size if size and size >= ON_CPU else None
    if _scorer(config, rule) in ("column", "histories"):
        return None
    role = role_of(config, rule)
    problems = {"seed": config.seed_set, "bank": config.bank}.get(rule)
    asks = problems is None or problems.columns.category is None
    served = role.servers and not rule.startswith("serve:")
    if role.engine != "vllm" or served or not asks:
        return None
    if role.model == "student":
        return student_billions(config, Path("data/base")) or UNKNOWN
    return billions(role.model, active=False) or UNKNOWN


def _scorer(config: Config, rule: str) -> str:
    """What a scorer of staged RL is; '' for another rule."""
    kind, _, name = rule.partition(":")
    return config.staged.scorers[name].by if kind == "scorer" else ""


def role_of(config: Config, rule: str) -> Role:
    """The role that a rule asks, or that a server plays."""
    if _scorer(config, rule) == "model":
        return config.staged.scorers[rule.removeprefix("scorer:")].role
    return config.roles.named(ASKED.get(rule, rule.removeprefix("serve:")))
