"""The client of each role: the engine that the configuration names, and its cache."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sws.config.roles import Role
from sws.config.schema import Config
from sws.engines.ask import ask
from sws.engines.cache import AnswerCache
from sws.engines.request import Engine, Request, Response, Sampling
from sws.errors import SwsError
from sws.progress import track
from sws.schemas import schema_of
from sws.store import TableWriter

CACHE = Path("cache/answers")
T = TypeVar("T")
Rows = Iterable[Mapping[str, object]]


@dataclass(frozen=True)
class RoleClient:
    """An engine and its cache, with which a stage sends requests to one role."""

    engine: Engine
    cache: AnswerCache

    def ask(
        self, pairs: Iterable[tuple[T, Request]], total: int | None, description: str
    ) -> Iterator[tuple[T, Response]]:
        """Each item with the response to its request, in the order given; shows progress."""
        return track(ask(self.engine, self.cache, pairs), total, description)

    def write(
        self,
        out: Path,
        row_type: type,
        pairs: Iterable[tuple[T, Request]],
        rows_of: Callable[[T, Response], Rows],
        total: int | None,
        description: str,
    ) -> None:
        """Ask, and write the rows that `rows_of` makes of each item and its response to `out`."""
        with TableWriter(out, schema_of(row_type)) as writer:
            for item, response in self.ask(pairs, total, description):
                writer.add_all(rows_of(item, response))


@contextmanager
def open_role(config: Config, role: str, student: Path | None = None) -> Iterator[RoleClient]:
    """The client of a teacher role (`judge:NAME` for a judge).

    `student` is the folder, or its student.json, that a role with `model: student` runs.
    Raises SwsError when such a role has none.
    """
    settings = config.roles.named(role)
    if settings.model == "student" and student is None:
        raise SwsError(
            f"role {role}: its model is the student, and no student was given",
            fix="pass the folder of the initially trained student",
        )
    with _client(_engine(config, settings, _folder(student))) as client:
        yield client


@contextmanager
def open_student(config: Config, folder: Path) -> Iterator[RoleClient]:
    """The client of the student in `folder` (or the folder of this student.json), through vLLM."""
    from sws.engines.vllm import VllmEngine

    model = str(_folder(folder))
    with _client(VllmEngine(model, max_model_tokens=config.student.max_model_tokens)) as client:
        yield client


def sampling_of(role: Role, n: int = 1) -> Sampling:
    """The role's own sampling settings."""
    return Sampling(n, role.temperature, role.top_p, role.max_tokens)


def _folder(student: Path | None) -> Path | None:
    return student.parent if student and student.name == "student.json" else student


@contextmanager
def _client(engine: Engine) -> Iterator[RoleClient]:
    try:
        with AnswerCache(CACHE, engine.fingerprint) as cache:
            yield RoleClient(engine, cache)
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
        return VllmEngine(model, revision=role.revision, max_model_tokens=limit)
    from sws.engines.openai import OpenAIEngine

    return OpenAIEngine(role, model)
