"""Prompts of the user's own."""

import hashlib
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from sws.config.section import Section
from sws.errors import SwsError
from sws.prompts.templates import check_template


class Prompts(Section):
    """Jinja templates in place of those in sws/prompts, by path; null: ours."""

    categorizer: str | None = Field(None, description="Sees `problem`, `categories`, `other`.")
    extractor: str | None = Field(None, description="Sees `problem`, `category`, `count`.")
    generator: str | None = Field(None, description="Sees `category`, `concepts`, `level`.")
    judge: str | None = Field(
        None,
        description="Sees `problem`, `category`, `concepts`, `level`, `criteria`, `lines`; of all "
        "judges.",
    )
    labeler: str | None = Field(None, description="Sees `problem`.")

    @model_validator(mode="after")
    def _usable(self) -> Self:
        for role, path in self.model_dump().items():
            if path:
                try:
                    check_template(role, path)
                except SwsError as error:
                    raise ValueError(str(error)) from None
        return self

    def digest(self, role: str) -> str:
        """The SHA-256 of a role's own template; '' where it is ours."""
        path = getattr(self, "judge" if role.startswith("judge:") else role, None)
        return hashlib.sha256(Path(path).expanduser().read_bytes()).hexdigest() if path else ""
