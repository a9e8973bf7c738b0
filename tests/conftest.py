"""One small run of the filters and of the evaluation, shared by the tests that look at it."""

import dataclasses
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from sws.augmented import augment
from sws.categories import CATEGORIES
from sws.code_rewards import Limits, Sandbox
from sws.concepts import database as concepts
from sws.concepts import extract
from sws.config import Config, load
from sws.config.textbook import Fallibility
from sws.engines import Request, Response
from sws.engines.cache import AnswerCache
from sws.engines.open import RoleClient
from sws.engines.textbook import TextbookEngine
from sws.errors import SwsError
from sws.evaluation import evaluate, summary
from sws.evaluation.round import Round
from sws.filtering import difficulty, labels, ratings, screening, verdicts
from sws.identity import content_id
from sws.schemas import BlueprintRow, FailureRow, RolloutRow, schema_of
from sws.seed import benchmarks, seed
from sws.store import read_rows, write_json, write_table
from sws.synthesis import candidates
from sws.textbook import units_of

# A busy machine is no fault of the code: time is tested where it is promised.
# Examples are the same in every run; HYPOTHESIS_PROFILE=explore draws others.
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", settings.get_profile("explore"), derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

#: Share of steps that a pupil gets wrong at level 1: how good each arm's student is.
PUPILS = {"base": 0.7, "initial": 0.35, "extended": 0.3, "sws": 0.1}
SHARDS = 2


class Pupil:
    """A student without a neural network: the textbook's labeler, wrong at its own rate."""

    def __init__(self, wrong: float) -> None:
        rates = Fallibility(labeler_wrong=wrong, labeler_wrong_per_level=0.05)
        self._textbook = TextbookEngine(rates, seed=1)
        self.fingerprint = f"pupil {wrong}"

    def answer(self, requests: Iterable[Request]) -> Iterator[Response]:
        for request in requests:
            fields = {"problem": request.messages[0]["content"]}
            asked = dataclasses.replace(request, role="labeler", fields=fields)
            for response in self._textbook.answer([asked]):
                yield dataclasses.replace(response, request_id=request.id)

    def close(self) -> None:
        """Nothing is held."""


@contextmanager
def pupil(config: Config, folder: Path) -> Iterator[RoleClient]:
    """Stands for `open_student`; the folder's name says which pupil."""
    arm = folder.parent.name if folder.name == "student.json" else folder.name
    engine = Pupil(PUPILS[arm])
    with AnswerCache(folder.parent / "answers", engine.fingerprint) as cache:
        yield RoleClient(engine, cache)


def small(**overrides: Any) -> Config:
    """A configuration of textbook teachers, with two judges."""
    return load(
        "nano",
        {
            "benchmarks": [{"name": "textbook", "per_category": 4, "levels": [1, 2, 3]}],
            "roles": {"judges": {"strict": {}, "kind": {}}},
            "augmented_size": 60,
            "evaluation": {"samples": 4, "pass_at": [1, 2], "resamples": 200},
            **overrides,
        },
    )


