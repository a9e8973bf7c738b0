"""How vLLM runs a model, in the process of a stage or as a server of the graph."""

from typing import Any, Literal

from pydantic import Field

from sws.config.section import Section


class VllmSettings(Section):
    """The settings of vLLM that a model may need; the same in the process and in a server."""

    dtype: Literal["auto", "float32", "bfloat16", "float16"] = Field(
        "auto",
        description="vllm: data type of the weights; auto: as stored, and a local model in 32 bits "
        "stays so.",
    )
    gpu_memory_utilization: float | None = Field(
        None, gt=0, le=1, description="vllm: share of the GPU's memory to take; null: vLLM's own."
    )
    max_num_seqs: int | None = Field(
        None, ge=1, description="vllm: answers computed at a time; null: vLLM's own."
    )
    quantization: str | None = Field(
        None, description="vllm: quantization method (fp8, ...); null: as the model says."
    )
    speculative_config: dict[str, Any] = Field(
        {},
        description="vllm: speculative decoding: {method: ngram, num_speculative_tokens: 4}.",
    )
    seeds: Literal["auto", "request", "engine"] = Field(
        "auto",
        description="vllm: `request`: an answer is drawn from its request's own seed, whatever "
        "else is at work; `engine`: from one stream, which a GPU samples faster; auto: request "
        "without a GPU, engine with one.",
    )
    trust_remote_code: bool = Field(False, description="vllm: run code that comes with the model.")


class ServedSettings(VllmSettings):
    """Where the vLLM of a role runs: in the process of each shard, or in servers of the graph."""

    servers: int = Field(
        0,
        ge=0,
        description="vllm: servers that the graph starts, each shared by its part of the shards; "
        "0: a vLLM in the process of every shard.",
    )
    data_parallel: int = Field(
        1, ge=1, description="vllm: copies of the model in a server, each on its own GPUs."
    )
