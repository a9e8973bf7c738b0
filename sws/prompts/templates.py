"""Prompts as files: the templates in this folder, or the user's own in their place.

A template is Jinja text that sees the fields of its role. One of the user's is checked before
anything is asked: every field must be used, no other may be, and the answer format that the
role's parser reads must be in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateError, meta
from jinja2.sandbox import SandboxedEnvironment

from sws.errors import SwsError
from sws.prompts.reading import Messages, user


@dataclass(frozen=True)
class Contract:
    """What a role's template must use, what it may use, and what its text must hold."""

    needs: tuple[str, ...]
    may: tuple[str, ...]
    format: tuple[str, ...]


CONTRACTS = {
    "categorizer": Contract(("problem", "categories"), ("other",), ("Category:",)),
    "extractor": Contract(("problem", "count"), ("category",), ("```json",)),
    "generator": Contract(("concepts", "level"), ("category",), ("```text",)),
    "judge": Contract(
        ("problem", "concepts", "level"), ("category", "criteria", "lines"), ("Verdict:",)
    ),
    "labeler": Contract(("problem",), (), ("\\boxed",)),
    "verifier": Contract(
        ("problem", "solution", "correct", "incorrect"), ("form", "unsure"), ("It is right.",)
    ),
}
_ENVIRONMENT = SandboxedEnvironment(
    undefined=StrictUndefined, autoescape=False, keep_trailing_newline=False, trim_blocks=True
)
#: Fields to try a template with.
_TRIAL: dict[str, Any] = {
    "problem": "What is 1 + 1?", "categories": {"Algebra": ""}, "other": "Other", "count": 3,
    "category": "Algebra", "concepts": ["addition"], "level": "easy",
    "criteria": {"Format": "one question"}, "lines": ["Verdict: perfect, acceptable or bad"],
    "solution": "It is 2.", "form": "confirmative", "unsure": "Nobody knows.",
    "correct": "It is right.", "incorrect": "It is wrong.",
}  # fmt: skip


def render(role: str, path: str | None = None, **fields: Any) -> Messages:
    """The prompt of a role about some fields, from the user's template or from ours."""
    return user(_template(role, path).render(fields))


def template_text(role: str, path: str | None = None) -> str:
    """The text of a role's template: the user's, or ours."""
    return _read(path or str(_own(role)), role)


def check_template(role: str, path: str) -> None:
    """Raise SwsError for a template that lacks a field or the answer format, or is none."""
    contract = CONTRACTS[role]
    text = _read(path, role)
    try:
        used = meta.find_undeclared_variables(_ENVIRONMENT.parse(text))
    except TemplateError as error:
        raise _fault(role, path, f"not a template ({error})") from None
    if missing := sorted(set(contract.needs) - used):
        raise _fault(role, path, f"does not use {_fields(missing)}")
    if unknown := sorted(used - {*contract.needs, *contract.may}):
        raise _fault(role, path, f"uses {_fields(unknown)}, which this role does not have")
    try:
        shown = _ENVIRONMENT.from_string(text).render(_TRIAL)
    except (TemplateError, TypeError, ArithmeticError) as error:
        raise _fault(role, path, f"not a template ({error})") from None
    if absent := [part for part in contract.format if part not in shown]:
        raise _fault(role, path, f"does not ask for the answer format {', '.join(absent)}")


def check_templates(prompts: Mapping[str, str | None]) -> None:
    """`check_template` for every role that has one of the user's."""
    for role, path in prompts.items():
        if path:
            check_template(role, path)


def _fields(names: Sequence[str]) -> str:
    return ", ".join("{{ " + name + " }}" for name in names)


def _fault(role: str, path: str, what: str) -> SwsError:
    contract = CONTRACTS[role]
    return SwsError(
        f"prompts.{role}: {path}: {what}",
        expected=f"a Jinja template with {_fields(contract.needs)}, that may use "
        f"{_fields(contract.may) or 'nothing else'} and asks for {', '.join(contract.format)}",
        fix=f"start from a copy of {_own(role)}",
    )


def _own(role: str) -> Path:
    return Path(__file__).with_name(f"{role}.jinja")


def _read(path: str, role: str) -> str:
    try:
        return Path(path).expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise _fault(role, path, f"cannot be read ({error})") from None


@lru_cache(maxsize=32)
def _template(role: str, path: str | None) -> Any:
    if path:
        check_template(role, path)
    return _ENVIRONMENT.from_string(_read(path or str(_own(role)), role))
