"""What work costs on an A100, calibrated on the paper's account of one run (SwS, Table 2).

One speed is assumed for sampling (below), and the tokens of an answer follow from the table. The
arithmetic is told in docs/scaling.md. A run's own measurements replace all of it as they come.
"""

from typing import NamedTuple


class Row(NamedTuple):
    """A row of the paper's table, and what it is divided by here."""

    hours: float  # on A100-40G
    answers: int  # items times samples of each
    billions: float  # parameters asked for each, summed over the models asked


#: The run of the table: Qwen2.5-7B on MATH-12k; both trainings are steps x 1024 x 8 completions.
WEAKNESS = Row(2075, 200 * 1024 * 8, 7)
CONCEPTS = Row(1.6, 1_339, 70)
GENERATION = Row(1940, 1_000_000, 70)
QUALITY = Row(975, 842_000, 70 + 72)
ANSWERS = Row(4608, 302_000 * 8, 7)
DIFFICULTY = Row(768, 253_000 * 8, 7)
TRAINING = Row(9543, 600 * 1024 * 8, 7)

#: A100-seconds for a thousand sampled tokens, per billion parameters: 1,430 tokens a second at 7B.
SAMPLING = 0.1


def _tokens(row: Row) -> float:
    """Tokens of an answer that a row of sampling implies at that speed."""
    return row.hours * 3600 / row.answers / row.billions / SAMPLING * 1000


#: Tokens of an answer, by role. The categorizer is not in the table: a line after a short thought.
TOKENS = {
    "categorizer": 150.0,
    "extractor": _tokens(CONCEPTS),
    "generator": _tokens(GENERATION),
    "judge": _tokens(QUALITY),
    "labeler": _tokens(ANSWERS),
    "student": _tokens(DIFFICULTY),
}


def _training_seconds(row: Row) -> float:
    """A100-seconds for a thousand tokens of a completion that was trained on, per billion."""
    return row.hours * 3600 / row.answers / row.billions / TOKENS["student"] * 1000


#: What learning from a completion adds to sampling it; the initial run keeps every completion.
UPDATE = _training_seconds(WEAKNESS) - SAMPLING
#: Completions sampled for each that is trained on, where accuracy bounds discard groups.
DRAWS = (_training_seconds(TRAINING) - UPDATE) / SAMPLING

#: Shares that go on: of seed problems to the failure set, then from filter to filter.
FAILED = 1_339 / 12_000
SCREENED = 842 / 1_000
JUDGED = 302 / 842
LABELLED = 253 / 302
IN_BAND = 0.35
