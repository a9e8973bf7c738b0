"""Known shapes of data sets: where those that people train on have the problem and the answer.

A shape is recognised by its columns. docs/your-own.md names the public loader that each was checked
against, and those that could not be checked.
"""

from dataclasses import dataclass, field
from typing import Any

from sws.sources.batch import Batch, find_column
from sws.sources.messages import is_chat

Block = dict[str, Any]


@dataclass(frozen=True)
class Shape:
    """A shape's name, the columns that mark it, and the settings that read it."""

    name: str
    marks: tuple[str, ...]
    problem: str
    answer: str
    category: str | None = None
    settings: Block = field(default_factory=dict)

    def fits(self, batch: Batch) -> bool:
        """Whether the first rows of a file have the shape."""
        return all(find_column(batch, mark) for mark in self.marks)

    def block(self, source: str) -> Block:
        """The section to paste."""
        columns = {"problem": self.problem, "answer": self.answer, "category": self.category}
        return {"source": source, "columns": columns, **self.settings}


_COMBINATORICS = {"Combinatorics": "Counting & Probability"}

#: The most particular first.
SHAPES = (
    Shape(
        "verl (DAPO-Math-17k, Skywork-OR1, Eurus-2-RL, DeepScaleR as verl prepares it)",
        ("prompt", "reward_model.ground_truth"), "prompt", "reward_model.ground_truth",
    ),
    Shape(
        "SYNTHETIC-1", ("prompt", "verification_info.ground_truth", "task_type"),
        "prompt", "verification_info.ground_truth", None,
        {"where": ("task_type = verifiable_math",)},
    ),
    Shape(
        "SYNTHETIC-2", ("prompt", "verification_info.ground_truth"),
        "prompt", "verification_info.ground_truth",
    ),
    Shape(
        "ORZ (Open-Reasoner-Zero)", ("0.value", "1.ground_truth.value"),
        "0.value", "1.ground_truth.value",
    ),
    Shape(
        "NuminaMath-1.5", ("problem", "answer", "problem_is_valid", "question_type"),
        "problem", "answer", "problem_type",
        {"where": ("question_type != proof", "problem_is_valid = Yes"),
         "map_categories": _COMBINATORICS},
    ),
    Shape(  # NuminaMath's columns without the marks of validity
        "OpenR1-Math", ("problem", "answer", "question_type"), "problem", "answer", "problem_type",
        {"where": ("question_type != proof",), "map_categories": _COMBINATORICS},
    ),
    Shape(
        "Big-Math", ("problem", "answer", "llama8b_solve_rate"), "problem", "answer", "domain",
    ),
    Shape(
        "OlympiadBench", ("question", "final_answer"), "question", "final_answer", "subfield",
        {"answers": "all", "map_categories": _COMBINATORICS},
    ),
    Shape("Omni-MATH", ("problem", "answer", "domain", "difficulty"), "problem", "answer",
          "domain"),
    Shape("MATH (with answers, MATH-500)", ("problem", "answer", "subject"), "problem", "answer",
          "subject"),
    Shape("MATH (hendrycks, lighteval)", ("problem", "solution", "type"), "problem", "solution",
          "type"),
    Shape("question and answer (GSM8K, AMC 2023, Minerva)", ("question", "answer"), "question",
          "answer"),
    Shape("open-instruct RLVR", ("messages", "ground_truth"), "messages", "ground_truth"),
    Shape("TRL prompt and solution", ("prompt", "solution"), "prompt", "solution"),
    Shape("problem and answer (DeepScaleR, AIME 2025)", ("problem", "answer"), "problem", "answer"),
    Shape("problem and solution (AIME 2024)", ("problem", "solution"), "problem", "solution"),
)  # fmt: skip

_PROBLEMS = ("problem", "question", "prompt", "query", "input", "instruction", "text", "messages",
             "conversations", "0.value")  # fmt: skip
_ANSWERS = ("answer", "final_answer", "ground_truth", "gold", "target", "label", "solution",
            "expected_answer", "output", "response", "1.value")  # fmt: skip
_CATEGORIES = ("category", "subject", "problem_type", "type", "topic", "domain", "subfield")


def recognise(batch: Batch) -> Shape | None:
    """The shape of a file by its first rows; a guess by common names where none is known."""
    for shape in SHAPES:
        if shape.fits(batch):
            if shape.category is None or find_column(batch, shape.category) is None:
                return _replace(shape, _first(batch, _CATEGORIES))
            return shape
    problem, answer = _first(batch, _PROBLEMS), _first(batch, _ANSWERS)
    if not problem or not answer:
        return None
    return Shape("no known shape; by common names", (), problem, answer, _first(batch, _CATEGORIES))


def has_unit_tests(batch: Batch) -> bool:
    """Whether a file has tests of programs in the place of answers."""
    return bool(_first(batch, ("test_list", "tests", "test", "test_cases")))


def _first(batch: Batch, names: tuple[str, ...]) -> str | None:
    return next((name for name in names if find_column(batch, name)), None)


def _replace(shape: Shape, category: str | None) -> Shape:
    return Shape(
        shape.name, shape.marks, shape.problem, shape.answer, category, dict(shape.settings)
    )


def kind_of_value(value: Any) -> str:
    """What a value is, for people."""
    if is_chat(value):
        return "chat messages"
    names = {str: "text", bytes: "bytes", bool: "truth value", int: "integer", float: "number"}
    if isinstance(value, list):
        return f"list of {len(value)}"
    if isinstance(value, dict):
        return f"object ({', '.join(map(str, list(value)[:4]))})"
    return "null" if value is None else names.get(type(value), type(value).__name__)
