"""From rollouts to blueprints: which problems failed, their concepts, and what to write about."""

from typing import Literal

from pydantic import Field

from sws.config.section import Positive, Section, Share


class Weakness(Section):
    """Which problems count as persistently failed (SwS, Eq. 4)."""

    form: Literal["inclusive", "strict"] = Field(
        "inclusive",
        description="strict: best accuracy < threshold and slope < 0; inclusive: <= in both.",
    )
    threshold: Share = Field(
        0.5,
        description="Highest mean accuracy, in any epoch, of a problem that counts as failed.",
    )
    slope: bool = Field(
        True, description="Whether a problem with rising accuracy does not count as failed."
    )


class Concepts(Section):
    """How concepts are extracted from the failed problems."""

    per_problem: Positive = Field(3, description="Concepts the extractor is asked for per problem.")
    merge_similarity: Share = Field(
        0.92,
        description="Concept names of a category with at least this cosine similarity are merged.",
    )


class Blueprints(Section):
    """What to write problems about (SwS, Eq. 5 and Appendix F)."""

    total: Positive = Field(
        1_000_000, description="Blueprints in all, divided among the categories by Eq. 5."
    )
    concepts: Positive = Field(5, description="Concepts per blueprint.")
    candidates: Positive = Field(1, description="Problems written from each blueprint.")
    temperature: float = Field(
        0.2, gt=0, description="Temperature of the softmax that draws the next concept."
    )
    levels: tuple[str, ...] = Field(
        ("AMC12", "AIME"),
        min_length=1,
        description="Target difficulties, as named in the generator's prompt; drawn at random.",
    )
    on_shortage: Literal["reduce", "error"] = Field(
        "reduce",
        description="If a category has too few distinct concept combinations: reduce its budget, "
        "or stop with an error.",
    )
