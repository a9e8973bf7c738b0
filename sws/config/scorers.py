"""Who grades problems for staged RL, and where pass rates that are known already come from."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from sws.config.roles import Role
from sws.config.section import Positive, Section


class RateColumn(Section):
    """A column of pass rates that a data set already has."""

    source: str | None = Field(
        None,
        description="A file, folder, URL or Hub id with the same problems; null: the seed set's "
        "own source.",
    )
    split: str | None = Field(None, description="Its split; null: the seed set's.")
    problem: str | None = Field(
        None, description="Its column with the problem; null: that of the seed set."
    )
    rate: str = Field(
        "pass_rate", description="The column with the pass rate; parts of nested ones by path."
    )
    scale: float = Field(
        1.0, gt=0, description="The value that means always solved: 100 for per cent, 16 of 16."
    )
    counts: Literal["passes", "failures"] = Field(
        "passes", description="Whether the column counts solutions that pass, or that fail."
    )
    samples: Positive | None = Field(
        None, description="Solutions behind each value, if known; written to the column n."
    )


class Scorer(Section):
    """Who solves the problems, and whose pass rates the rules compare."""

    by: Literal["base", "initial", "model", "histories", "column"] = Field(
        "base",
        description="base, initial: that student, through vLLM; model: `role`; histories: the "
        "accuracy histories of the first round; column: a column that a data set has.",
    )
    samples: Positive = Field(
        8, description="Solutions sampled per problem (base, initial, model). Paper: not given."
    )
    role: Role = Field(Role(), description="The model, where it is one.")
    column: RateColumn = Field(RateColumn(), description="The column, where it is one.")

    @model_validator(mode="after")
    def _asked_here(self) -> Self:
        if self.role.servers or self.role.model == "student":
            raise ValueError("a scorer's role is a model of its own, without `servers`")
        return self


def _model(name: str, **others: Any) -> Scorer:
    return Scorer(by="model", role=Role(**{"engine": "vllm", "model": name, **LONG, **others}))


#: Of reasoning models, whose thoughts are long.
LONG = {"max_tokens": 16_384, "max_model_tokens": 18_432}
#: The paper's scorers.
SCORERS: dict[str, Scorer] = {
    "p1": Scorer(),
    "p7": _model("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B"),
    "p32": _model("deepseek-ai/DeepSeek-R1-Distill-Qwen-32B"),
    "pR": _model("deepseek-reasoner", engine="openai", url="https://api.deepseek.com/v1"),
}
