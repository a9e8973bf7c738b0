"""How often the embedded teacher errs, and in which ways."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Rate = Annotated[float, Field(ge=0.0, le=1.0)]


class Fallibility(BaseModel):
    """Error rates of the textbook's roles; all 0 makes a teacher that is never wrong."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    categorizer_wrong: Rate = Field(
        0.02, description="the categorizer names another category than the problem's"
    )
    extractor_broken: Rate = Field(
        0.04, description="the extractor's list is not valid JSON or lacks its fence"
    )
    extractor_variant: Rate = Field(
        0.25, description="the extractor spells a concept differently (case, number, synonym)"
    )
    generator_unsolvable: Rate = Field(
        0.10, description="the generator leaves out a number that the problem needs"
    )
    generator_multiple_choice: Rate = Field(
        0.03, description="the generator offers choices to pick from"
    )
    generator_multi_part: Rate = Field(0.03, description="the generator asks two questions in one")
    generator_proof: Rate = Field(
        0.02, description="the generator asks for a proof instead of an answer"
    )
    generator_unfenced: Rate = Field(
        0.03, description="the generator forgets to put the problem into a fenced block"
    )
    generator_off_blueprint: Rate = Field(
        0.04, description="the generator writes about something else than it was asked for"
    )
    generator_off_level: Rate = Field(
        0.08, description="the generator misses the difficulty by one or two levels"
    )
    judge_missed: Rate = Field(
        0.15, description="a judge overlooks what is wrong with a flawed problem"
    )
    judge_slandered: Rate = Field(0.05, description="a judge calls a sound problem bad")
    judge_grudging: Rate = Field(
        0.05, description="a judge gives a criterion only Acceptable where Perfect is due"
    )
    judge_garbled: Rate = Field(
        0.02, description="a judge's verdict is missing or contradicts its ratings"
    )
    labeler_wrong: Rate = Field(
        0.04, description="the labeler solves a problem of level 1 wrongly in one sample"
    )
    labeler_wrong_per_level: Rate = Field(
        0.05, description="what every further level adds to the labeler's error rate"
    )
    labeler_misconception: Rate = Field(
        0.04, description="problems on which the labeler takes the shortcut that students take, too"
    )
    labeler_quirk: Rate = Field(
        0.0, description="problems on which the labeler makes a mistake of its own in most samples"
    )
    labeler_unparsed: Rate = Field(
        0.03, description="the labeler's solution ends without a boxed answer"
    )
