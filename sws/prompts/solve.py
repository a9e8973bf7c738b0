"""Solving: what the labeler and the student are asked."""

from sws.prompts.reading import Messages, user
from sws.prompts.templates import render


def labeler_messages(problem: str, template: str | None = None) -> Messages:
    """Ask the labeler for one worked solution."""
    return render("labeler", template, problem=problem)


def student_messages(problem: str, suffix: str) -> Messages:
    """Ask the student, exactly as in training."""
    return user(f"{problem} {suffix}".rstrip())
