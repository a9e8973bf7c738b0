"""The concept graph of one category, in arrays: what blueprints are drawn from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import duckdb
import numpy as np
import numpy.typing as npt

from sws.embedding import Matrix

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ConceptGraph:
    """n concepts in the order of their names, with the pairs that share a problem.

    `names` (n), `frequency` (n), `vectors` (n, d) as embedded; row i of the symmetric
    co-occurrence matrix has the counts `counts[starts[i]:starts[i+1]]` in the columns
    `neighbours[...]`.
    """

    names: Sequence[str]
    frequency: npt.NDArray[np.float64]
    vectors: Matrix
    starts: Indices
    neighbours: Indices
    counts: Matrix

    @classmethod
    def build(
        cls,
        names: Sequence[str],
        frequency: Sequence[float],
        vectors: npt.ArrayLike,
        pairs: Mapping[tuple[int, int], float],
    ) -> Self:
        """From the counts of unordered pairs of indices."""
        ends = np.array([*pairs], dtype=np.int64).reshape(-1, 2)
        counts = np.array([*pairs.values()], dtype=np.float32)
        return cls._from_arrays(
            names,
            np.asarray(frequency, dtype=np.float64),
            np.asarray(vectors, dtype=np.float32),
            ends[:, 0],
            ends[:, 1],
            counts,
        )

    @classmethod
    def read(cls, connection: duckdb.DuckDBPyConnection, category: str) -> Self:
        """From the concept tables."""
        columns = connection.sql(
            """SELECT name, frequency, vector FROM concept JOIN embedding USING (concept_id)
               WHERE category = ? ORDER BY name""",
            params=[category],
        ).to_arrow_table()
        names = columns["name"].to_pylist()
        flat = columns["vector"].combine_chunks().flatten().to_numpy()
        pairs = connection.execute(
            """WITH place AS (SELECT concept_id, row_number() OVER (ORDER BY name) - 1 AS place
                              FROM concept WHERE category = $1)
               SELECT one.place AS one, other.place AS other, count FROM cooccurrence
               JOIN place AS one ON one.concept_id = a JOIN place AS other ON other.concept_id = b
               WHERE category = $1 ORDER BY ALL""",
            [category],
        ).fetchnumpy()
        return cls._from_arrays(
            names,
            columns["frequency"].to_numpy().astype(np.float64),
            flat.reshape(len(names), -1) if names else np.zeros((0, 1), dtype=np.float32),
            pairs["one"],
            pairs["other"],
            pairs["count"].astype(np.float32),
        )

    @classmethod
    def _from_arrays(
        cls,
        names: Sequence[str],
        frequency: npt.NDArray[np.float64],
        vectors: Matrix,
        one: Indices,
        other: Indices,
        counts: Matrix,
    ) -> Self:
        rows, columns = np.concatenate([one, other]), np.concatenate([other, one])
        order = np.lexsort((columns, rows))
        starts = np.searchsorted(rows[order], np.arange(len(names) + 1))
        return cls(names, frequency, vectors, starts, columns[order], np.tile(counts, 2)[order])
