"""Where problems come from: the seed set, the bank and the benchmarks."""

from typing import Literal

from pydantic import Field

from sws.categories import BOOKS
from sws.config.section import NAME, Category, Level, Positive, Section, Share, VerifierName


class Columns(Section):
    """Which columns of the source hold what; parts of nested ones by path.

    `reward_model.ground_truth` and `prompt.0.content` reach into structs, lists and JSON text.
    """

    problem: str = Field(
        "problem",
        description="The column with the problem: text, or chat messages, whose last user turn "
        "it is.",
    )
    answer: str = Field(
        "answer", description="The column with the reference answer, or a solution that ends in it."
    )
    category: str | None = Field(
        "category",
        description="The column with the category; null: the categorizer assigns one. Only the "
        "default column may be missing from the source.",
    )


class Strip(Section):
    """Instructions around the problems, which are no part of them and are removed."""

    auto: bool = Field(
        True, description="Find text that most rows begin or end with, where none is named here."
    )
    prefix: str = Field("", description="Text that problems begin with.")
    suffix: str = Field("", description="Text that problems end with.")


class ProblemSet(Section):
    """Where a set of problems with verifiable answers comes from."""

    source: str | tuple[str, ...] = Field(
        "textbook",
        description="`textbook` (embedded), `primer` (embedded arithmetic that a small pre-trained "
        "model sometimes solves, in `categories` of its own), a file, a glob, a folder, a URL "
        "(hf://, s3://), a Hub "
        "dataset id, or a list of these. `sws look SOURCE` proposes the rest of this section.",
    )
    subset: str | None = Field(None, description="Configuration name of the Hub dataset.")
    split: str = Field(
        "train",
        description="Split of a dataset or folder; also `train+test`, `train[:2000]`, "
        "`train[:10%]`.",
    )
    revision: str | None = Field(None, description="Tag or commit of the Hub dataset.")
    columns: Columns = Columns()
    verifier: VerifierName = Field(
        "math",
        description="How answers are checked: math, exact, choice, code (the answer is tests), "
        "mixed (an answer names its own: `code: [...]`, `exact: ...`; else math), or "
        "`module:function`, your own: function(gold, completion) returns True, False or None.",
    )
    where: tuple[str, ...] = Field(
        (),
        description="Conditions that a row must meet to be read: `question_type != proof`, "
        "`solve_rate <= 0.5`, `ability in [MATH, math]`.",
    )
    answers: Literal["one", "all", "any"] = Field(
        "one",
        description="A list with more than one answer: one: refuse the row; all: join them by "
        "commas, since together they are the answer; any: each of them is right (spellings of one "
        "answer count once).",
    )
    strip: Strip = Strip()
    map_categories: dict[str, str] = Field(
        {}, description="Names of categories in the source, and what they are called here."
    )
    keep_categories: bool = Field(
        False, description="Keep unknown categories of the source instead of asking for known ones."
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

    @property
    def book(self) -> tuple[str, ...]:
        """The categories of the embedded source, or of none where the source is another."""
        return BOOKS.get(self.source, ()) if isinstance(self.source, str) else ()

    @property
    def title(self) -> str:
        """The source as one text."""
        return self.source if isinstance(self.source, str) else ", ".join(self.source)


class SeedSet(ProblemSet):
    """The problems that the student starts from."""

    near_duplicate: Share = Field(
        0.9,
        description="Two problems whose word 3-grams have at least this Jaccard similarity count "
        "as one, unless their answers differ.",
    )
    semantic: float | None = Field(
        None,
        gt=0,
        le=1,
        description="Cosine similarity of embeddings from which two problems "
        "with the same numbers count as one, too; null: meanings are not compared.",
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
