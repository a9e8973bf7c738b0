"""Whether a text is new: words, shingles, MinHash, and what they say about two texts."""

from sws.text.novelty import Novelty
from sws.text.words import words

__all__ = ["Novelty", "words"]
