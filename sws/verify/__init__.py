"""Answers: extraction and verification."""

from sws.verify.compare import canonical
from sws.verify.reading import answer_in, bare_answer, extract_answer
from sws.verify.verifier import Outcome, Verification, Verifier

__all__ = [
    "Outcome",
    "Verification",
    "Verifier",
    "answer_in",
    "bare_answer",
    "canonical",
    "extract_answer",
]
