"""How a student is trained by reinforcement learning."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class RLConfig(BaseModel):
    """GRPO as SwS uses it: Eq. 3 with clip-higher, token-level loss and accuracy bounds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    steps: int = Field(200, ge=1, description="Rollout batches; the paper takes 200, then 600.")
    prompts: int = Field(1024, ge=1, description="Prompts in one step's batch.")
    group: int = Field(8, ge=2, description="Rollouts of each prompt.")
    updates: int = Field(4, ge=1, description="Optimiser updates made from one step's batch.")
    completions_per_device: int = Field(
        0, ge=0, description="Completions in one forward pass; 0 takes a whole update at once."
    )
    learning_rate: float = Field(5e-7, gt=0, description="Constant after the warm-up.")
    warmup: int = Field(20, ge=0, description="Updates over which the rate rises from zero.")
    clip_low: float = Field(
        0.2, gt=0, lt=1, description="Probability ratios are clipped under 1 - this."
    )
    clip_high: float = Field(
        0.28, gt=0, description="Probability ratios are clipped over 1 + this."
    )
    accuracy_low: float = Field(
        0.0, ge=0, le=1, description="Groups whose accuracy is lower teach nothing; inclusive."
    )
    accuracy_high: float = Field(
        1.0, ge=0, le=1, description="Groups whose accuracy is higher teach nothing; inclusive."
    )
    resample_rounds: int = Field(
        8, ge=0, description="Further draws in a step until groups in bounds fill it."
    )
    max_prompt_tokens: int = Field(1024, ge=1, description="A longer prompt is an error.")
    save_every: int = Field(20, ge=1, description="Steps between two checkpoints.")
    use_vllm: Literal["auto", "always", "never"] = Field(
        "auto",
        description="vLLM for rollouts; auto: where there is a CUDA device.",
    )
    vllm_memory: float = Field(0.4, gt=0, lt=1, description="Share of the GPU's memory for vLLM.")
    tensor_parallel: int = Field(1, ge=1, description="GPUs that share one copy of vLLM's model.")
    gradient_checkpointing: bool = Field(True, description="Trade compute for memory.")
    threads: int = Field(0, ge=0, description="CPU threads of each process; 0 takes what there is.")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.accuracy_low > self.accuracy_high:
            raise ValueError("accuracy_low must not exceed accuracy_high")
        if (self.prompts * self.group) % self.updates:
            raise ValueError("prompts * group must be a multiple of updates")
        return self
