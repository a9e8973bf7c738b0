"""The base of every section of the configuration, and the types that sections share."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from sws.categories import CATEGORIES

#: What may be part of a file's name.
NAME = r"^[\w.-]+$"

#: The name of a verifier.
VERIFIER = r"^(math|exact|choice|code|mixed|[A-Za-z_][\w.]*:[A-Za-z_]\w*)$"

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[int, Field(ge=1)]
Level = Annotated[int, Field(ge=1, le=5)]


def _known(category: str) -> str:
    if category not in CATEGORIES:
        raise ValueError(f"unknown category {category} (expected one of: {', '.join(CATEGORIES)})")
    return category


Category = Annotated[
    str, AfterValidator(_known), WithJsonSchema({"type": "string", "enum": list(CATEGORIES)})
]


class Section(BaseModel):
    """A section that refuses unknown keys and is immutable once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())
