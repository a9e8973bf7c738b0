"""The rows of every table, in the words that all of them share.

Each table is a TypedDict, and its Arrow schema follows from it: `schema_of(LabelRow)`. A problem is
named by `problem_id` and stated by `problem`; `answer` is its reference answer (in rollouts and
evaluations, the answer that a completion gave); `category` is a name from the configuration.
"""

from typing import TypedDict

from sws.store.arrow import Int32
from sws.store.arrow import schema_of as schema_of
from sws.store.decisions import Decision


class Problem(TypedDict):
    """A problem with a checkable answer; null where the source or the vote gave none."""

    problem_id: str
    problem: str
    answer: str | None
    category: str | None


class BenchmarkRow(Problem):
    """A held-out problem."""

    benchmark: str


class SourceProblem(Problem):
    """A problem with where it came from: `seed`, `synthetic`, `selected`, or the user's source."""

    source: str


class SeedRow(SourceProblem, Decision):
    """A row of the user's problems, and whether it can be trained on."""


class RolloutRow(TypedDict):
    """One sampled solution of one problem in one step of a training run."""

    run: str
    step: Int32
    epoch: Int32
    problem_id: str
    sample: Int32
    completion: str
    answer: str | None
    outcome: str
    tokens: Int32
    rank: Int32


class FailureRow(TypedDict):
    """A problem's accuracy by epoch, and whether training failed to help with it (SwS, Eq. 4)."""

    problem_id: str
    category: str
    accuracies: list[float]
    best: float | None
    slope: float | None
    epochs: Int32
    failed: bool
    reason: str
    evidence: dict[str, str]


class Extracted(TypedDict):
    """The concepts that the extractor named for a failed problem."""

    problem_id: str
    category: str
    concepts: list[str]


class ExtractedRow(Extracted, Decision):
    """Those concepts, and whether the answer could be read."""


class BlueprintRow(TypedDict):
    """What to write a problem about: a category, concepts and a level."""

    blueprint_id: str
    category: str
    concepts: list[str]
    level: str


class CandidateRow(TypedDict):
    """What the generator wrote from a blueprint; nothing has parsed it yet."""

    candidate_id: str
    blueprint_id: str
    category: str
    concepts: list[str]
    level: str
    completion: str
    finish_reason: str
    tokens: Int32


class Screened(TypedDict):
    """A candidate's problem; `problem_id` is the candidate's id where no problem could be read."""

    problem_id: str
    candidate_id: str
    blueprint_id: str
    category: str
    concepts: list[str]
    level: str
    problem: str


class ScreenedRow(Screened, Decision):
    """That problem, and whether it is well-formed and new."""


class RatingRow(TypedDict):
    """What one judge said about a screened problem; `criteria` maps each criterion to a rating."""

    problem_id: str
    judge: str
    verdict: str
    criteria: dict[str, str]
    completion: str


class Judged(TypedDict):
    """A screened problem with the verdict of each judge."""

    problem_id: str
    problem: str
    category: str
    verdicts: dict[str, str]


class VerdictRow(Judged, Decision):
    """Those verdicts, and whether the keep rule lets the problem pass."""


class VoteGroup(TypedDict):
    """Samples whose answers are equal: the form given most often, and how many there are."""

    answer: str
    votes: Int32


class Labelled(Problem):
    """A problem whose `answer` was voted; `low` and `high` bound the vote share (Wilson, 95 %)."""

    vote_share: float
    n_votes: Int32
    n_samples: Int32
    tied: bool
    low: float
    high: float
    groups: list[VoteGroup]


class LabelRow(Labelled, Decision):
    """That vote, and whether it is decisive enough to train on."""


class Measured(Problem):
    """A labelled problem with the accuracy of the initially trained student on it."""

    accuracy: float
    n_samples: Int32


class DifficultyRow(Measured, Decision):
    """That accuracy, and whether it lies in the band worth training on."""


class AugmentedRow(SourceProblem):
    """A problem to train on; the provenance of a seed problem is null."""

    blueprint_id: str | None
    concepts: list[str] | None
    level: str | None
    vote_share: float | None
    accuracy: float | None


class SelectedRow(SourceProblem):
    """A problem to train on: of the seed set, or of the bank with the failed one nearest to it."""

    nearest: str | None
    distance: float | None


class AttemptRow(TypedDict):
    """One solution of one problem, for S²R, by the student that is to be taught."""

    problem_id: str
    sample: Int32
    completion: str
    answer: str | None
    outcome: str
    tokens: Int32


class Verified(TypedDict):
    """An attempt, and what the verifier wrote about it; '' where it was not asked."""

    problem_id: str
    sample: Int32
    solution: str
    answer: str | None
    outcome: str
    verification: str
    judgement: str


class VerificationRow(Verified, Decision):
    """Those, and whether a trajectory may use them: the judgement has to be the truth."""


class Trajectory(Problem):
    """Attempts of a problem in the order of a trajectory, which `completion` is the text of.

    `rounds` are fewer than the accuracy wants where too few wrong answers differ.
    """

    accuracy: float
    rounds_wanted: Int32
    rounds: Int32
    samples: list[Int32]
    completion: str


class TrajectoryRow(Trajectory, Decision):
    """A problem's trajectory, or why it has none."""


class GradedRow(SourceProblem):
    """A problem for scorers to solve; its answer names its verifier, as `mixed` reads it."""

    domain: str


class PassRateRow(TypedDict):
    """How often one scorer solves a problem; null: not known.

    `n` counts solutions, or the epochs of a history.
    """

    problem_id: str
    scorer: str
    pass_rate: float | None
    n: Int32 | None
    reason: str


class Leveled(GradedRow):
    """A problem whose levels are `levels`; `matched` are those whose rule holds, drawn or not.

    The table has `pass_rate_<scorer>` and `n_<scorer>` of every scorer, too.
    """

    matched: list[str]
    levels: list[str]


class LevelRow(Leveled, Decision):
    """That problem, and whether it is in any level."""


class Offline(Problem):
    """A trajectory that the fine-tuned student sampled for offline RL, and what its actions earn.

    `accuracy` is that of the problem's samples; `outcome` and `last_answer` are of the last
    solution; `rewards` are of solutions and verifications in turn, `contexts` the signs of those
    before each (`R-V+`).
    """

    sample: Int32
    completion: str
    tokens: Int32
    accuracy: float
    structure: str
    last_answer: str | None
    outcome: str
    rewards: list[float]
    contexts: list[str]


class OfflineRow(Offline, Decision):
    """Those, and whether offline RL learns from it, or why not."""


class EvaluationRow(TypedDict):
    """One solution of one benchmark problem, or of a once-failed one, by one student."""

    set: str
    problem_id: str
    category: str | None
    sample: Int32
    completion: str
    answer: str | None
    outcome: str
    tokens: Int32


class PublishedFailure(Problem):
    """A seed problem with its accuracy history, as published: text and answer beside it."""

    accuracies: list[float]
    best: float | None
    slope: float | None
    epochs: Int32
    failed: bool
    reason: str
    evidence: dict[str, str]


class PublishedDifficulty(Measured, Decision):
    """A row of difficulty, as published: `low` and `high` bound the accuracy (Wilson, 95 %)."""

    low: float
    high: float


class Cooccurrence(TypedDict):
    """Another concept of the same category, and in how many problems both occur."""

    concept_id: str
    count: int


class PublishedConcept(TypedDict):
    """A concept with the problems that it occurs in, as published."""

    concept_id: str
    category: str
    name: str
    frequency: int
    aliases: list[str]
    problems: list[str]
    cooccurs: list[Cooccurrence]
