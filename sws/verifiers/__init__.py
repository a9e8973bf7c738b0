"""Verifiers by name: math, exact, choice, code, mixed, and `module:function` of the user's own."""

from sws.verifiers.base import AnswerVerifier
from sws.verifiers.registry import NAMES, Verifiers, open_verifier

__all__ = ["NAMES", "AnswerVerifier", "Verifiers", "open_verifier"]
