"""Staged RL: problems graded by scorers, trained on in stages of rising difficulty."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from sws.config.level_rules import names_in, parse
from sws.config.problems import SeedSet, Strip
from sws.config.scorers import SCORERS, Scorer
from sws.config.section import Positive, Section, Share
from sws.config.stages import STAGES, Domain, Stage, StagedRL, StageName, levels_of

#: What rules compare: a name of Python, since rules are read by its grammar.
ScorerName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]\w*$")]


def _readable(rule: str) -> str:
    parse(rule)
    return rule


Rule = Annotated[str, AfterValidator(_readable)]


class Part(Section):
    """Problems that a rule chooses, or a share of them."""

    rule: Rule = Field("0 < p1 < 1", description="Over pass rates: `p1 == 0 and 0 < p7 < 1`.")
    shares: dict[Domain, Share] = Field(
        {},
        description="Share of the problems to draw, by domain; a domain that is not named: all.",
    )


#: A level: the problems of all its parts.
Level = Annotated[tuple[Part, ...], Field(min_length=1, description="Parts, which are joined.")]


#: The paper's levels. They are no partition: a problem can be in the first and the second.
LEVELS: dict[str, tuple[Part, ...]] = {
    "level1": (Part(rule="0 < p1 < 1"),),
    "level2": (
        Part(rule="p1 == 0 and p7 == 1 or p1 == 0 and 0 < p7 < 1 or 0 < p1 < 1 and 0 < p7 < 1"),
    ),
    "level3": (
        Part(rule="p32 == 0"),
        Part(rule="p32 > 0", shares={"mathematics": 0.5, "code": 0.1}),
    ),
}


class CodeSet(SeedSet):
    """Problems of programming, with tests as answers; see docs/staged.md for known shapes."""

    source: str | tuple[str, ...] = Field(
        "textbook-code",
        description="`textbook-code` (embedded), a file, a glob, a folder, a URL (hf://, s3://), a "
        "Hub dataset id, or a list of these. Sets in the shape of HumanEval, MBPP, LiveCodeBench "
        "and Eurus are recognised by their columns.",
    )
    strip: Strip = Strip(auto=False)
    verifier: Literal["code"] = Field("code", description="How answers are checked: by tests.")
    per_category: Positive = Field(40, description="textbook-code only: problems in all.")
    levels: tuple[Annotated[int, Field(ge=1, le=3)], ...] = Field(
        (1, 2, 3), min_length=1, description="textbook-code only: difficulty levels, 1 to 3."
    )


class Lessons(Section):
    """Programming for the embedded student (source: scratch): functions of one line."""

    share: Share = Field(0.2, description="Share of the training texts that are of programming.")
    careful_share: Share = Field(
        0.4, description="Share of careful, right solutions among these; the rest are hasty."
    )


class Staged(Section):
    """Difficulty-aware staged RL, a method of its own beside SwS."""

    enabled: bool = Field(
        False,
        description="Whether staged RL is part of the whole graph; `snakemake staged` always runs "
        "it.",
    )
    problems: Literal["seed", "augmented"] = Field(
        "seed",
        description="What is graded and trained on. seed: the seed set, from the base student; "
        "augmented: the last round's augmented set, from the initially trained student.",
    )
    code: CodeSet | None = Field(
        None, description="Problems of programming to grade and train on, too; null: no code."
    )
    lessons: Lessons | None = Field(
        None, description="How the embedded student learns to program; null: it does not."
    )
    code_suffix: str = Field("", description="Text appended to every problem of programming.")
    scorers: dict[ScorerName, Scorer] = Field(
        SCORERS,
        min_length=1,
        description="Who grades, by the names that rules use. Paper: R1-Distill-Qwen of 1.5B (p1), "
        "7B (p7) and 32B (p32), and DeepSeek-R1 (pR). Null removes a scorer of the preset.",
    )
    drop: tuple[Rule, ...] = Field(
        ("pR == 0",), description="Problems for which one of these holds are in no level."
    )
    levels: dict[StageName, Level] = Field(
        LEVELS,
        min_length=1,
        description="Levels by name, each of parts that are joined; by default the paper's three.",
    )
    overlap: Literal["keep", "first", "last"] = Field(
        "keep",
        description="A problem in several levels is in all of them (keep, as published), or only "
        "in the first or the last of them, in the order of `levels`.",
    )
    ratio: dict[Domain, Annotated[float, Field(gt=0)]] = Field(
        {"mathematics": 2.1, "code": 1.0, "text": 1.0},
        description="Prompts of each domain in every batch, in proportion; a domain without "
        "problems in a stage takes none.",
    )
    stages: tuple[Stage, ...] = Field(
        STAGES, min_length=1, description="The stages in their order; by default the paper's two."
    )
    training: StagedRL = Field(StagedRL(), description="How every stage is trained.")

    @model_validator(mode="before")
    @classmethod
    def _without(cls, values: object) -> object:
        """`NAME: null` removes a scorer or a level of the preset."""
        if not isinstance(values, dict):
            return values
        found = dict(values)
        for key in ("scorers", "levels"):
            if isinstance(given := found.get(key), dict):
                found[key] = {name: one for name, one in given.items() if one is not None}
        return found

    @model_validator(mode="after")
    def _known(self) -> Self:
        names = [stage.name for stage in self.stages]
        if len(set(names)) != len(names) or {"base", "initial"} & set(names):
            raise ValueError("stages: names must differ, and not be `base` or `initial`")
        for stage in self.stages:
            if unknown := sorted(set(levels_of(stage)) - set(self.levels)):
                raise ValueError(
                    f"stages: {stage.name} trains on {', '.join(unknown)}, which is not in levels "
                    f"({', '.join(self.levels)})"
                )
        rules = [*self.drop, *(part.rule for parts in self.levels.values() for part in parts)]
        if unknown := sorted(
            {name for rule in rules for name in names_in(rule)} - set(self.scorers)
        ):
            raise ValueError(
                f"rules compare {', '.join(unknown)}, not in scorers ({', '.join(self.scorers)})"
            )
        if self.problems == "augmented" and any(
            one.by == "column" and one.column.source is None for one in self.scorers.values()
        ):
            raise ValueError("scorers: a column has no rates of synthetic problems; name a source")
        return self

    @property
    def students(self) -> tuple[str, ...]:
        """Those that are evaluated: the one that training starts from, then every stage's."""
        return (self.start, *(stage.name for stage in self.stages))

    @property
    def start(self) -> Literal["base", "initial"]:
        """The student that the first stage starts from."""
        return "base" if self.problems == "seed" else "initial"

    def stage(self, name: str) -> Stage:
        """The stage of a name."""
        return next(stage for stage in self.stages if stage.name == name)

    def before(self, name: str) -> str | None:
        """The stage before one; None before the first."""
        names = [stage.name for stage in self.stages]
        place = names.index(name)
        return names[place - 1] if place else None
