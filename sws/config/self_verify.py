"""S²R: how a student is taught to verify its own solutions and to correct them."""

from itertools import permutations
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from sws.config.section import Section

Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Phrases(Section):
    """The phrases that join the parts of a trajectory, and by which it is taken apart again.

    Letter case does not matter. The first two count at the beginning of a line, outside formulas.
    """

    verify: Phrase = Field(
        "Wait, let me recheck my solution.", description="Begins a verification."
    )
    retry: Phrase = Field("Let me try again.", description="Begins another solution.")
    correct: Phrase = Field(
        "Therefore, the answer is correct.",
        description="A verification's judgement; the last one stated counts.",
    )
    incorrect: Phrase = Field(
        "Therefore, the answer is incorrect.", description="The opposite judgement."
    )
    unsure: Phrase = Field(
        "Therefore, the answer cannot be verified.",
        description="A judgement that means the same as `incorrect`: the student has to try again.",
    )

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        named = self.model_dump().items()
        for (one, phrase), (other, longer) in permutations(named, 2):
            if phrase.lower() in longer.lower():
                raise ValueError(f"`{one}` is a part of `{other}`: no phrase may be in another")
        return self


class SelfVerify(Section):
    """Self-verification and self-correction (S²R), a method of its own beside SwS."""

    phrases: Phrases = Phrases()
