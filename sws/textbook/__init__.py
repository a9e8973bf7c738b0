"""A procedural textbook of mathematics: problems, worked solutions and the truth about them."""

from sws.textbook.book import (
    Page,
    Problem,
    page_of,
    recognise,
    units_of,
    write_problem,
)
from sws.textbook.code import code_problems, recognise_code
from sws.textbook.drills import drills
from sws.textbook.sampling import code_text, keys, pages, pretraining_text
from sws.textbook.truth import Truth, truth
from sws.textbook.unit import LEVELS, Unit
from sws.textbook.units import ALL_UNITS, UNITS

__all__ = [
    "ALL_UNITS",
    "LEVELS",
    "UNITS",
    "Page",
    "Problem",
    "Truth",
    "Unit",
    "code_problems",
    "code_text",
    "drills",
    "keys",
    "page_of",
    "pages",
    "pretraining_text",
    "recognise",
    "recognise_code",
    "truth",
    "units_of",
    "write_problem",
]
