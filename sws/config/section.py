"""The base of every section of the configuration, and the types that sections share."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from sws.categories import CATEGORIES, PRIMER

#: What may be part of a file's name.
NAME = r"^[\w.-]+$"

#: The verifiers that need no module, and the name of one of the user's own.
VERIFIERS = ("math", "exact", "choice", "code", "mixed")
OWN_VERIFIER = r"[A-Za-z_][\w.]*:[A-Za-z_]\w*"

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[int, Field(ge=1)]
Level = Annotated[int, Field(ge=1, le=5)]


_EMBEDDED = (*CATEGORIES, *PRIMER)


def _known(category: str) -> str:
    if category not in _EMBEDDED:
        raise ValueError(f"unknown category {category} (expected one of: {', '.join(_EMBEDDED)})")
    return category


Category = Annotated[
    str, AfterValidator(_known), WithJsonSchema({"type": "string", "enum": list(_EMBEDDED)})
]


def _verifier(name: str) -> str:
    if name not in VERIFIERS and not re.fullmatch(OWN_VERIFIER, name):
        raise ValueError(
            f"{name!r}: no verifier has this name (expected one of: {', '.join(VERIFIERS)}, or "
            "module:function of your own)"
        )
    return name


VerifierName = Annotated[
    str,
    AfterValidator(_verifier),
    WithJsonSchema({"type": "string", "pattern": f"^({'|'.join(VERIFIERS)}|{OWN_VERIFIER})$"}),
]


class Section(BaseModel):
    """A section that refuses unknown keys and is immutable once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())
