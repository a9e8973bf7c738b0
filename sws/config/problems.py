"""Where problems come from: the seed set, the bank and the benchmarks."""

from pydantic import Field

from sws.config.section import NAME, VERIFIER, Category, Level, Positive, Section, Share


class Columns(Section):
    """Which columns of the source hold what."""

    problem: str = Field("problem", description="The column with the problem's text.")
    answer: str = Field("answer", description="The column with the reference answer.")
    category: str | None = Field(
        "category",
        description="The column with the category; null: the categorizer assigns one. Only the "
        "default column may be missing from the source.",
    )


class ProblemSet(Section):
    """Where a set of problems with verifiable answers comes from."""

    source: str = Field(
        "textbook",
        description="`textbook` (embedded), a .parquet, .jsonl or .csv file, or a Hub dataset id.",
    )
    subset: str | None = Field(None, description="Configuration name of the Hub dataset.")
    split: str = Field("train", description="Split of the Hub dataset.")
    revision: str | None = Field(None, description="Tag or commit of the Hub dataset.")
    columns: Columns = Columns()
    verifier: str = Field(
        "math",
        pattern=VERIFIER,
        description="How answers are checked: math, exact, choice, code (the answer is tests), or "
        "`module:function`, your own: function(gold, completion) returns True, False or None.",
    )
    limit: Positive | None = Field(None, description="Use only the first N rows; null: all.")
    per_category: Positive = Field(40, description="Textbook only: problems per category.")
    levels: tuple[Level, ...] = Field(
        (1, 2, 3, 4, 5), min_length=1, description="Textbook only: difficulty levels, 1 to 5."
    )
    units_per_category: Positive = Field(
        4, description="Textbook only: use the first N units (topics) of each category."
    )
    category_levels: dict[Category, tuple[Level, ...]] = Field(
        {}, description="Textbook only: levels of individual categories, in place of `levels`."
    )


class SeedSet(ProblemSet):
    """The problems that the student starts from."""

    near_duplicate: Share = Field(
        0.9,
        description="Two problems whose word 3-grams have at least this Jaccard similarity count "
        "as one.",
    )


class Bank(SeedSet):
    """The problems that the arm `selection` selects from."""

    per_category: Positive = Field(200, description="Textbook only: problems per category.")
    # At level 1 the textbook has too few different problems for so large a set.
    levels: tuple[Level, ...] = Field(
        (2, 3, 4, 5), min_length=1, description="Textbook only: difficulty levels, 1 to 5."
    )


class Benchmark(ProblemSet):
    """A held-out set; nothing that overlaps with it is trained on."""

    name: str = Field("textbook", pattern=NAME, description="Name in results; must be unique.")
