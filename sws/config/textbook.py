"""How often the embedded teacher errs, and in which ways."""

from pydantic import Field

from sws.config.section import Section, Share


class Fallibility(Section):
    """Error rates of the textbook's roles; all 0: a teacher that is never wrong."""

    categorizer_wrong: Share = Field(
        0.02, description="Rate at which the categorizer names a wrong category."
    )
    extractor_broken: Share = Field(
        0.04, description="Rate at which the extractor's list is invalid JSON or lacks its fence."
    )
    extractor_variant: Share = Field(
        0.25,
        description="Rate at which the extractor spells a concept differently (case, number, "
        "synonym).",
    )
    generator_unsolvable: Share = Field(
        0.10, description="Rate at which the generator omits a number that the problem needs."
    )
    generator_multiple_choice: Share = Field(
        0.03, description="Rate at which the generator writes a multiple-choice problem."
    )
    generator_multi_part: Share = Field(
        0.03, description="Rate at which the generator asks two questions in one problem."
    )
    generator_proof: Share = Field(
        0.02, description="Rate at which the generator asks for a proof instead of an answer."
    )
    generator_unfenced: Share = Field(
        0.03, description="Rate at which the generator omits the fenced block around the problem."
    )
    generator_off_blueprint: Share = Field(
        0.04, description="Rate at which the generator ignores the concepts of the blueprint."
    )
    generator_off_level: Share = Field(
        0.08, description="Rate at which the generator misses the target level by one or two."
    )
    judge_missed: Share = Field(
        0.15, description="Rate at which a judge overlooks the flaw of a flawed problem."
    )
    judge_slandered: Share = Field(
        0.05, description="Rate at which a judge rejects a sound problem."
    )
    judge_grudging: Share = Field(
        0.05,
        description="Rate at which a judge rates a criterion Acceptable where Perfect is correct.",
    )
    judge_garbled: Share = Field(
        0.02,
        description="Rate at which a judge's verdict is missing or contradicts its own ratings.",
    )
    labeler_wrong: Share = Field(
        0.04, description="Rate of wrong solutions by the labeler at level 1, per sample."
    )
    labeler_wrong_per_level: Share = Field(
        0.05, description="Added to labeler_wrong for every level above 1."
    )
    labeler_misconception: Share = Field(
        0.04,
        description="Share of problems where the labeler makes the mistake that students make too.",
    )
    labeler_quirk: Share = Field(
        0.0,
        description="Share of problems where the labeler makes a mistake of its own in most "
        "samples.",
    )
    labeler_unparsed: Share = Field(
        0.03, description="Rate at which the labeler's solution ends without a boxed answer."
    )


class VerifierFallibility(Section):
    """Error rates of the textbook as verifier of solutions (S²R)."""

    missed: Share = Field(0.10, description="Rate at which it calls a wrong solution correct.")
    slandered: Share = Field(0.05, description="Rate at which it calls a right solution incorrect.")
    unstated: Share = Field(0.02, description="Rate at which it ends without a judgement.")
