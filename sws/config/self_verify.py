"""S²R: how a student is taught to verify its own solutions and to correct them."""

from itertools import permutations
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from sws.config.section import Positive, Section, Share
from sws.config.textbook import VerifierFallibility

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


class Trajectories(Section):
    """What the student is first taught by: its own attempts, verified, the last one right."""

    attempts: Literal["samples", "rollouts"] = Field(
        "samples",
        description="Where the attempts come from: samples of the base student, or the last "
        "rollouts that the initial run recorded.",
    )
    samples: Positive = Field(5, description="Attempts per problem.")
    min_accuracy: tuple[Share, ...] = Field(
        (1.0, 0.8, 0.4),
        description="Least accuracy of a problem's attempts for a trajectory of one round, of two, "
        "and so on; below the last there is one round more. A problem that was never solved has "
        "no trajectory.",
    )
    keep_share: tuple[Share, ...] = Field(
        (1.0, 1.0, 1.0, 1.0),
        description="Share of the problems to keep, by rounds. The published code keeps "
        "(0.2394, 0.5, 0.5, 0.5).",
    )
    form: Literal["confirmative", "problem-solving"] = Field(
        "confirmative",
        description="How solutions are verified: without solving the problem again, or by it.",
    )

    @model_validator(mode="after")
    def _descending(self) -> Self:
        if list(self.min_accuracy) != sorted(set(self.min_accuracy), reverse=True):
            raise ValueError("min_accuracy must fall from one round to the next")
        if len(self.keep_share) != len(self.min_accuracy) + 1:
            raise ValueError("keep_share needs one share more than min_accuracy has")
        return self


class SelfVerify(Section):
    """Self-verification and self-correction (S²R), a method of its own beside SwS."""

    phrases: Phrases = Phrases()
    trajectories: Trajectories = Trajectories()
    textbook: VerifierFallibility = Field(
        VerifierFallibility(), description="How often the embedded textbook errs as the verifier."
    )
