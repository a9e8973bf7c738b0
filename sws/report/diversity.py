"""How diverse a round's problems are: blueprints, concepts covered, near duplicates."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from math import exp
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rich.console import Console

from sws.errors import SwsError
from sws.evaluation.show import new_console, new_table
from sws.queries import find_round, open_round
from sws.text.duplicates import NearDuplicates
from sws.text.novelty import batches
from sws.text.shingles import hashed

#: Jaccard similarity from which two problems are alike; screening leaves none above its own.
ALIKE = 0.5
#: The augmented set's synthetic problems, and all that every filter kept.
SETS = {
    "augmented": "SELECT * FROM synthetic WHERE published",
    "survivors": """
        SELECT * FROM screened
        WHERE kept AND problem_id IN (SELECT problem_id FROM difficulty WHERE kept)""",
}
_COUNTS = """
    SELECT count(*), count(DISTINCT blueprint_id),
           count(DISTINCT {'category': category, 'concepts': list_sort(concepts), 'level': level})
    FROM ({problems})
"""
_NAMED = "SELECT category, name FROM (SELECT category, unnest(concepts) AS name FROM ({problems}))"
_CONCEPTS = f"SELECT count(*) FROM ({_NAMED}) GROUP BY category, name ORDER BY ALL"


@dataclass(frozen=True)
class Diversity:
    """One set of problems.

    `combinations` are distinct concepts with their level; `concepts` those that some problem is
    about, of `all_concepts` found; `even_concepts` the number of equally frequent ones with the
    same entropy; `alike` the problems that repeat an earlier one in the same numbers and much the
    same words.
    """

    problems: int
    blueprints: int
    combinations: int
    concepts: int
    all_concepts: int
    even_concepts: float
    alike: int


def diversity(folder: Path, alike: float = ALIKE) -> dict[str, Diversity]:
    """The diversity of a round's sets, by the names of `SETS`.

    Raises SwsError for a round whose augmented set is not finished.
    """
    if not (folder / "augmented.json").exists():
        raise SwsError(
            f"{folder}: no augmented set yet",
            expected="a round whose synthesis is finished",
            fix="run `snakemake --cores all` there",
        )
    with open_round(folder) as connection:

        def rows(sql: str) -> list[tuple[Any, ...]]:
            found: list[tuple[Any, ...]] = connection.execute(sql).fetchall()
            return found

        sets = {}
        for name, sql in SETS.items():
            frequencies = np.array([n for (n,) in rows(_CONCEPTS.replace("{problems}", sql))])
            texts = [text for (text,) in rows(f"SELECT problem FROM ({sql}) ORDER BY problem")]
            ((problems, blueprints, combinations),) = rows(_COUNTS.replace("{problems}", sql))
            ((all_concepts,),) = rows("SELECT count(*) FROM concepts")
            sets[name] = Diversity(
                problems,
                blueprints,
                combinations,
                len(frequencies),
                all_concepts,
                _even(frequencies),
                _alike(texts, alike),
            )
    return sets


def _even(frequencies: npt.NDArray[np.int64]) -> float:
    """The exponential of the entropy of frequencies; 0 of none."""
    if not len(frequencies):
        return 0.0
    shares = frequencies / frequencies.sum()
    return exp(-float((shares * np.log(shares)).sum()))


def _alike(texts: Sequence[str], threshold: float) -> int:
    near = NearDuplicates(threshold)
    for batch in batches(texts):
        near.add(hashed(batch))
    twins, _ = near.resolve(np.zeros(len(texts), np.bool_))
    return int((twins >= 0).sum())


def compare(projects: Sequence[Path], alike: float = ALIKE) -> dict[str, dict[str, Diversity]]:
    """The diversity of the last round of each project's folder, or of a round's own folder."""

    def round_of(project: Path) -> Path:
        return project if (project / "augmented.json").exists() else find_round(project)

    return {str(project): diversity(round_of(project), alike) for project in projects}


def as_json(found: Mapping[str, Mapping[str, Diversity]]) -> dict[str, Any]:
    """For `--json`."""
    return {run: {name: asdict(one) for name, one in sets.items()} for run, sets in found.items()}


def print_diversity(
    found: Mapping[str, Mapping[str, Diversity]], console: Console | None = None
) -> None:
    """Print a column for each run: its augmented set, then all survivors."""
    table = new_table("Diversity of the synthetic problems")
    for heading in ("", *found):
        table.add_column(heading, justify="right" if heading else "left", overflow="fold")
    for name in SETS:
        for field in fields(Diversity):
            values = (getattr(sets[name], field.name) for sets in found.values())
            shown = (f"{one:,.1f}" if isinstance(one, float) else f"{one:,}" for one in values)
            table.add_row(f"{name}: {field.name.replace('_', ' ')}", *shown)
        table.add_section()
    (console or new_console()).print(table)
