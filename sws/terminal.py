"""The user's terminal, which stays in reach while standard error goes to a log file."""

import sys
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TextIO

from rich.console import Console
from rich.markup import escape

_terminal: TextIO | None = None  # while standard error goes elsewhere


def terminal() -> Console:
    """The terminal, also while standard error goes to a log file."""
    return Console(file=_terminal or sys.stderr, highlight=False)


def log_is_open() -> bool:
    """Whether standard error goes to a log file, as in every job of the workflow."""
    return _terminal is not None


def show_error(message: str) -> None:
    """Print an error on the terminal."""
    print(f"sws: {message}", file=_terminal or sys.stderr, flush=True)


@contextmanager
def terminal_at(stream: TextIO) -> Iterator[None]:
    """Reach the terminal by another stream than standard error within a `with` block."""
    global _terminal
    _terminal = stream
    try:
        yield
    finally:
        _terminal = None


def printable(text: str) -> str:
    """The text with control characters and direction marks as escapes; line ends stay.

    A terminal would obey them: a text of a model or a data set can then neither colour, move nor
    reverse what stands around it.
    """
    if text.isprintable():
        return text
    return "".join(
        char
        if char.isprintable() or char == "\n" or unicodedata.category(char) == "Zs"
        else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def harmless(value: Any) -> Any:
    """JSON with every text and key as a terminal and rich's markup may have it."""
    if isinstance(value, str):
        return escape(printable(value))
    if isinstance(value, Mapping):
        return {harmless(key): harmless(one) for key, one in value.items()}
    return [harmless(one) for one in value] if isinstance(value, list) else value
