"""Stages of staged RL: what each trains on, for how long, and how."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from sws.config.rl import RLConfig
from sws.config.section import NAME, Positive, Section

Domain = Literal["mathematics", "code", "text"]
#: Part of a file's name; `+` joins levels.
StageName = Annotated[str, StringConstraints(pattern=NAME)]


class Plateau(Section):
    """When a stage's reward has stopped to rise."""

    window: Positive = Field(100, description="Training steps that a mean reward is taken over.")
    gain: float = Field(
        0.005,
        description="The stage ends when the mean reward of the last `window` steps exceeds that "
        "of the `window` before by less than this.",
    )


class Stage(Section):
    """One stage of training; it starts from the student of the stage before."""

    name: StageName = Field("stage1", description="Name in files and results.")
    level: str | dict[Domain, str] = Field(
        "level2",
        description="The level trained on; `level2+level3`: both together; or one for each domain "
        "({mathematics: level1, code: level3}), where a domain not named is left out.",
    )
    steps: Positive = Field(1600, description="Training steps at most.")
    plateau: Plateau | None = Field(
        None, description="Stop earlier, when the reward stops to rise; null: after `steps`."
    )
    max_tokens: Positive = Field(16_384, description="Longest solution sampled, in tokens.")
    mask_truncated: bool = Field(
        False, description="Whether solutions cut off at max_tokens are left out of the loss."
    )
    entropy: float = Field(0.001, ge=0, description="Weight of the entropy bonus in the loss.")
    kl: float = Field(
        0.001, ge=0, description="Weight of the KL divergence from the stage's first student."
    )


class StagedRL(RLConfig):
    """How every stage is trained, but for what the stage itself says."""

    prompts_per_step: int = Field(128, ge=1, description="Prompts in each step's batch.")
    group_size: int = Field(16, ge=2, description="Rollouts per prompt.")
    updates_per_step: int = Field(
        1, ge=1, description="Optimizer updates made from each step's batch; 1: on-policy."
    )
    learning_rate: float = Field(
        1e-6, gt=0, description="AdamW's learning rate, constant after the warm-up."
    )
    warmup_steps: int = Field(
        0, ge=0, description="Training steps over which the learning rate rises from zero."
    )
    clip_ratio_high: float = Field(
        0.2, gt=0, description="Probability ratios are clipped above 1 + clip_ratio_high."
    )
    resample_rounds: int = Field(
        0, ge=0, description="Further rounds of sampling per step, for the accuracy bounds."
    )


#: The paper's two stages.
STAGES = (
    Stage(name="stage1", level="level2", plateau=Plateau()),
    Stage(
        name="stage2",
        level="level3",
        steps=400,
        max_tokens=24_576,
        mask_truncated=True,
        entropy=0.0,
    ),
)


def levels_of(stage: Stage) -> list[str]:
    """The levels that a stage names, for any domain."""
    named = [stage.level] if isinstance(stage.level, str) else list(stage.level.values())
    return [level for names in named for level in names.split("+")]


def trains_on(stage: Stage, domain: str) -> frozenset[str]:
    """The levels whose problems of a domain a stage trains on."""
    named = stage.level if isinstance(stage.level, str) else stage.level.get(domain, "")  # type: ignore[call-overload]
    return frozenset(named.split("+")) - {""}
