"""Lists of words, written as one text."""

from __future__ import annotations


def words_of(text: str) -> list[str]:
    """The words between the spaces of a text."""
    return text.split()
