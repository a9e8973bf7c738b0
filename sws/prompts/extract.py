"""The extractor: the concepts that a problem tests."""

import json

from sws.identity import normalise
from sws.prompts.reading import Messages, Unread, fenced, user

LONGEST_NAME = 120


def messages(problem: str, category: str, count: int) -> Messages:
    """Ask for `count` concepts behind one problem."""
    return user(
        f"A student keeps failing the following {category} problem.\n\n"
        f"Problem:\n{problem}\n\n"
        f"Name the {count} pieces of mathematical knowledge that matter most for solving it. Each "
        "should be a general concept, technique or theorem as a textbook's index would list it, "
        "specific enough to write a new exercise about, and free of this problem's numbers and "
        "story.\n\nAfter a short analysis, give them as a JSON list of strings in a fenced "
        'block:\n```json\n["first concept", "second concept"]\n```'
    )


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
