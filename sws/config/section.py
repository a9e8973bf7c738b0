"""The base of every section of the configuration, and the types that sections share."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

#: What may be part of a file's name.
NAME = r"^[\w.-]+$"

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[int, Field(ge=1)]
Level = Annotated[int, Field(ge=1, le=5)]


class Section(BaseModel):
    """A section that refuses unknown keys and is immutable once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())
