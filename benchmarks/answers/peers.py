"""A peer's verdicts: JSON lines {gold, pred} in, one word a line out. Needs the peer alone.

It runs as ``PYTHON peers.py NAME``, so that a peer can live in an environment of its own:

    python -m venv peers
    peers/bin/pip install math-verify==0.9.0 mathruler==0.1.0 pylatexenc tqdm

Every peer is called as its documentation shows; a gold answer and a short answer are LaTeX, which
Math-Verify's README puts between dollar signs.
"""

from __future__ import annotations

import json
import re
import signal
import sys
from collections.abc import Callable

SECONDS = 10  # for one pair
_MARKED = re.compile(r"\$|\\boxed|\\\(|\\\[|####|answer", re.IGNORECASE)
SHORT = 200  # characters of an answer without prose around it


def wrapped(text: str) -> str:
    """A bare answer between dollar signs; a completion as it is."""
    return text if _MARKED.search(text) or len(text) > SHORT else f"${text}$"


def last_box(text: str) -> str:
    r"""The content of the last \\boxed{...}; else the text without dollar signs."""
    start = text.rfind("\\boxed{")
    if start < 0:
        return text.strip().strip("$")
    depth, begin = 0, start + len("\\boxed")
    for place in range(begin, len(text)):
        depth += (text[place] == "{") - (text[place] == "}")
        if depth == 0:
            return text[begin + 1 : place]
    return text[begin + 1 :]


def math_verify() -> Callable[[str, str], bool]:
    """Math-Verify, as its README shows."""
    from math_verify import parse, verify

    return lambda gold, pred: verify(parse(wrapped(gold)), parse(wrapped(pred)))


def math_verify_bare() -> Callable[[str, str], bool]:
    """Math-Verify without dollar signs, which reads plain expressions and the last number."""
    from math_verify import parse, verify

    return lambda gold, pred: verify(parse(gold), parse(pred))


def latex2sympy2_extended() -> Callable[[str, str], bool]:
    """Both sides as SymPy expressions, equal where their difference simplifies to zero."""
    from latex2sympy2_extended import latex2sympy
    from sympy import simplify

    def equal(gold: str, pred: str) -> bool:
        left, right = (latex2sympy(last_box(side)) for side in (gold, pred))
        return left == right or bool(simplify(left - right) == 0)

    return equal


def mathruler() -> Callable[[str, str], bool]:
    """MathRuler's grade_answer, a port of PRM800K's grader."""
    from mathruler.grader import grade_answer

    return lambda gold, pred: grade_answer(last_box(pred), last_box(gold))


PEERS = {
    "math-verify": math_verify,
    "math-verify-bare": math_verify_bare,
    "latex2sympy2-extended": latex2sympy2_extended,
    "mathruler": mathruler,
}


class _OutOfTimeError(BaseException):
    """A pair took too long."""


def main() -> None:
    """Answer on standard output: correct, wrong, error or timeout."""
    equal = PEERS[sys.argv[1]]()

    def out_of_time(*_: object) -> None:
        raise _OutOfTimeError

    for line in sys.stdin:
        row = json.loads(line)
        signal.signal(signal.SIGALRM, out_of_time)
        signal.alarm(SECONDS)
        try:
            outcome = "correct" if equal(row["gold"], row["pred"]) else "wrong"
        except _OutOfTimeError:
            outcome = "timeout"
        except Exception:
            outcome = "error"
        finally:
            signal.alarm(0)
        print(outcome, flush=True)


if __name__ == "__main__":
    main()
