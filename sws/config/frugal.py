"""What a run leaves out because it decides nothing any more: on in `micro` and with `+frugal`."""

from pydantic import Field

from sws.config.section import Positive, Section, Share


class Frugal(Section):
    """The same data set for fewer GPU-hours (docs/frugal.md)."""

    waves: int = Field(
        1,
        ge=1,
        le=9,
        description="Waves of synthesis: after the first, each asks per category for what the "
        "budget of the augmented set still lacks, at the survival rates so far. 1: all blueprints "
        "at once, whatever survives.",
    )
    first: float = Field(
        0.1, gt=0, le=1, description="With `waves`: the share of all blueprints in the first one."
    )
    over: Share = Field(
        0.05,
        description="With `waves`: how many more may survive than a category's budget, as a share "
        "of it.",
    )
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
    prompts: bool = Field(
        False,
        description="In the arms' training, skip prompts whose accuracy so far predicts a group "
        "out of the accuracy bounds. The initial run skips none.",
    )
    explore: Share = Field(
        0.05, description="With `prompts`: the share of such prompts that is drawn all the same."
    )
