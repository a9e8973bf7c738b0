"""The base of every section of the configuration."""

from pydantic import BaseModel, ConfigDict

#: What may be part of the name of a file.
NAME = r"^[\w.-]+$"


class Section(BaseModel):
    """A section that refuses unknown keys and does not change once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())
