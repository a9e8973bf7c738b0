"""The filters between a candidate and the training set."""

from typing import Literal, Self

from pydantic import Field, model_validator

from sws.config.section import Positive, Section, Share


class Screening(Section):
    """Rules for candidates, applied before any model sees them."""

    min_characters: Positive = Field(10, description="Shortest problem, in characters.")
    max_characters: Positive = Field(4000, description="Longest problem, in characters.")
    near_duplicate: Share = Field(
        0.8,
        description="A candidate with at least this Jaccard similarity of word 3-grams to an "
        "earlier problem is a duplicate.",
    )
    semantic: float | None = Field(
        None,
        gt=0,
        le=1,
        description="Cosine similarity of embeddings from which a candidate says the same as an "
        "earlier problem with the same numbers, or as a benchmark's, in other words; null: "
        "meanings are not compared.",
    )
    ngram: Positive = Field(
        10,
        description="A problem that shares this many words in a row with a benchmark is dropped.",
    )


class Verdicts(Section):
    """Which candidates pass the judges."""

    keep: Literal["paper", "readme", "code"] = Field(
        "paper",
        description="paper: the share of perfect ratings is at least perfect_share and none is "
        "bad; readme: one perfect rating, and one more perfect or acceptable; code: the first "
        "judge's rating is perfect, all others are acceptable or better.",
    )
    perfect_share: Share = Field(
        0.5, description="Share of perfect ratings that keep: paper asks for."
    )


class Labels(Section):
    """Reference answers by self-consistency (majority vote)."""

    samples: Positive = Field(8, description="Solutions that the labeler samples per problem.")
    min_share: Share = Field(0.5, description="Vote share that the winning answer needs.")
    exceed: bool = Field(
        False, description="Whether the vote share must exceed min_share, not only reach it."
    )

    def keeps(self, share: float) -> bool:
        """Whether a label with this vote share is kept."""
        return share >= self.min_share and not (self.exceed and share == self.min_share)


class Band(Section):
    """Accuracy of the initially trained student on problems worth training on."""

    samples: Positive = Field(8, description="Solutions that the student samples per problem.")
    low: Share = Field(0.25, description="Lowest accuracy to keep, inclusive.")
    high: Share = Field(0.75, description="Highest accuracy to keep, inclusive.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"low {self.low} is above high {self.high}")
        return self
