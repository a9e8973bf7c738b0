"""Which engine answers for which role."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sws.config.roles import Role
from sws.config.schema import Config
from sws.engines.cache import AnswerCache
from sws.engines.request import Engine, Sampling
from sws.errors import SwsError

CACHE = Path("cache/answers")


@dataclass(frozen=True)
class Seat:
    """An engine and its cache: what a stage needs to put questions to a role."""

    engine: Engine
    cache: AnswerCache


@contextmanager
def open_engine(config: Config, role: str, student: Path | None = None) -> Iterator[Seat]:
    """The engine of a teacher role (`judge:NAME` for a judge), with its answers so far.

    `student` is the folder, or its student.json, that a role with `model: student` runs.
    Raises SwsError when such a role has none.
    """
    settings = config.roles.named(role)
    if settings.model == "student" and student is None:
        raise SwsError(
            f"role {role}: its model is the student, and no student was given",
            fix="pass the folder of the initially trained student",
        )
    with _seat(_engine(config, settings, _folder(student))) as seat:
        yield seat


@contextmanager
def open_student(config: Config, folder: Path) -> Iterator[Seat]:
    """The student in `folder` (or the folder of this student.json), through vLLM."""
    from sws.engines.vllm import VllmEngine

    model = str(_folder(folder))
    with _seat(VllmEngine(model, max_model_tokens=config.student.max_model_tokens)) as seat:
        yield seat


def sampling_of(role: Role, n: int = 1) -> Sampling:
    """The role's own sampling settings."""
    return Sampling(
        n,
        role.temperature,
        role.top_p,
        role.max_tokens,
        role.top_k,
        role.min_p,
        role.repetition_penalty,
        role.stop,
    )


def _folder(student: Path | None) -> Path | None:
    return student.parent if student and student.name == "student.json" else student


@contextmanager
def _seat(engine: Engine) -> Iterator[Seat]:
    try:
        with AnswerCache(CACHE, engine.fingerprint) as cache:
            yield Seat(engine, cache)
    finally:
        engine.close()


def _engine(config: Config, role: Role, student: Path | None) -> Engine:
    if role.engine == "textbook":
        from sws.engines.textbook import TextbookEngine

        return TextbookEngine(config.textbook, config.seed)
    model = str(student) if role.model == "student" and student else role.model
    if role.engine == "vllm":
        from sws.engines.vllm import VllmEngine

        limit = config.student.max_model_tokens if model == str(student) else role.max_model_tokens
        return VllmEngine(model, max_model_tokens=limit, role=role)
    from sws.engines.openai import OpenAIEngine

    return OpenAIEngine(role, model)
