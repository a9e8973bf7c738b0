"""Answers: extraction, verification and voting."""

from sws.verify.extract import bare_answer, extract_answer
from sws.verify.fast import canonical
from sws.verify.verifier import Outcome, Verification, Verifier
from sws.verify.vote import Vote, vote, wilson

__all__ = [
    "Outcome",
    "Verification",
    "Verifier",
    "Vote",
    "bare_answer",
    "canonical",
    "extract_answer",
    "vote",
    "wilson",
]
