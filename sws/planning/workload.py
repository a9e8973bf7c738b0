"""The work that a configuration implies for every stage, before any of it is done."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil, prod

from sws.config.problems import ProblemSet
from sws.config.rl import RLConfig
from sws.config.roles import Role
from sws.config.schema import Config
from sws.planning import calibration, savings
from sws.planning.models import UNKNOWN, billions, student_billions
from sws.planning.prices import cheapest_first
from sws.planning.project import BRANCH, Project
from sws.planning.serving import advice
from sws.planning.sizes import HUB_ROWS, rows_of
from sws.prompts import categorize, extract, generate, judge
from sws.prompts.reading import Messages

_PROBLEM = "x" * 400  # a typical problem, about 100 tokens
_CHARACTERS = 4  # per token


@dataclass(frozen=True)
class StageWork:
    """One stage over all its jobs and rounds; token counts are totals."""

    stage: str
    jobs: int
    requests: int = 0
    completions: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    billions: float = 0.0  # parameters of the model that samples or is trained
    updates: float = 0.0  # tokens trained on
    method: bool = True  # in the paper's table; not a control or an evaluation

    @property
    def a100_hours(self) -> float:
        """Estimate by the calibration, in A100-hours."""
        sampled = calibration.SAMPLING * self.completion_tokens
        return (sampled + calibration.UPDATE * self.updates) / 1000 * self.billions / 3600


class Workload:
    """The stages of a configuration; `notes` lists the assumptions made."""

    def __init__(self, config: Config, project: Project) -> None:
        self.config, self.project = config, project
        self.notes: list[str] = []
        self.student = self._size(
            student_billions(config, project.folder / "data/base"), config.student.source
        )

    def stages(self) -> Iterator[StageWork]:
        """Every stage, in the order of the graph."""
        config, project, rounds = self.config, self.project, self.config.rounds
        seed = project.kept("seed") or self._rows(config.seed_set)
        categorize_all = config.seed_set.columns.category is None
        failed = round(seed * project.share("failures", calibration.FAILED))
        yield StageWork("config", 1)
        yield StageWork("benchmarks", 1)
        yield self._asked("seed", "categorizer", 1, seed if categorize_all else 0)
        yield StageWork("student", 1)
        if runs := sum(map(config.trains_initially, range(1, rounds + 1))):
            yield self._trained("initial", runs, config.initial_rl)
        yield StageWork("failures", rounds)
        yield from self._synthesis(rounds, failed)
        if "random" in config.arms.names:  # the last round's branch, data/roundN-random
            yield StageWork(f"{BRANCH}control", 1, method=False)
            for work in self._synthesis(1, failed):
                yield replace(work, stage=BRANCH + work.stage, method=False)
        if "selection" in config.arms.names:
            yield StageWork("bank", 1, method=False)
            yield StageWork("select", 1, method=False)
        for arm in config.arms.names:  # every round starts from the `sws` of the one before
            yield self._trained(arm, rounds if arm == "sws" else 1, config.training_of(arm))
        held_out = sum(self._rows(benchmark) for benchmark in config.benchmarks) + failed
        samples = config.evaluation.samples if config.evaluation.temperature > 0 else 1
        for student in config.students:
            yield self._solved(f"evaluate:{student}", 1, held_out, samples, method=False)
        yield StageWork("summary", 1)
        yield StageWork("metrics", 1)
        if config.self_verify.enabled:
            yield from self._self_verify(seed, sum(map(self._rows, config.benchmarks)), samples)
        if config.staged.enabled:
            yield from self._staged(seed, sum(map(self._rows, config.benchmarks)), samples)

    def _self_verify(self, seed: int, held_out: int, samples: int) -> Iterator[StageWork]:
        """Stages of S²R; no attempt is assumed to repeat another."""
        settings = self.config.self_verify
        attempts = seed * settings.trajectories.samples
        sampled = settings.trajectories.attempts == "samples"
        solved = self._solved("attempts", 1, seed if sampled else 0, settings.trajectories.samples)
        yield replace(solved, method=False)
        yield replace(self._asked("verifications", "verifier", 1, attempts), method=False)
        yield StageWork("trajectories", 1, method=False)
        learned = settings.sft.epochs * seed * min(2 * self._solution(), settings.max_tokens)
        yield StageWork("fine_tune", 1, billions=self.student, updates=learned, method=False)
        if "offline" in settings.runs:
            yield replace(
                self._solved("offline", 1, seed, settings.offline.group_size), method=False
            )
        asked = ["outcome"] if "plain" in settings.runs else []  # its tokens are the control's
        for run in dict.fromkeys([*asked, *settings.runs]):
            yield self._reinforced(run, solved.completion_tokens + learned)
        for student in ("base", "sft", *settings.runs):
            yield self._solved(f"examine:{student}", 1, held_out, samples, method=False)
        yield StageWork("compare", 1, method=False)

    def _staged(self, seed: int, held_out: int, samples: int) -> Iterator[StageWork]:
        """Stages of staged RL; a stage that may stop earlier counts with all its steps."""
        config, settings = self.config, self.config.staged
        shards = len(config.shard_names)
        graded = seed + (config.augmented_size if settings.problems == "augmented" else 0)
        if settings.code:
            yield StageWork("code_set", 1, method=False)
            graded += self._rows(settings.code)
        yield StageWork("pool", 1, method=False)
        for name, scorer in settings.scorers.items():
            stage = f"pass_rates:{name}"
            if scorer.by in ("histories", "column"):
                yield StageWork(stage, shards, method=False)
            elif scorer.by == "model":
                role = scorer.role
                work = self._sampled(stage, role, "labeler", shards, graded, scorer.samples)
                yield replace(work, method=False)
            else:
                yield self._solved(stage, shards, graded, scorer.samples, method=False)
        yield StageWork("levels", 1, method=False)
        for one in settings.stages:
            rl = settings.training.model_copy(update={"steps": one.steps})
            yield replace(self._trained(one.name, 1, rl), stage=f"train_stage:{one.name}")
            if one.plateau:
                self._note(f"{one.name}: may stop before its {one.steps:,} steps, at a plateau")
        for student in settings.students:
            yield self._solved(f"assess:{student}", 1, held_out, samples, method=False)
        yield StageWork("compare_stages", 1, method=False)

    def _reinforced(self, run: str, before: float) -> StageWork:
        """A run of S²R; the control samples the tokens spent `before` RL in addition."""
        settings = self.config.self_verify
        if run == "offline":
            work = self._trained(run, 1, settings.offline)
            work = replace(work, requests=0, completions=0, prompt_tokens=0, completion_tokens=0)
        else:
            work = self._trained(run, 1, settings.rl)
        if run == "plain":
            more = 1 + before / max(1, work.completion_tokens)
            counted = ("requests", "completions", "prompt_tokens", "completion_tokens")
            scaled = {name: round(more * getattr(work, name)) for name in counted}
            work = replace(work, **scaled, updates=more * work.updates)
        return replace(work, stage=f"reinforce:{run}", method=False)

    def _synthesis(self, rounds: int, failed: int) -> Iterator[StageWork]:
        """Stages from the concepts of `failed` problems per round to the augmented set."""
        config, project = self.config, self.project
        waves = rounds * config.frugal.waves
        shards = waves * config.shards
        shares = {
            "screened": project.share("screened/*", calibration.SCREENED),
            "verdicts": project.share("verdicts/*", calibration.JUDGED),
            "labels": project.share("labels/*", calibration.LABELLED),
        }
        survival = prod(shares.values()) * project.share("difficulty/*", calibration.IN_BAND)
        needed = savings.blueprints_needed(config, survival)
        yield self._asked("extract", "extractor", rounds, rounds * failed)
        yield StageWork("concepts", rounds)
        yield StageWork("blueprints", waves)
        blueprints = round(rounds * config.blueprints.total * project.drawn() * needed)
        yield self._asked("generate", "generator", shards, blueprints, config.blueprints.candidates)
        yield StageWork("screen", waves)
        candidates = blueprints * config.blueprints.candidates
        screened = round(candidates * shares["screened"])
        order = cheapest_first(config)
        for name in config.roles.judges:
            asked = round(screened * savings.share_asked(config, order.index(name)))
            yield self._asked(f"judge:{name}", f"judge:{name}", shards, asked)
        yield StageWork("verdicts", shards)
        judged = round(screened * shares["verdicts"])
        votes = config.labels.samples * savings.votes_drawn(config)
        yield self._asked("label", "labeler", shards, judged, votes)
        labelled = round(judged * shares["labels"])
        attempts = config.difficulty.samples * savings.difficulty_drawn(config)
        yield self._solved("difficulty", shards, labelled, attempts)
        yield StageWork("augment", rounds)
        if servers := sum(min(role.servers, config.shards) for role in config.roles.sharded()):
            yield StageWork("serve", waves * servers)

    def _asked(
        self, stage: str, role: str, jobs: int, requests: int, samples: float = 1
    ) -> StageWork:
        """Requests to a teacher role; the embedded textbook costs nothing."""
        work = self._sampled(stage, self.config.roles.named(role), role, jobs, requests, samples)
        if requests and (line := advice(self.config, role, jobs, work.billions)):
            self._note(line)
        return work

    def _sampled(
        self, stage: str, model: Role, like: str, jobs: int, requests: int, samples: float = 1
    ) -> StageWork:
        """Requests to a model, whose prompts and answers are as long as those of a role."""
        prompt = requests * len(_prompt(like)) // _CHARACTERS
        expected = calibration.TOKENS[like.partition(":")[0]]
        tokens = round(requests * samples * min(expected, model.max_tokens))
        size = self._role_size(model) if requests else 0.0
        return StageWork(stage, jobs, requests, round(requests * samples), prompt, tokens, size)

    def _solved(
        self, stage: str, jobs: int, requests: int, samples: float, method: bool = True
    ) -> StageWork:
        """Problems that the student solves."""
        prompt = requests * (len(_PROBLEM) + len(self.config.student.prompt_suffix)) // _CHARACTERS
        tokens = round(requests * samples * self._solution())
        return StageWork(
            stage,
            jobs,
            requests,
            round(requests * samples),
            prompt,
            tokens,
            self.student,
            method=method,
        )

    def _trained(self, run: str, times: int, rl: RLConfig) -> StageWork:
        """`times` training runs: completions sampled, and those trained on."""
        bounded = rl.accuracy_low > 0 or rl.accuracy_high < 1
        draws = min(savings.draws(self.config, run), 1 + rl.resample_rounds) if bounded else 1.0
        prompts = times * rl.steps * rl.prompts_per_step
        tokens = prompts * rl.group_size * self._solution()
        requests = ceil(prompts * draws)
        return StageWork(
            f"train:{run}",
            times,
            requests,
            requests * rl.group_size,
            requests * len(_PROBLEM) // _CHARACTERS,
            round(tokens * draws),
            self.student,
            updates=tokens,
            method=run in ("initial", "sws"),
        )

    def _solution(self) -> float:
        return min(calibration.TOKENS["student"], self.config.student.max_tokens)

    def _role_size(self, role: Role) -> float:
        if role.engine == "textbook":
            return 0.0
        if role.model == "student":
            return self.student
        return self._size(billions(role.model), role.model)

    def _size(self, known: float | None, model: str) -> float:
        if known is None:
            self._note(f"{model}: unknown size; assumed {UNKNOWN:g} billion parameters")
        return UNKNOWN if known is None else known

    def _rows(self, problems: ProblemSet) -> int:
        rows = rows_of(problems)
        if rows is None and problems.limit is None:
            rows = HUB_ROWS
            self._note(f"{problems.title}: unknown size; assumed {HUB_ROWS:,} rows")
        known = HUB_ROWS if rows is None else rows
        return known if problems.limit is None else min(known, problems.limit)

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)


def _prompt(role: str) -> str:
    """The text of a role's prompt for a typical problem."""
    concepts = ["the inclusion-exclusion principle"] * 5
    messages: Messages
    if role == "categorizer":
        messages = categorize.messages(_PROBLEM)
    elif role == "extractor":
        messages = extract.messages(_PROBLEM, "Algebra", 3)
    elif role == "generator":
        messages = generate.messages("Algebra", concepts, "AIME")
    elif role == "labeler":
        return _PROBLEM
    elif role == "verifier":
        return 5 * _PROBLEM  # and a solution
    else:
        messages = judge.messages(_PROBLEM, "Algebra", concepts, "AIME")
    return "".join(message["content"] for message in messages)
