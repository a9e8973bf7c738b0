"""Which sequences of actions a trajectory may have, and the names of those it may not."""

from collections.abc import Sequence
from itertools import pairwise

from sws.self_verify.segments import Segment

VALID = "valid"
CUT_OFF = "cut off"
EMPTY = "empty"
UNSOLVED = "begins with a verification"
UNVERIFIED = "ends without a verification"
SOLVED_TWICE = "a solution follows a solution"
VERIFIED_TWICE = "a verification follows a verification"
UNSTATED = "a verification without a judgement"
AFTER_CORRECT = "goes on after the judgement correct"
AFTER_INCORRECT = "ends after the judgement incorrect"

OUTCOMES = (
    *(VALID, CUT_OFF, EMPTY, UNSOLVED, UNVERIFIED, SOLVED_TWICE, VERIFIED_TWICE, UNSTATED),
    *(AFTER_CORRECT, AFTER_INCORRECT),
)


def outcome_of(segments: Sequence[Segment], finished: bool = True) -> str:
    """The name of a sequence: `valid`, or the first rule that it breaks.

    The rules: solve -> verify; verify, incorrect -> solve; verify, correct -> end. A completion
    that was not `finished` is cut off, unless it broke a rule before.
    """
    if not segments:
        return EMPTY if finished else CUT_OFF
    if segments[0].kind == "verify":
        return UNSOLVED
    for before, after in pairwise(segments):
        if broken := _broken(before, after):
            return broken
    return _ending(segments[-1]) if finished else CUT_OFF


def _broken(before: Segment, after: Segment) -> str:
    if before.kind == after.kind:
        return SOLVED_TWICE if after.kind == "solve" else VERIFIED_TWICE
    if before.judgement == "unstated":
        return UNSTATED
    return AFTER_CORRECT if before.judgement == "correct" else ""


def _ending(last: Segment) -> str:
    if last.kind == "solve":
        return UNVERIFIED
    return {"correct": VALID, "incorrect": AFTER_INCORRECT}.get(last.judgement or "", UNSTATED)
