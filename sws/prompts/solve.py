"""Solving: what the labeler and the student are asked."""

from sws.prompts.reading import Messages, user

INSTRUCTION = "Solve the problem step by step, and put the final answer within \\boxed{}."


def labeler_messages(problem: str) -> Messages:
    """Ask the labeler for one worked solution."""
    return user(f"{INSTRUCTION}\n\n{problem}")


def student_messages(problem: str, suffix: str) -> Messages:
    """Ask the student, exactly as in training."""
    return user(f"{problem} {suffix}".rstrip())
