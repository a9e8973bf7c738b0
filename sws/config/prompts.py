"""Prompts of the user's own."""

import hashlib
from pathlib import Path

from pydantic import Field

from sws.config.section import Section


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
    verifier: str | None = Field(
        None,
        description="Sees `problem`, `solution`, `form` and the phrases `correct`, `incorrect`, "
        "`unsure`.",
    )

    def digest(self, role: str) -> str:
        """The SHA-256 of a role's own template; '' where it is ours."""
        path = getattr(self, "judge" if role.startswith("judge:") else role, None)
        file = Path(path).expanduser() if path else None
        return hashlib.sha256(file.read_bytes()).hexdigest() if file and file.is_file() else ""
