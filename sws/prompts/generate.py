"""The generator: a new problem from a blueprint."""

from collections.abc import Sequence

from sws.prompts.reading import Messages, Unread, fenced
from sws.prompts.templates import render


def messages(
    category: str, concepts: Sequence[str], level: str, template: str | None = None
) -> Messages:
    """Ask for one problem about these concepts."""
    return render("generator", template, category=category, concepts=concepts, level=level)


def parse(text: str) -> str | Unread:
    """The problem's text."""
    block = fenced(text, "text")
    if block is None:
        return Unread("no closed ```text block")
    return block or Unread("the block is empty")
