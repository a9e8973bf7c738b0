"""What the budget goes to, and how arms draw seed problems and new ones."""

from typing import Annotated, Literal

from pydantic import Field

from sws.config.section import Section, Share


class Curriculum(Section):
    """Departures from the paper that a sweep can measure (docs/sweeps.md)."""

    budget: Literal["failed", "reachable"] = Field(
        "failed",
        description="The failed problems that Eq. 5 counts. reachable: those that the student "
        "solved at least once, so that no budget goes to categories where it cannot learn (all "
        "failed ones where none was).",
    )
    seed_share: Share | None = Field(
        None,
        description="In arms with more problems than the seed set: the share of draws that goes to "
        "seed problems. null: in proportion to their number.",
    )
    order: Literal["random", "easy-first"] = Field(
        "random",
        description="easy-first: an arm's first pass visits synthetic problems from the easiest to "
        "the hardest, by the accuracy that the difficulty filter measured.",
    )

    mastered: Annotated[float, Field(gt=0, le=1)] | None = Field(
        None,
        description="In arms with synthetic problems: the accuracy at which a category is no "
        "longer weak, measured on the synthetic problems of it that training has drawn. From there "
        "on no more of them are drawn. null: they are drawn to the end.",
    )

    @property
    def changes_draws(self) -> bool:
        """Whether an arm draws its prompts otherwise than in a random order of all."""
        return self.seed_share is not None or self.order != "random" or self.mastered is not None
