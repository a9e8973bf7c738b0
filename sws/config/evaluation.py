"""How every student is measured."""

from typing import Self

from pydantic import Field, model_validator

from sws.config.section import Positive, Section, Share


class Evaluation(Section):
    """Held-out measurement of every student."""

    samples: Positive = Field(8, description="Solutions sampled per problem.")
    pass_at: tuple[Positive, ...] = Field(
        (1, 4), description="Values of k for which pass@k is reported; at most `samples`."
    )
    resamples: Positive = Field(
        1000, description="Bootstrap resamples over problems, for confidence intervals."
    )
    temperature: float = Field(
        1.0, ge=0, description="Sampling temperature; 0: greedy, one sample per problem."
    )
    top_p: Share = Field(1.0, description="Nucleus sampling.")

    @model_validator(mode="after")
    def _enough_samples(self) -> Self:
        if max(self.pass_at, default=1) > self.samples:
            raise ValueError(
                f"pass_at {max(self.pass_at)} needs at least as many samples (now {self.samples})"
            )
        return self
