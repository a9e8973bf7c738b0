"""What a run leaves out because it decides nothing any more; all off without `+frugal`."""

from pydantic import Field

from sws.config.section import Positive, Section


class Frugal(Section):
    """The same data set for fewer GPU-hours (docs/frugal.md)."""

    votes: tuple[Positive, ...] = Field(
        (),
        description="Solutions that the labeler draws in each turn, the rest in a last one, until "
        "no further one can change the label or whether it is kept: [5, 1, 2]. The same problems "
        "are kept with the same labels. []: all at once.",
    )
    judges: bool = Field(
        False,
        description="Ask the cheapest judge first, and the next only about problems whose fate "
        "the verdicts so far leave open. The same problems are kept. false: every judge rates "
        "every problem.",
    )
    difficulty: tuple[Positive, ...] = Field(
        (),
        description="Solutions that the student draws in each turn, the rest in a last one, until "
        "they decide whether a problem lies in the band: [4, 1, 1, 2]. []: all at once.",
    )
    error: float = Field(
        0.0,
        ge=0,
        lt=0.5,
        description="With `difficulty`: the chance that a decision differs from that of all "
        "samples. 0: none does; 0.05 spares a third of the samples, and 2 % of decisions differ.",
    )
