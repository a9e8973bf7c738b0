"""Conditions on columns: `question_type != proof`, `solve_rate <= 0.5`, `level in [4, 5]`."""

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from sws.errors import SwsError

_CONDITION = re.compile(r"\s*([\w.\-]+)\s*(==|=|!=|<=|>=|<|>|\bnot\s+in\b|\bin\b)\s*(\S.*?)\s*")
_ORDERS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


@dataclass(frozen=True)
class Condition:
    """What a row's value at `path` must be."""

    path: str
    sign: str
    wanted: Any

    @property
    def text(self) -> str:
        """The condition as it reads."""
        return f"{self.path} {self.sign} {self.wanted}"

    def holds(self, value: Any) -> bool:
        """Whether a value satisfies it; a missing one does so for `!=` and `not in` only."""
        if self.sign in _ORDERS:
            number = _number(value)
            return number is not None and _ORDERS[self.sign](number, float(self.wanted))
        among = self.wanted if isinstance(self.wanted, list) else [self.wanted]
        found = any(_same(value, one) for one in among)
        return found == (self.sign in ("=", "in"))


def parse_conditions(texts: Sequence[str], key: str) -> list[Condition]:
    """The conditions of `where:`. Raises SwsError for anything that is none."""
    return [parse_condition(text, key) for text in texts]


def parse_condition(text: str, key: str) -> Condition:
    """One condition: a path, a sign, and a value in YAML."""
    found = _CONDITION.fullmatch(text)
    value = _yaml(found[3]) if found else None
    sign = re.sub(r"\s+", " ", found[2]).replace("==", "=") if found else ""
    listed = isinstance(value, list)
    fits = _number(value) is not None if sign in _ORDERS else listed == sign.endswith("in")
    if not found or not fits or isinstance(value, dict):
        raise SwsError(
            f"{key}.where: {text!r} is not a condition",
            expected="COLUMN SIGN VALUE with =, !=, <, <=, >, >= or in, not in: "
            "question_type != proof, solve_rate <= 0.5, ability in [MATH, math]",
            fix=f"change {key}.where in params.yaml",
        )
    return Condition(found[1], sign, value)


def _yaml(text: str) -> Any:
    """A value or a list of values as text, so that `Yes` is no truth value; null is None."""
    try:
        value = yaml.load(text, yaml.BaseLoader)
    except yaml.YAMLError:
        return text
    if isinstance(value, list):
        return [None if item == "null" else item for item in value]
    return None if value == "null" else value


def _number(value: Any) -> float | None:
    try:
        return None if value is None else float(value)
    except (TypeError, ValueError):
        return None


def _same(value: Any, wanted: Any) -> bool:
    """Equal as values or as text, since a file of text says `True` and `1` in its own way."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if value is None or wanted is None:
        return value is None and wanted is None
    numbers = (None, None) if isinstance(value, bool) else (_number(value), _number(wanted))
    if None not in numbers:
        return numbers[0] == numbers[1]
    return str(value).strip().casefold() == str(wanted).strip().casefold()
