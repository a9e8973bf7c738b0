"""The client of each role: the engine that the configuration names, and its cache."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sws.config.roles import Role
from sws.config.schema import Config
from sws.engines.ask import MAX_REFUSED, ask
from sws.engines.cache import AnswerCache
from sws.engines.request import Engine, Request, Response, Sampling
from sws.engines.turns import IsSettled, Rows, Turns, ends_of
from sws.errors import SwsError
from sws.schemas import schema_of
from sws.store import TableWriter

CACHE = Path("cache/answers")
T = TypeVar("T")
RowsOf = Iterable[Mapping[str, object]]


@dataclass(frozen=True)
class RoleClient:
    """An engine and its cache, with which a stage sends requests to one role."""

    engine: Engine
    cache: AnswerCache
    max_refused: float = MAX_REFUSED

    def ask(
        self, pairs: Iterable[tuple[T, Request]], total: int | None, description: str
    ) -> Iterator[tuple[T, Response]]:
        """Each item with the response to its request, in the order given; shows progress.

        Raises SwsError when the engine cannot go on, or refused more of the rows than it may.
        """
        return ask(self.engine, self.cache, pairs, total, description, self.max_refused)

    def ask_in_turns(
        self,
        rows: Rows[T],
        is_settled: IsSettled[T],
        turns: Sequence[int],
        samples: int,
        total: int | None,
        description: str,
    ) -> Iterator[tuple[T, Response]]:
        """As `ask`, but `turns` of the samples at a time, until a row is settled by those drawn."""
        if len(ends_of(turns, samples)) == 1:
            return self.ask(rows(), total, description)
        asked = Turns(self.engine, self.cache, rows, is_settled)
        return asked.ask(turns, samples, total, description, self.max_refused)

    def write(
        self,
        out: Path,
        row_type: type,
        pairs: Iterable[tuple[T, Request]],
        rows_of: Callable[[T, Response], RowsOf],
        total: int | None,
        description: str,
    ) -> None:
        """Ask, and write the rows that `rows_of` makes of each item and its response to `out`."""
        write(out, row_type, self.ask(pairs, total, description), rows_of)


def write(
    out: Path,
    row_type: type,
    answered: Iterable[tuple[T, Response]],
    rows_of: Callable[[T, Response], RowsOf],
) -> None:
    """Write the rows that `rows_of` makes of each item and its response."""
    with TableWriter(out, schema_of(row_type)) as writer:
        for item, response in answered:
            writer.add_all(rows_of(item, response))


@contextmanager
def open_role(
    config: Config, role: str, student: Path | None = None, server: Path | None = None
) -> Iterator[RoleClient]:
    """The client of a teacher role (`judge:NAME` for a judge).

    `student` is the folder, or its student.json, that a role with `model: student` runs; `server`
    the address file of a `sws serve` that answers in place of a vLLM in this process.
    Raises SwsError if a role needs a student and none was given.
    """
    refused = config.roles.named(role).max_refused
    with _client(_engine(config, role, student, server), refused) as client:
        yield client


@contextmanager
def open_student(config: Config, folder: Path) -> Iterator[RoleClient]:
    """The client of the student in `folder` (or the folder of this student.json), through vLLM."""
    from sws.engines.vllm import VllmEngine

    model = str(_folder(folder))
    limit = config.student.max_model_tokens
    role = Role(engine="vllm", model=model, **config.student.vllm.model_dump())
    # Training samples by the configuration alone, so what measures the student does, too.
    engine = VllmEngine(model, max_model_tokens=limit, role=role, defaults=False)
    with _client(engine) as client:
        yield client


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
def _client(engine: Engine, max_refused: float = MAX_REFUSED) -> Iterator[RoleClient]:
    try:
        with AnswerCache(CACHE, engine.fingerprint) as cache:
            yield RoleClient(engine, cache, max_refused)
    finally:
        engine.close()


def model_of(name: str, role: Role, student: Path | None) -> str:
    """What a role's engine loads. Raises SwsError when it is the student and none is given."""
    if role.model != "student":
        return role.model
    if student is None:
        raise SwsError(
            f"role {name}: its model is the student, and no student was given",
            fix="pass the folder of the initially trained student",
        )
    return str(_folder(student))


def tokens_of(config: Config, role: Role) -> int:
    """The context of a role's model, prompt and answer together."""
    is_student = role.model == "student"
    return config.student.max_model_tokens if is_student else role.max_model_tokens


def _engine(config: Config, name: str, student: Path | None, server: Path | None) -> Engine:
    role = config.roles.named(name)
    model = model_of(name, role, student)
    if role.engine == "textbook":
        from sws.engines.textbook import TextbookEngine

        verifier = config.self_verify.textbook if name == "verifier" else None
        return TextbookEngine(config.textbook, config.seed, verifier)
    if role.engine == "openai":
        from sws.engines.openai import OpenAIEngine

        return OpenAIEngine(role, model)
    limit = tokens_of(config, role)
    if server:
        from sws.engines.served import ServedEngine
        from sws.engines.vllm import fingerprint

        return ServedEngine(role, fingerprint(model, role, limit), server)
    from sws.engines.vllm import VllmEngine

    return VllmEngine(model, max_model_tokens=limit, role=role)
