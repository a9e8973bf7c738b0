r"""Where a completion states its answer, and what it states.

Every function is total and linear in the length of the text: a model may write megabytes of
``\boxed{`` and must not slow the reader down.
"""

from sws.verify.reading.bare import bare_answer
from sws.verify.reading.completion import answer_in, extract_answer

__all__ = ["answer_in", "bare_answer", "extract_answer"]
