"""The extractor: the concepts that a problem tests."""

import json

from sws.identity import normalise
from sws.prompts.reading import Messages, Unread, fenced
from sws.prompts.templates import render

LONGEST_NAME = 120


def messages(problem: str, category: str, count: int, template: str | None = None) -> Messages:
    """Ask for `count` concepts behind one problem."""
    return render("extractor", template, problem=problem, category=category, count=count)


def parse(text: str) -> list[str] | Unread:
    """The concept names in order, without repeats."""
    block = fenced(text, "json")
    if block is None:
        return Unread("no closed ```json block")
    try:
        value = json.loads(block)
    except (ValueError, RecursionError):
        return Unread("the block is not JSON")
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        return Unread("the JSON is not a list of strings")
    names = [normalise(name) for name in value]
    names = list(dict.fromkeys(name for name in names if 0 < len(name) <= LONGEST_NAME))
    return names or Unread("the list is empty")
