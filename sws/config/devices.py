"""How a training run uses its devices: memory, vLLM, checkpoints. None of it is the method."""

from typing import Literal

from pydantic import Field

from sws.config.section import Section


class Devices(Section):
    """Settings that trade memory for time; a run resumes when one of them is changed."""

    completions_per_device: int = Field(
        0,
        ge=0,
        description="Completions per device in one forward and backward pass (micro-batch); "
        "0: a whole update at once, for students that take next to no memory.",
    )
    gradient_checkpointing: bool = Field(
        True, description="Recompute activations in the backward pass, to save memory."
    )
    attention: str | None = Field(
        None,
        description="Attention of transformers: sdpa, flash_attention_2 (needs flash-attn), eager; "
        "null: its own choice.",
    )
    kernels: bool = Field(
        False,
        description="Fused layers from the Hub (needs the package kernels). The loss is computed "
        "in chunks of tokens in any case.",
    )
    reduce_dtype: Literal["float32", "bfloat16"] = Field(
        "float32",
        description="Data type in which sharded gradients (FSDP) are summed over GPUs; bfloat16: "
        "half the traffic, and sums rounded to 8 bits.",
    )
    use_vllm: Literal["auto", "always", "never"] = Field(
        "auto", description="Whether vLLM samples the rollouts; auto: if there is a CUDA device."
    )
    vllm_server: str | None = Field(
        None,
        description="URL of a vLLM server that samples instead of a vLLM beside the trainer "
        "(docs/memory.md); null: beside the trainer.",
    )
    vllm_gpu_memory_utilization: float = Field(
        0.4, gt=0, lt=1, description="Share of the GPU's memory that vLLM may use."
    )
    vllm_tensor_parallel_size: int = Field(
        1, ge=1, description="GPUs that share one copy of vLLM's model."
    )
    vllm_max_num_seqs: int = Field(
        256, ge=1, le=4096, description="Completions that each vLLM computes at a time, at most."
    )
    vllm_sleep: bool = Field(
        False,
        description="Release vLLM's memory while the student learns; waking costs seconds a step.",
    )
    save_steps: int = Field(20, ge=1, description="Steps between two checkpoints, at most.")
    save_minutes: float = Field(
        30.0,
        gt=0,
        description="Minutes between two checkpoints, at most: one is written at the end of the "
        "step in which they have passed.",
    )
    threads: int = Field(
        0,
        ge=0,
        description="CPU threads of each process; 0: all that are available. On a CPU another "
        "number rounds otherwise.",
    )
