"""How a student is trained from scratch."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

# Ability is latent, as in a real base model: careful solutions are rare where it is weak.
CAREFUL_SHARE = {
    "Prealgebra": 0.6,
    "Algebra": 0.5,
    "Number Theory": 0.4,
    "Counting & Probability": 0.3,
    "Geometry": 0.2,
    "Intermediate Algebra": 0.1,
    "Precalculus": 0.06,
}


class ScratchConfig(BaseModel):
    """A small Llama trained from nothing on worked solutions: the embedded student."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    layers: int = Field(4, ge=1, description="Transformer layers.")
    hidden: int = Field(128, ge=32, description="Width of the model; a multiple of head_size.")
    head_size: int = Field(
        32, ge=2, multiple_of=2, description="Width of an attention head; vLLM wants 32 or more."
    )
    feed_forward: int = Field(384, ge=32, description="Width of the gated feed-forward layer.")
    vocabulary: int = Field(512, ge=320, description="Tokens: bytes and the commonest word pieces.")
    max_tokens: int = Field(256, ge=32, description="Prompt and completion together, at most.")
    steps: int = Field(1500, ge=1, description="Optimiser steps.")
    batch_tokens: int = Field(2000, ge=64, description="Tokens in one step, padding included.")
    matrix_learning_rate: float = Field(0.03, gt=0, description="Muon's peak, for the matrices.")
    learning_rate: float = Field(3e-3, gt=0, description="AdamW's peak, for all else.")
    warmup: int = Field(50, ge=0, description="Steps over which the rate rises from zero.")
    weight_decay: float = Field(0.01, ge=0, description="Decay of the matrices.")
    loss_on: str = Field(
        "completion",
        pattern="^(completion|all)$",
        description="Which tokens are learned: completion (the solution) or all (the problem too).",
    )
    rows: int = Field(60_000, ge=1, description="Texts drawn; repeated as steps need.")
    units_per_category: int = Field(4, ge=1, description="Of the textbook's units, the first.")
    levels: tuple[Annotated[int, Field(ge=1, le=5)], ...] = Field(
        (1, 2, 3, 4, 5), min_length=1, description="Levels of the pages it sees."
    )
    drill_share: float = Field(0.4, ge=0, le=1, description="Share of plain arithmetic.")
    careful_share: dict[str, Annotated[float, Field(ge=0, le=1)]] = Field(
        default_factory=lambda: dict(CAREFUL_SHARE),
        min_length=1,
        description="Per category, the share of careful solutions; the others are hasty and wrong.",
    )
    threads: int = Field(0, ge=0, description="CPU threads; 0 takes what there is.")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.hidden % self.head_size:
            raise ValueError(f"hidden {self.hidden} is no multiple of head_size {self.head_size}")
        return self
