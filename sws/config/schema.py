"""The schema of params.yaml and of every preset: one section per chapter of the graph."""

from collections.abc import Iterable
from typing import Self

from pydantic import Field, model_validator

from sws.categories import CATEGORIES, OTHER, Categories
from sws.config.curriculum import Curriculum
from sws.config.evaluation import Evaluation
from sws.config.filtering import Band, Labels, Screening, Verdicts
from sws.config.frugal import Frugal
from sws.config.problems import Bank, Benchmark, ProblemSet, SeedSet
from sws.config.prompts import Prompts
from sws.config.publishing import Publishing
from sws.config.rl import Arms, InitialRL, RLConfig
from sws.config.roles import RolesConfig
from sws.config.section import Positive, Section
from sws.config.self_verify import SelfVerify
from sws.config.staged import Staged
from sws.config.student import Student
from sws.config.synthesis import Blueprints, Concepts, Weakness
from sws.config.textbook import Fallibility
from sws.shards import shard_names


class Config(Section):
    """One experiment."""

    preset: str = Field(
        "micro",
        description="A preset's name or the path of a .yaml file, then variants: `micro+random`.",
    )
    seed: int = Field(1, ge=0, description="Random seed that every draw of the run follows from.")
    rounds: Positive = Field(
        1, description="Rounds of the loop; each starts from the `sws` student of the previous one."
    )
    shards: Positive = Field(
        4, description="Jobs that each generating or filtering stage is split into."
    )
    categories: dict[str, str] = Field(
        dict.fromkeys(CATEGORIES, ""),
        min_length=1,
        description="Categories of problems, each with a sentence for the categorizer or none; "
        "by default MATH's seven.",
    )
    seed_set: SeedSet = SeedSet()
    bank: Bank = Bank()
    benchmarks: tuple[Benchmark, ...] = Field(
        (Benchmark(),),
        description="Held-out sets; nothing that overlaps with them is trained on. By default one, "
        "of the textbook.",
    )
    student: Student = Student()
    initial_rl: InitialRL = Field(
        InitialRL(), description="The initial training run, which shows what the student fails at."
    )
    histories: str | None = Field(
        None,
        description="Accuracy histories in which round 1 finds its failure set, in place of the "
        "initial run's: the failures of a published set (`sws fetch`), or another trainer's "
        "rollouts. null: the initial run's.",
    )
    weakness: Weakness = Weakness()
    concepts: Concepts = Concepts()
    blueprints: Blueprints = Blueprints()
    screening: Screening = Screening()
    verdicts: Verdicts = Verdicts()
    labels: Labels = Labels()
    difficulty: Band = Band()
    augmented_size: Positive = Field(
        40_000, description="Largest number of synthetic problems in the augmented set."
    )
    arms: Arms = Arms()
    curriculum: Curriculum = Curriculum()
    evaluation: Evaluation = Evaluation()
    self_verify: SelfVerify = SelfVerify()
    staged: Staged = Staged()
    roles: RolesConfig = RolesConfig()
    prompts: Prompts = Prompts()
    textbook: Fallibility = Fallibility()
    frugal: Frugal = Frugal()
    publishing: Publishing = Publishing()

    @model_validator(mode="after")
    def _possible(self) -> Self:
        names = [benchmark.name for benchmark in self.benchmarks]
        if len(set(names)) != len(names):
            raise ValueError(f"benchmarks: names must be unique, got {', '.join(names)}")
        if "failed" in names:
            raise ValueError(
                "benchmarks: the name `failed` is reserved for the once-failed seed problems"
            )
        if self.histories and self.initial_rl.rollouts:
            raise ValueError("histories and initial_rl.rollouts: only one can be round 1's")
        taught_by = self.self_verify.trajectories.attempts
        if self.self_verify.enabled and taught_by == "rollouts" and self.initial_rl.rollouts:
            raise ValueError(
                "self_verify.trajectories.attempts: rollouts are those of the initial run, which "
                "initial_rl.rollouts replaces; set it to samples"
            )
        self._check_categories()
        if self.verdicts.keep == "readme" and len(self.roles.judges) < 2:
            raise ValueError("verdicts.keep: readme needs at least two judges in roles.judges")
        if self.rounds > 1 and "sws" not in self.arms.names:
            raise ValueError("rounds: more than one needs `sws` in arms.names to start from")
        if "selection" in self.arms.names and self.bank.verifier != self.seed_set.verifier:
            raise ValueError("bank.verifier must be that of seed_set: one run trains on both")
        if self.frugal.prompts and self.curriculum.changes_draws:
            raise ValueError(
                "frugal.prompts and curriculum.seed_share, .order or .mastered: only one can draw "
                "prompts"
            )
        if self.student.max_tokens >= self.student.max_model_tokens:
            raise ValueError("student.max_tokens must be less than student.max_model_tokens")
        return self

    def _check_categories(self) -> None:
        known = self.known_categories
        if OTHER in self.categories or len(set(map(known.normalise, known.names))) < len(
            known.names
        ):
            raise ValueError(f"categories: names must differ, and {OTHER} is every set's own")
        for key in ("seed_set", "bank"):
            problems: ProblemSet = getattr(self, key)
            self._check_book(key, problems)
            targets = set(problems.map_categories.values())
            if not problems.keep_categories and (
                unknown := sorted(name for name in targets if not known.normalise(name))
            ):
                raise ValueError(
                    f"{key}.map_categories: {', '.join(unknown)}: not in categories "
                    f"({', '.join(known.names)})"
                )

    def _check_book(self, key: str, problems: ProblemSet) -> None:
        """An embedded source has categories of its own, which must be those in force."""
        drawn_from = key == "seed_set" or "selection" in self.arms.names
        if drawn_from and not all(map(self.known_categories.normalise, problems.book)):
            raise ValueError(
                f"{key}.source {problems.source}: its categories are "
                f"{', '.join(problems.book)}; set `categories` to them"
            )

    @property
    def shard_names(self) -> list[str]:
        """The names of the shards of every table that has them, over all waves."""
        return shard_names(self.shards, self.frugal.waves)

    def shards_of(self, waves: Iterable[int]) -> list[str]:
        """The names of the shards of some waves of synthesis, counted from 1."""
        names, each = self.shard_names, self.shards
        return [name for wave in waves for name in names[(wave - 1) * each : wave * each]]

    @property
    def known_categories(self) -> Categories:
        """The categories in force."""
        return Categories(self.categories)

    @property
    def students(self) -> tuple[str, ...]:
        """Those that the last round compares: base, initially trained if it is, every arm's."""
        initial = ("initial",) if self.trains_initially(self.rounds) else ()
        return ("base", *initial, *self.arms.names)

    def training_of(self, run: str) -> RLConfig:
        """How a run is trained: `initial`, or an arm, which may have its own number of steps."""
        if run == "initial":
            return self.initial_rl
        own = {str(arm): {"steps": steps} for arm, steps in self.arms.steps.items()}
        return self.arms.training.model_copy(update=own.get(run, {}))

    def trains_initially(self, number: int) -> bool:
        """Whether a round has an initial run; rollouts of another trainer replace the first's."""
        return number > 1 or self.initial_rl.rollouts is None

    def cautions(self) -> list[str]:
        """Settings that are valid and unlikely to be what the user wants."""
        asked = [
            role
            for role in self.roles.textbooks()
            if role != "roles.verifier"  # most runs do not ask it
            and (role != "roles.categorizer" or not self.seed_set.columns.category)
        ]
        if self.seed_set.book or not asked:
            return []
        return [
            f"{', '.join(asked)}: played by the embedded textbook, which knows only its own "
            f"problems, not those of {self.seed_set.title}; set an engine and a model"
        ]
