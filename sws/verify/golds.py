"""A gold answer as data sets have it: text, a number, a list, or a whole worked solution."""

import json
import math
import re
from decimal import Decimal
from typing import Any, Literal

from sws.sources.escapes import repair
from sws.sources.paths import structure
from sws.verify.alternatives import KEY, any_of
from sws.verify.no_answer import (
    BYTES,
    EMPTY,
    INEXACT,
    NOT_FINITE,
    OBJECT,
    SEVERAL,
    UNIT_TESTS,
    Gold,
    nothing,
)
from sws.verify.solutions import final_answer

Several = Literal["one", "all", "any"]

_PLAIN = re.compile(r"[-+]?[\d][\d,./]*")
_BYTES = re.compile(r"b(['\"]).*\1", re.DOTALL)
_ASSERT = re.compile(r"\s*(?:assert\b|def test_|self\.assert|import unittest)")
_TEST_KEYS = {"inputs", "outputs", "fn_name", "test", "tests", "functional", "assert_case"}


def read_gold(value: Any, several: Several = "one") -> Gold:
    """The gold answer in a value.

    Of a worked solution (with a box, `####` as in GSM8K, `<answer>`, or "the answer is") it is the
    final answer. A list of one is its item; of more, by `several`: refused, all joined by commas,
    or alternatives of which any is right (see `sws.verify.alternatives`), as `{"any_of": [...]}`
    is in any case.
    """
    if isinstance(value, str):
        return _text(value, several)
    if isinstance(value, bytes):
        return _text(value.decode("utf-8", "replace"), several)
    if isinstance(value, bool):
        return Gold(str(value))
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, list):
        return _list(value, several)
    if isinstance(value, dict):
        return _object(value)
    return EMPTY if value is None else Gold(str(value))


def is_plain(value: Any) -> bool:
    """Whether a value is text that is a number and nothing else: its own gold answer."""
    return isinstance(value, str) and _PLAIN.fullmatch(value) is not None


def gold_as_text(value: Any, several: Several = "one") -> Gold:
    """The gold answer in a value, of which text is taken as it is and lists as in `read_gold`."""
    if not isinstance(value, list):
        return gold_as_is(value)
    golds = [gold_as_is(item) for item in value]
    if len(golds) == 1:
        return golds[0]
    if not any(gold.text for gold in golds):
        return EMPTY
    nested = any(isinstance(item, list | dict) for item in value)
    return SEVERAL if nested else _together(golds, several)


def gold_as_is(value: Any, several: Several = "one") -> Gold:
    """The gold answer in a value, unread: for verifiers that read it themselves.

    Lists and objects, such as the tests of code, become JSON; with `any` the items of a list are
    alternatives.
    """
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if value is None or (isinstance(value, str) and not value.strip()):
        return EMPTY
    if several == "any" and isinstance(value, list) and value:
        return gold_as_text(value, several)
    return Gold(value if isinstance(value, str) else json.dumps(value, default=str))


def _float(value: float) -> Gold:
    if math.isnan(value):
        return Gold("", "no answer: nan")
    if math.isinf(value):
        return NOT_FINITE
    if abs(value) > 2**53:
        return INEXACT
    return Gold(str(int(value)) if value.is_integer() else f"{Decimal(repr(value)):f}")


def _object(value: dict[Any, Any]) -> Gold:
    if set(value) == {KEY} and isinstance(value[KEY], list):
        return _list(value[KEY], "any")
    return UNIT_TESTS if _TEST_KEYS & value.keys() else OBJECT


def _list(values: list[Any], several: Several) -> Gold:
    if values and all(isinstance(item, str) and _ASSERT.match(item) for item in values):
        return UNIT_TESTS
    if len(values) == 1:
        return read_gold(values[0], several)
    golds = [read_gold(item) for item in values]  # a list within a list is one of its own
    if not any(gold.text for gold in golds):
        return golds[0] if golds else EMPTY
    pairs = zip(values, golds, strict=True)
    nested = [gold for item, gold in pairs if isinstance(item, list | dict)]
    if several == "all" and nested:
        return SEVERAL
    return next((gold for gold in nested if not gold.text), None) or _together(golds, several)


def _together(golds: list[Gold], several: Several) -> Gold:
    """Golds of which at least one is there, as one gold."""
    if several == "any":
        return Gold(any_of([gold.text for gold in golds if gold.text]))
    if several == "all":
        joined = ", ".join(gold.text for gold in golds)
        return next((gold for gold in golds if not gold.text), None) or Gold(joined)
    return SEVERAL


def _text(text: str, several: Several) -> Gold:
    if _PLAIN.fullmatch(text):
        return Gold(text)
    text = repair(text, maths=True).strip()
    if not text:
        return EMPTY
    if missing := nothing(text):
        return missing
    if text[0] in "[{" and (inside := structure(text)) is not None:
        if isinstance(inside, dict):
            return read_gold(inside, several)
        if all(isinstance(item, str) for item in inside):  # [1, 2] is an answer by itself
            return read_gold(inside, several)
    if _ASSERT.match(text):
        return UNIT_TESTS
    return BYTES if _BYTES.fullmatch(text) else final_answer(text)
