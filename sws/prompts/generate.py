"""The generator: a new problem from a blueprint."""

from collections.abc import Sequence

from sws.prompts.reading import Messages, Unread, fenced, user


def messages(category: str, concepts: Sequence[str], level: str) -> Messages:
    """Ask for one problem about these concepts."""
    listed = "\n".join(f"- {concept}" for concept in concepts)
    return user(
        f"Write one new {category} problem of difficulty {level} that exercises these concepts "
        f"together:\n{listed}\n\n"
        "Begin with a short rationale: how the concepts meet in one question, and why it has "
        "exactly one answer. Then state the problem.\n"
        "- Give every fact that is needed; leave nothing undefined or contradictory.\n"
        "- Ask for a single final answer that can be checked by comparing values: no choices to "
        "pick from, no several parts, no proof, no true-or-false.\n"
        "- Do not include the solution, the answer or a hint.\n\n"
        "Put the problem, and only the problem, in a fenced block:\n```text\nthe problem\n```"
    )


def parse(text: str) -> str | Unread:
    """The problem's text."""
    block = fenced(text, "text")
    if block is None:
        return Unread("no closed ```text block")
    return block or Unread("the block is empty")