@pytest.fixture
def pupils(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stages that ask a student ask a pupil; answers are kept under tmp_path."""
    _play(tmp_path, monkeypatch)


@pytest.fixture(scope="session")
def small_run(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """Every table from the blueprints to the summary, as paths, with the configuration."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        folder = tmp_path_factory.mktemp("small_run")
        _play(folder, monkeypatch)
        return _run(small(), folder)


def _play(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sws.engines.open.CACHE", folder / "answers")
    monkeypatch.setattr(difficulty, "open_student", pupil)
    monkeypatch.setattr(evaluate, "open_student", pupil)


def _run(config: Config, folder: Path) -> SimpleNamespace:
    at = SimpleNamespace(config=config, folder=folder)
    at.benchmarks, at.seed = folder / "benchmarks.json", folder / "seed.json"
    benchmarks.run(config, at.benchmarks)
    seed.run(config, at.benchmarks, None, at.seed)
    at.failures, at.weights = folder / "failures.json", folder / "weights.json"
    write_failures(at)
    at.extracted = folder / "extracted.json"
    extract.run(config, at.failures, at.seed, None, at.extracted)
    for name in ("blueprints", "candidates", "screened", "verdicts", "labels", "difficulty"):
        paths = [folder / name / f"{shard:02d}.json" for shard in range(SHARDS)]
        setattr(at, name, paths)
    for shard in range(SHARDS):
        write_blueprints(at.blueprints[shard], shard, per_category=20)
        candidates.run(config, at.blueprints[shard], None, at.candidates[shard])
    screening.run(config, at.candidates, at.benchmarks, at.seed, [], at.screened)
    for shard in range(SHARDS):
        rated = [folder / "ratings" / judge / f"{shard:02d}.json" for judge in config.roles.judges]
        for judge, path in zip(config.roles.judges, rated, strict=True):
            ratings.run(config, judge, at.screened[shard], None, path)
        verdicts.run(config, at.screened[shard], rated, at.verdicts[shard])
        labels.run(config, at.verdicts[shard], None, at.labels[shard])
        initial = folder / "students" / "initial" / "student.json"
        difficulty.run(config, at.labels[shard], initial, at.difficulty[shard])
    at.augmented = folder / "augmented.json"
    augment.run(config, at.seed, at.weights, at.screened, at.labels, at.difficulty, at.augmented)
    at.evaluations = {arm: folder / "evaluation" / f"{arm}.json" for arm in PUPILS}
    for arm, out in at.evaluations.items():
        student = folder / "students" / arm / "student.json"
        evaluate.run(config, arm, student, at.benchmarks, at.seed, at.failures, out)
    at.summary, at.summarise = folder / "summary.json", summarise
    summarise(at)
    return at


def summarise(at: SimpleNamespace) -> None:
    """Write the summary of a run, all of whose tables are there."""
    names = [field.name for field in dataclasses.fields(Round)]
    tables = Round(**{name: getattr(at, name) for name in names})
    summary.run(at.config, tables, at.seed, at.summary)


def write_failures(at: SimpleNamespace) -> None:
    """Every second seed problem failed; Geometry and Precalculus are the weak categories."""
    rows = list(read_rows(at.seed, ["problem_id", "category"], only="kept"))
    history = {"accuracies": [], "best": None, "slope": None, "epochs": 0, "evidence": {}}
    failed = [
        {
            "problem_id": row["problem_id"],
            "category": row["category"],
            "failed": not n % 2,
            "reason": "solved" if n % 2 else "",
            **history,
        }
        for n, row in enumerate(rows)
    ]
    write_table(at.failures, schema_of(FailureRow), failed)
    ratios = {name: 0.6 if name in ("Geometry", "Precalculus") else 0.1 for name in CATEGORIES}
    total = sum(ratios.values())
    weights = {
        name: {
            "problems": 10,
            "failed": 10 * ratio,
            "failure_ratio": ratio,
            "weight": ratio / total,
        }
        for name, ratio in ratios.items()
    }
    write_json(at.weights, weights)


def write_blueprints(path: Path, shard: int, per_category: int) -> None:
    """Blueprints over the textbook's own concepts."""
    rows = []
    for category in CATEGORIES:
        units = units_of(category)
        for number in range(per_category):
            unit = units[number % len(units)]
            key = content_id("blueprint", category, shard, number)
            level = str(number % 3 + 1)
            concepts = list(unit.concepts)
            row = {"category": category, "concepts": concepts, "level": level}
            rows.append({"blueprint_id": key, **row})
    write_table(path, schema_of(BlueprintRow), rows)


@pytest.fixture(scope="session")
def small_project(
    small_run: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory
) -> SimpleNamespace:
    """The small run in the folders of a project: `folder`, and its first round in `round`."""
    project = tmp_path_factory.mktemp("small_project")
    data, at = project / "data", project / "data/round1"
    at.mkdir(parents=True)
    for path in small_run.folder.iterdir():
        if path.name in ("students", "answers"):
            continue
        outside = path.stem in ("seed", "benchmarks", "summary")
        (data / path.name if outside else at / path.name).symlink_to(path)
    concepts.run(small_run.config, small_run.extracted, at / "concepts.json")
    write_rollouts(small_run.seed, at / "training/initial/rollouts.json")
    write_json(data / "config.json", small_run.config.model_dump(mode="json"))
    return SimpleNamespace(folder=project, round=at, run=small_run)


def write_rollouts(seed: Path, out: Path) -> None:
    """Two samples of every seed problem in each of two epochs; every other problem gets better."""
    rows = list(read_rows(seed, ["problem_id", "answer"], only="kept"))
    rollouts = [
        {
            "run": "initial",
            "step": epoch * len(rows) + number,
            "epoch": epoch,
            "problem_id": row["problem_id"],
            "sample": sample,
            "completion": f"\\boxed{{{row['answer']}}}" if number % 2 and epoch else "\\boxed{?}",
            "answer": row["answer"] if number % 2 and epoch else "?",
            "outcome": "correct" if number % 2 and epoch else "wrong",
            "tokens": 3,
            "rank": 0,
        }
        for epoch in (0, 1)
        for number, row in enumerate(rows)
        for sample in (0, 1)
    ]
    write_table(out, schema_of(RolloutRow), rollouts)


@pytest.fixture(scope="session")
def sandbox() -> Sandbox:
    """One sandbox for all tests; where there can be none, they are skipped with the reason."""
    limits = Limits(seconds=60, processes=4, memory_megabytes=256, scratch_megabytes=16)
    try:
        return Sandbox(limits)
    except SwsError as error:
        pytest.skip(str(error))
