r"""A gold answer as data sets have it: text, a number, a list, or a whole worked solution."""

import math
import re

from sws.verify import extract_answer

_SOLUTION = re.compile(r"\\boxed|^[ \t]*####", re.MULTILINE)


def read_answer(value: object) -> str:
    r"""The gold answer as text; '' when there is none.

    Of a worked solution (with ``\boxed`` or, as in GSM8K, ``####``) it is the final answer; the
    items of a list are joined by commas.
    """
    if isinstance(value, str):
        text = value.strip()
        return (extract_answer(text) or "").strip() if _SOLUTION.search(text) else text
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, list):
        return ", ".join(filter(None, map(read_answer, value)))
    return "" if value is None or isinstance(value, dict) else str(value)
