"""The truth about a text that the textbook wrote, by which filters are measured."""

from dataclasses import dataclass

from sws.textbook.flaws import MULTI_PART, unspoil


@dataclass(frozen=True)
class Truth:
    """The truth about one text.

    `solvable`: the given numbers determine an answer. `answer`: that answer in LaTeX, None when
    it has no answer or two. `level`: None when unsolvable. `flaw`: '' or one of
    `sws.textbook.flaws.FLAWS`, why the text is unfit for training.
    """

    solvable: bool
    answer: str | None
    category: str
    unit: str
    level: int | None
    concepts: tuple[str, ...]
    flaw: str

    @property
    def sound(self) -> bool:
        """One question with one answer that can be checked."""
        return not self.flaw


def truth(text: str) -> Truth | None:
    """The truth about a text that the textbook wrote, None for any other. Never raises."""
    known = unspoil(text)
    if known is None:
        return None
    flaw, problem = known
    solvable = problem.solvable
    return Truth(
        solvable=solvable,
        answer=problem.solution.answer if solvable and flaw != MULTI_PART else None,
        category=problem.unit.category,
        unit=problem.unit.name,
        level=problem.level if solvable else None,
        concepts=problem.unit.concepts,
        flaw=flaw,
    )
