"""The memory that training needs on each GPU, by arithmetic, before anything runs.

Bytes for each parameter trained: 4 of weights, 4 of gradient, 8 of AdamW's moments (2 in 8 bits,
in which transformers keeps none of the embeddings').
FSDP shards them over all GPUs; without it every GPU holds them, and 2 more for weights in 16 bits.
Under LoRA the weights are frozen, at 2 bytes, and only the adapters are trained.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sws.config.rl import RLConfig
from sws.planning.shapes import Shape

GB = 1e9
#: Memory in GB of the cards that are common, by which tables are made.
CARDS = (24, 40, 80, 141)
#: CUDA, its libraries and NCCL's buffers.
CONTEXT = 1.5 * GB
#: Share of a card that PyTorch's allocator can fill.
USABLE = 0.95
#: vLLM's own activations and CUDA graphs.
VLLM_WORK = 2 * GB
#: Logits that TRL holds at a time: a tile of tokens by vocabulary, and its gradient.
LOGITS = 4096 * 4096 * 4 * 2
#: Completions at full length that vLLM's cache should hold at least.
AT_ONCE = 2
#: GPUs that are tried for the fewest that fit.
WORLDS = (1, 2, 4, 8, 16, 32, 64)


@dataclass(frozen=True)
class Run:
    """A training run as its memory sees it: `tokens` is the longest prompt and completion."""

    shape: Shape
    config: RLConfig
    tokens: int
    world: int  # GPUs, each with a process
    sharded: bool  # by FSDP

    @classmethod
    def of(cls, config: RLConfig, shape: Shape, tokens: int, world: int) -> "Run":
        """A run as `sws train` starts it: FSDP where several GPUs train all weights."""
        return cls(shape, config, tokens, world, world > 1 and not config.lora_rank)


@dataclass(frozen=True)
class Memory:
    """Bytes on each GPU while the student learns."""

    weights: float  # trained or frozen, with their copy in 16 bits
    gradients: float
    optimizer: float
    layers: float  # states between layers, kept for the backward pass
    working: float  # of one layer in work, its gathered weights, and the logits
    vllm: float  # 0 where it sleeps or runs elsewhere

    @property
    def training(self) -> float:
        """All but vLLM's share."""
        parts = self.weights + self.gradients + self.optimizer + self.layers + self.working
        return parts + CONTEXT

    @property
    def total(self) -> float:
        """All of it."""
        return self.training + self.vllm


def memory(run: Run, card: float) -> Memory:
    """The memory of a run on cards of `card` GB."""
    config, shape = run.config, run.shape
    parts = run.world if run.sharded else 1
    lora = config.lora_rank * shape.linear_sides
    trained = lora or shape.parameters
    in_32_bits = trained if config.optimizer == "adamw" else 0 if lora else shape.embedding
    copy = 0 if run.sharded or lora else 2 * shape.parameters
    micro = config.completions_per_device or _whole_update(run)
    tokens = micro * run.tokens
    width = 2 if run.sharded or lora else 4  # autocast keeps them in the weights' 32 bits
    states = tokens * shape.hidden * width
    layer = tokens * activations(shape)
    # Two units in 16 bits, and the gradient of one in 32; the largest unit is an embedding.
    unit = max(shape.layer, shape.embedding)
    gathered = (2 * 2 + 4) * unit if run.sharded else 0
    ddp = 4 * trained if run.world > 1 and not run.sharded else 0  # its buckets
    kept = states if config.gradient_checkpointing else layer
    return Memory(
        weights=(4 * trained + (2 * shape.parameters if lora else 0)) / parts + copy,
        gradients=4 * trained / parts + ddp,
        optimizer=(2 * trained + 6 * in_32_bits) / parts,
        layers=shape.layers * kept,
        working=2 * layer + gathered + LOGITS + 8 * tokens * shape.hidden,
        vllm=0.0 if beside(config) else config.vllm_gpu_memory_utilization * card * GB,
    )


def activations(shape: Shape) -> int:
    """Bytes that one layer keeps for its backward pass, for each token, with flash attention.

    The norms' inputs in 32 bits, and in 16 bits: what they return, queries, keys, values and what
    attention returns, the inputs of the linear layers, and gate, up and their product.
    """
    query, keys = shape.heads * shape.head_size, shape.key_heads * shape.head_size
    norms = 2 * 4 * 2 * shape.hidden
    attention = 2 * (4 * shape.hidden + 2 * query + 2 * keys)
    return norms + attention + 2 * (shape.hidden + 4 * shape.feed_forward)


def beside(config: RLConfig) -> bool:
    """Whether vLLM takes no memory while the student learns."""
    return config.use_vllm == "never" or bool(config.vllm_server) or config.vllm_sleep


def vllm_need(run: Run) -> float:
    """Bytes on each GPU that vLLM must have to sample: weights in 16 bits, and their cache."""
    config, shape = run.config, run.shape
    cache = 2 * 2 * shape.layers * shape.key_heads * shape.head_size * run.tokens
    share = config.vllm_tensor_parallel_size
    return (2 * shape.parameters + AT_ONCE * cache) / share + VLLM_WORK


def problems(run: Run, card: float) -> Iterator[str]:
    """Why a run cannot fit on cards of `card` GB; nothing where it does."""
    config, need = run.config, memory(run, card)
    room = USABLE * card * GB
    if need.total > room:
        yield (
            f"learning takes {need.total / GB:,.0f} GB of {card:g} on each GPU: weights "
            f"{need.weights / GB:,.0f}, gradients {need.gradients / GB:,.0f}, optimizer "
            f"{need.optimizer / GB:,.0f}, activations {(need.layers + need.working) / GB:,.0f}, "
            f"vLLM {need.vllm / GB:,.0f}"
        )
    if config.use_vllm == "never" or config.vllm_server:
        return
    if run.world % config.vllm_tensor_parallel_size:
        yield f"{config.vllm_tensor_parallel_size} GPUs share a vLLM: not a divisor of {run.world}"
    given = config.vllm_gpu_memory_utilization * card * GB
    states = need.weights + need.gradients + need.optimizer + CONTEXT
    if vllm_need(run) > given:
        yield f"vLLM needs {vllm_need(run) / GB:,.0f} GB on each GPU, and has {given / GB:,.0f}"
    elif given + states > room:
        yield f"vLLM's {given / GB:,.0f} GB do not fit beside {states / GB:,.0f} GB of the student"


def fewest(config: RLConfig, shape: Shape, tokens: int, card: float) -> int | None:
    """The fewest GPUs of `card` GB on which a run fits; None up to 64."""
    for world in WORLDS:
        if divides(config, world) and not any(problems(Run.of(config, shape, tokens, world), card)):
            return world
    return None


def divides(config: RLConfig, world: int) -> bool:
    """Whether a step can be shared out over `world` processes."""
    per_update, odd = divmod(
        config.prompts_per_step * config.group_size, config.updates_per_step * world
    )
    micro = config.completions_per_device or per_update
    return not (config.prompts_per_step % world or odd or per_update % micro)


def _whole_update(run: Run) -> int:
    config = run.config
    return config.prompts_per_step * config.group_size // config.updates_per_step // run.world
