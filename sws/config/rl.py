"""How students are trained by reinforcement learning, and which runs are compared."""

from typing import Literal, Self

from pydantic import Field, model_validator

from sws.config.devices import Devices
from sws.config.section import Positive, Section


class RLConfig(Devices):
    """GRPO as SwS uses it: Eq. 3 with clip-higher, token-level loss and accuracy bounds."""

    steps: int = Field(
        200, ge=1, description="Training steps, each one batch of rollouts. Paper: 200, then 600."
    )
    prompts_per_step: int = Field(1024, ge=1, description="Prompts in each step's batch.")
    group_size: int = Field(
        8, ge=2, description="Rollouts per prompt, whose rewards are normalized together."
    )
    updates_per_step: int = Field(
        4, ge=1, description="Optimizer updates made from each step's batch (mini-batches)."
    )
    learning_rate: float = Field(
        5e-7, gt=0, description="AdamW's learning rate, constant after the warm-up."
    )
    warmup_steps: int = Field(
        20, ge=0, description="Training steps over which the learning rate rises from zero."
    )
    optimizer: Literal["adamw", "adamw_8bit", "paged_adamw_8bit"] = Field(
        "adamw",
        description="adamw_8bit: moments in 8 bits, a quarter of the memory (needs bitsandbytes "
        "and a GPU); paged_adamw_8bit: and in the memory of the host when the GPU's is full.",
    )
    lora_rank: int = Field(
        0,
        ge=0,
        description="Rank of LoRA adapters, which are trained in place of the weights and merged "
        "into them at the end (needs peft); 0: train all weights.",
    )
    lora_alpha: int | None = Field(
        None, ge=1, description="Scale of LoRA's updates is lora_alpha / lora_rank; null: 2."
    )
    lora_modules: str | tuple[str, ...] = Field(
        "all-linear", description="Modules that get LoRA adapters: names, or all-linear."
    )
    clip_ratio_low: float = Field(
        0.2, gt=0, lt=1, description="Probability ratios are clipped below 1 - clip_ratio_low."
    )
    clip_ratio_high: float = Field(
        0.28, gt=0, description="Probability ratios are clipped above 1 + clip_ratio_high."
    )
    accuracy_low: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Groups with a mean accuracy below this are not trained on.",
    )
    accuracy_high: float = Field(
        1.0,
        ge=0,
        le=1,
        description="Groups with a mean accuracy above this are not trained on.",
    )
    resample_rounds: int = Field(
        8,
        ge=0,
        description="Further rounds of sampling per step, until enough groups are within the "
        "accuracy bounds (dynamic sampling).",
    )
    max_prompt_tokens: int = Field(
        1024, ge=1, description="Longest prompt, in tokens; a longer one is an error."
    )
    sampler_correction: Literal["none", "truncate"] = Field(
        "none",
        description="Importance weights for the difference between vLLM's probabilities and the "
        "trainer's. none: Eq. 3 as published; truncate: per token, at most "
        "sampler_correction_max.",
    )
    sampler_correction_max: float = Field(
        3.0, ge=1, description="Largest importance weight of a token."
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.accuracy_low > self.accuracy_high:
            raise ValueError(
                f"accuracy_low {self.accuracy_low} is above accuracy_high {self.accuracy_high}"
            )
        if (self.prompts_per_step * self.group_size) % self.updates_per_step:
            raise ValueError(
                f"prompts_per_step {self.prompts_per_step} * group_size {self.group_size} is not "
                f"a multiple of updates_per_step {self.updates_per_step}"
            )
        return self


class InitialRL(RLConfig):
    """The initial run, or another trainer's rollouts in its place."""

    rollouts: str | None = Field(
        None,
        description="Rollouts of another trainer (a file, folder, glob, URL or Hub id), in place "
        "of the first round's initial run; the configured student then takes the place of the "
        "initially trained one.",
    )
    reward: str | None = Field(
        None,
        description="Of `rollouts`: the column of the reward; null: found by its name.",
    )
    threshold: float | None = Field(
        None,
        description="Of `rollouts`: the reward from which a rollout is correct; null: rewards are "
        "only 0 and 1, or -1 and 1.",
    )
    tokenizer: str | None = Field(
        None,
        description="Of `rollouts` whose prompts are token ids: the folder or Hub id of the "
        "tokenizer; null: the student's.",
    )


ArmName = Literal["extended", "sws", "random", "selection"]


class Arms(Section):
    """The training runs that are compared."""

    names: tuple[ArmName, ...] = Field(
        ("extended", "sws"),
        min_length=1,
        description="Runs to compare. sws: seed set and synthetic problems; extended: the same "
        "steps on the seed set alone; random: as sws, but from seed problems drawn regardless of "
        "weakness; selection: problems of the bank nearest to the failed ones.",
    )
    training: RLConfig = Field(RLConfig(), description="How every arm is trained.")
    steps: dict[ArmName, Positive] = Field(
        {},
        description="Steps of single arms, in place of training.steps: a control that costs as "
        "much as `sws` with its synthesis, say.",
    )
