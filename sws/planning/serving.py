"""Which is cheaper for a role: vLLM in the process of every shard, or servers that shards share.

Sampling itself costs the same. What differs are the GPU-hours in which nothing is sampled: a model
that loads, and the end of a job, where the GPU waits for its longest answer.
"""

from math import ceil

from sws.config.roles import Role
from sws.config.schema import Config
from sws.planning import calibration
from sws.planning.needs import gpus_of

#: Seconds to start vLLM, and for each billion parameters of weights in 16 bits at 1 GB/s.
START, LOAD = 60.0, 2.0
#: Tokens a second of one answer that is alone at the end, for a model of 7 billion parameters.
ALONE = 80.0
#: Length of the longest answers, in mean answers.
TAIL = 3.0
#: GB of the card of the calibration, an A100-40G.
CARD = 40.0
#: Shards that share a server where the configuration names none: they are one job of one node.
SHARDS = 64
#: GPU-hours under which neither matters.
NEGLIGIBLE = 1.0


def idle_hours(role: Role, name: str, billions: float, starts: int) -> float:
    """GPU-hours of `starts` engines in which they load, or wait for their longest answers."""
    expected = calibration.TOKENS[name.partition(":")[0]]
    longest = min(TAIL * expected, role.max_tokens)
    gpus = gpus_of(billions, CARD)
    tail = longest / ALONE * billions / 7 / gpus
    return starts * gpus * (START + LOAD * billions + tail) / 3600


def advice(config: Config, name: str, jobs: int, billions: float) -> str | None:
    """Which is cheaper for a role with this many jobs, and why; None if it hardly matters."""
    role = config.roles.named(name)
    if role.engine != "vllm" or jobs < config.shards or config.shards == 1:
        return None
    rounds = jobs // config.shards
    servers = min(role.servers or ceil(config.shards / SHARDS), config.shards)
    alone = idle_hours(role, name, billions, jobs)
    shared = idle_hours(role, name, billions, rounds * servers)
    if alone - shared < NEGLIGIBLE:
        return None
    which = f"{servers} server{'s' * (servers > 1)} a round"
    said = (
        f"{name}: {jobs} starts of vLLM, one a shard, leave GPUs idle for {alone:,.1f} GPU-hours "
        f"(loading, and waiting for the longest answers), {which} for {shared:,.1f}"
    )
    if role.servers:
        return f"{said}: servers are cheaper, as configured"
    return f"{said}: cheaper with roles.{_key(name)}.servers: {servers}"


def _key(name: str) -> str:
    return f"judges.{name[6:]}" if name.startswith("judge:") else name
