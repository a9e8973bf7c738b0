"""What work costs on an A100, calibrated on the paper's costs of one run (SwS, Table 2).

One sampling speed is assumed (below); the tokens per answer follow from the table, as explained in
docs/scaling.md. A run's own measurements replace these estimates.
"""

from typing import NamedTuple


class Row(NamedTuple):
    """A row of the paper's table, with the answers and parameters it covers."""

    hours: float  # on A100-40G
    answers: int  # items times samples per item
    billions: float  # parameters per answer, summed over all models asked


#: The run of the table: Qwen2.5-7B on MATH-12k; both trainings are steps x 1024 x 8 completions.
WEAKNESS = Row(2075, 200 * 1024 * 8, 7)
CONCEPTS = Row(1.6, 1_339, 70)
GENERATION = Row(1940, 1_000_000, 70)
QUALITY = Row(975, 842_000, 70 + 72)
ANSWERS = Row(4608, 302_000 * 8, 7)
DIFFICULTY = Row(768, 253_000 * 8, 7)
TRAINING = Row(9543, 600 * 1024 * 8, 7)

#: A100-seconds per 1,000 sampled tokens and billion parameters: 1,430 tokens a second at 7B.
SAMPLING = 0.1


def _tokens(row: Row) -> float:
    """Tokens per answer that a row implies at that speed."""
    return row.hours * 3600 / row.answers / row.billions / SAMPLING * 1000


#: Tokens per answer, by role. The categorizer, which the table lacks, writes a short rationale.
TOKENS = {
    "categorizer": 150.0,
    "extractor": _tokens(CONCEPTS),
    "generator": _tokens(GENERATION),
    "judge": _tokens(QUALITY),
    "labeler": _tokens(ANSWERS),
    "student": _tokens(DIFFICULTY),
    "verifier": 400.0,  # not in the table: a check without solving again
}


def _training_seconds(row: Row) -> float:
    """A100-seconds per 1,000 tokens trained on and billion parameters, sampling included."""
    return row.hours * 3600 / row.answers / row.billions / TOKENS["student"] * 1000


#: Training on a completion, without sampling it; the initial run trains on every completion.
UPDATE = _training_seconds(WEAKNESS) - SAMPLING
#: Completions sampled per completion trained on, if accuracy bounds discard groups.
DRAWS = (_training_seconds(TRAINING) - UPDATE) / SAMPLING

#: Shares kept: of seed problems in the failure set, then by each filter.
FAILED = 1_339 / 12_000
SCREENED = 842 / 1_000
JUDGED = 302 / 842
LABELLED = 253 / 302
IN_BAND = 88 / 253
