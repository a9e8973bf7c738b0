"""What a configuration asks for: the work of every stage, before any of it is done."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sws.categories import CATEGORIES
from sws.config.roles import Role
from sws.config.schema import Benchmark, Config, ProblemSet
from sws.planning import calibration
from sws.planning.found import BRANCH, Found
from sws.planning.models import UNKNOWN, billions, student_billions
from sws.prompts import categorize, extract, generate, judge
from sws.prompts.reading import Messages
from sws.rl.config import RLConfig

#: The paper's seed set, taken where the size of a Hub dataset is not known.
HUB_ROWS = 12_000
#: Sizes of the benchmarks that the paper reports on, by a part of their names.
BENCHMARK_ROWS = {
    "gsm8k": 1319, "math": 500, "minerva": 272, "olympiad": 675, "gaokao": 385,
    "amc": 40, "aime": 30,
}  # fmt: skip
_PROBLEM = "x" * 400  # a problem of about a hundred tokens
_CHARACTERS = 4  # in a token


@dataclass(frozen=True)
class Work:
    """One stage over all its jobs and rounds; tokens are totals."""

    stage: str
    jobs: int
    requests: int = 0
    completions: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    billions: float = 0.0  # parameters of the model asked or trained
    updates: float = 0.0  # tokens learned from
    method: bool = True  # what the paper's table counts, not controls or measurements

    @property
    def a100_hours(self) -> float:
        """By the calibration."""
        sampled = calibration.SAMPLING * self.completion_tokens
        return (sampled + calibration.UPDATE * self.updates) / 1000 * self.billions / 3600


class Survey:
    """The stages of a configuration, and notes on what had to be assumed."""

    def __init__(self, config: Config, found: Found) -> None:
        self.config, self.found = config, found
        self.notes: list[str] = []
        self.student = self._size(
            student_billions(config, found.project / "data/base"), config.student.source
        )

    def stages(self) -> Iterator[Work]:
        """Every stage, in the order of the graph."""
        config, found, rounds = self.config, self.found, self.config.rounds
        seed = found.kept("seed") or self._rows(config.seed_set)
        asks_category = config.seed_set.columns.category is None
        failed = round(seed * found.share("failures", calibration.FAILED))
        yield Work("config", 1)
        yield Work("benchmarks", 1)
        yield self._asked("seed", "categorizer", 1, seed if asks_category else 0)
        yield Work("student", 1)
        yield self._trained("initial", rounds, config.initial_rl)
        yield Work("failures", rounds)
        yield from self._synthesis(rounds, failed)
        if "random" in config.arms.names:  # the last round's branch, data/roundN-random
            yield Work(f"{BRANCH}control", 1, method=False)
            for work in self._synthesis(1, failed):
                yield replace(work, stage=BRANCH + work.stage, method=False)
        if "selection" in config.arms.names:
            yield Work("bank", 1, method=False)
            yield Work("select", 1, method=False)
        for arm in config.arms.names:  # every round starts from the `sws` of the one before
            yield self._trained(arm, rounds if arm == "sws" else 1, config.arms.training)
        held_out = sum(self._rows(benchmark) for benchmark in config.benchmarks) + failed
        samples = config.evaluation.samples if config.evaluation.temperature > 0 else 1
        for student in ("base", "initial", *config.arms.names):
            yield self._solved(f"evaluate:{student}", 1, held_out, samples, method=False)
        yield Work("summary", 1)
        yield Work("metrics", 1)

    def _synthesis(self, rounds: int, failed: int) -> Iterator[Work]:
        """From the concepts of so many failed problems to the augmented set."""
        config, found = self.config, self.found
        shards = rounds * config.shards
        yield self._asked("extract", "extractor", rounds, rounds * failed)
        yield Work("concepts", rounds)
        yield Work("blueprints", rounds)
        blueprints = round(rounds * config.blueprints.total * found.drawn())
        yield self._asked("generate", "generator", shards, blueprints, config.blueprints.candidates)
        yield Work("screen", rounds)
        candidates = blueprints * config.blueprints.candidates
        screened = round(candidates * found.share("screened/*", calibration.SCREENED))
        for name in config.roles.judges:
            yield self._asked(f"judge:{name}", f"judge:{name}", shards, screened)
        yield Work("verdicts", shards)
        judged = round(screened * found.share("verdicts/*", calibration.JUDGED))
        yield self._asked("label", "labeler", shards, judged, config.labels.samples)
        labelled = round(judged * found.share("labels/*", calibration.LABELLED))
        yield self._solved("difficulty", shards, labelled, config.difficulty.samples)
        yield Work("augment", rounds)

    def _asked(self, stage: str, role: str, jobs: int, requests: int, samples: int = 1) -> Work:
        """Questions to a teacher role; the embedded teacher answers for nothing."""
        settings = self.config.roles.named(role)
        prompt = requests * len(_prompt(role)) // _CHARACTERS
        expected = calibration.TOKENS[role.partition(":")[0]]
        tokens = round(requests * samples * min(expected, settings.max_tokens))
        size = self._role_size(settings) if requests else 0.0
        return Work(stage, jobs, requests, requests * samples, prompt, tokens, size)

    def _solved(
        self, stage: str, jobs: int, requests: int, samples: int, method: bool = True
    ) -> Work:
        """Problems put to the student."""
        prompt = requests * (len(_PROBLEM) + len(self.config.student.prompt_suffix)) // _CHARACTERS
        tokens = round(requests * samples * self._solution())
        return Work(
            stage, jobs, requests, requests * samples, prompt, tokens, self.student, method=method
        )

    def _trained(self, run: str, times: int, rl: RLConfig) -> Work:
        """A training run so many times: completions sampled, and those learned from."""
        bounded = rl.accuracy_low > 0 or rl.accuracy_high < 1
        draws = min(calibration.DRAWS, 1 + rl.resample_rounds) if bounded else 1.0
        prompts = times * rl.steps * rl.prompts
        tokens = prompts * rl.group * self._solution()
        requests = ceil(prompts * draws)
        return Work(
            f"train:{run}",
            times,
            requests,
            requests * rl.group,
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
            self._note(f"{model}: its size is not known; {UNKNOWN:g} billion parameters assumed")
        return UNKNOWN if known is None else known

    def _rows(self, problems: ProblemSet) -> int:
        if problems.source == "textbook":
            rows: int | None = problems.per_category * len(CATEGORIES)
        elif Path(problems.source).is_file():
            rows = _rows_of_file(Path(problems.source))
        else:
            rows = _rows_by_name(problems)
        if rows is None and problems.limit is None:
            rows = HUB_ROWS
            self._note(f"{problems.source}: its size is not known; {HUB_ROWS:,} rows assumed")
        return min(rows or HUB_ROWS, problems.limit or HUB_ROWS * 1000)

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)


def _rows_of_file(path: Path) -> int | None:
    """Rows of a file; None where it is broken, of which its stage complains."""
    if path.suffix == ".parquet":
        try:
            return int(pq.read_metadata(path).num_rows)
        except (OSError, pa.ArrowException):
            return None
    if path.suffix == ".json":
        try:
            return len(json.loads(path.read_bytes()))
        except ValueError:
            pass  # JSON lines under another name
    with path.open("rb") as lines:
        return sum(1 for line in lines if line.strip()) - (path.suffix == ".csv")


def _rows_by_name(problems: ProblemSet) -> int | None:
    if not isinstance(problems, Benchmark):
        return None
    name = problems.name.lower()
    return next((rows for part, rows in BENCHMARK_ROWS.items() if part in name), None)


def _prompt(role: str) -> str:
    """The text of the role's prompt about a typical problem."""
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
    else:
        messages = judge.messages(_PROBLEM, "Algebra", concepts, "AIME")
    return "".join(message["content"] for message in messages)
