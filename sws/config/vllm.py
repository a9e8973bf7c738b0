"""How vLLM runs a model, in the process of a stage or as a server of the graph."""

from typing import Any, Literal

from pydantic import Field

from sws.config.section import Section


class VllmSettings(Section):
    """The settings of vLLM that a model may need; the same in the process and in a server."""

    dtype: Literal["auto", "float32", "bfloat16", "float16"] = Field(
        "auto",
        description="vllm: data type of the weights; auto: as stored, and a local 32-bit model is "
        "not rounded.",
    )
    gpu_memory_utilization: float | None = Field(
        None,
        gt=0,
        le=1,
        description="vllm: share of the GPU's memory to use; null: vLLM's default.",
    )
    max_num_seqs: int | None = Field(
        None, ge=1, description="vllm: sequences per batch at most; null: vLLM's default."
    )
    quantization: str | None = Field(
        None,
        description="vllm: quantization method (fp8, ...); null: as in the model's config.json.",
    )
    speculative: dict[str, Any] | None = Field(
        None,
        description="vllm: speculative decoding, passed as speculative_config: {method: ngram, "
        "num_speculative_tokens: 4}; null: none.",
    )
    trust_remote_code: bool = Field(
        False, description="vllm: run Python code from the model repository."
    )
