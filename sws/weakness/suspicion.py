"""Suspicious accuracy histories: signs that whoever recorded them mixed up problems."""

from dataclasses import dataclass
from typing import Any

import duckdb

#: A history this many times as long as the median one holds more than one problem's accuracies,
#: unless it is only a few epochs longer: a run may end within an epoch, and re-roll prompts.
TOO_LONG, A_FEW = 1.5, 3
#: Two problems do not agree on this many solved epochs by chance.
MANY_SOLVED = 4


@dataclass(frozen=True)
class Suspicion:
    """Signs that a file does not hold one history per problem.

    `rows` histories have more than `limit` epochs, as if the accuracies of two problems were
    recorded under one id; `shared` of them are the same for different prompts. `repeated` prompts
    occur earlier in the file. `largest_difference` is that of recorded slopes from least squares,
    over `recorded` rows; `level` of these are level but for the file's rounding error.
    """

    limit: float = 0.0
    rows: int = 0
    shared: int = 0
    repeated: int = 0
    recorded: int = 0
    level: int = 0
    largest_difference: float | None = None

    @property
    def in_words(self) -> str:
        """A warning in words."""
        return (
            f"{self.rows} histories are suspicious: they have more than {self.limit:g} epochs, far "
            "over the median, as when two problems were recorded under one id "
            f"({self.shared} of them are the same for different prompts); they are treated like "
            "any other, but their accuracies are probably a mixture"
        )

    def as_json(self) -> dict[str, Any]:
        """The parts of `sws failures --json`."""
        return {
            "suspicious": {
                "rows": self.rows,
                "epochs_over": self.limit,
                "sharing_a_history": self.shared,
            },
            "repeated_prompts": self.repeated,
            "recorded_slopes": {
                "rows": self.recorded,
                "largest_difference": self.largest_difference,
                "level_but_for_rounding": self.level,
            },
        }


def suspicion(connection: duckdb.DuckDBPyConnection, measured: str) -> Suspicion:
    """Inspect the table of histories with their measures (`failures.measures`)."""
    query = f"""
        WITH long AS (SELECT greatest({TOO_LONG} * m, m + {A_FEW}) AS epochs FROM
                      (SELECT median(epochs) AS m FROM {measured} WHERE epochs > 0)),
             doubtful AS (SELECT * FROM {measured} WHERE epochs > (SELECT epochs FROM long)),
             agreeing AS (SELECT accuracies, count(DISTINCT prompt) AS prompts, count(*) AS n
                         FROM doubtful
                         WHERE len(list_filter(accuracies, lambda a: a > 0)) >= {MANY_SOLVED}
                         GROUP BY accuracies)
        SELECT (SELECT epochs FROM long),
               (SELECT count(*) FROM doubtful),
               (SELECT coalesce(sum(n), 0)::BIGINT FROM agreeing WHERE prompts > 1),
               count(prompt) - count(DISTINCT prompt),
               count(recorded),
               count(*) FILTER (slope = 0 AND recorded <> 0 AND trend = recorded),
               max(abs(recorded - slope))
        FROM {measured}
    """
    [row] = connection.execute(query).fetchall()
    return Suspicion(float(row[0] or 0), *row[1:])
