"""The decision that a filter makes on every row it sees: kept or not, the reason, the evidence."""

import json
from collections.abc import Mapping
from typing import TypedDict

#: The facts behind a decision, by name, as text: `evidence['similarity']` in DuckDB.
Evidence = dict[str, str]


class Decision(TypedDict):
    """The columns that a filter adds; `reason` is empty and `evidence` has no entry when kept."""

    kept: bool
    reason: str
    evidence: Evidence


def kept() -> Decision:
    """The decision on a row that passes."""
    return {"kept": True, "reason": "", "evidence": {}}


def rejected(reason: str, evidence: Mapping[str, object] | None = None) -> Decision:
    """The decision on a row that does not pass; evidence other than text is stored as JSON."""
    shown = {name: as_text(value) for name, value in sorted((evidence or {}).items())}
    return {"kept": False, "reason": reason, "evidence": shown}


def as_text(value: object) -> str:
    """A piece of evidence as text."""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
