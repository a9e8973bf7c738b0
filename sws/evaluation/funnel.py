"""The funnel: rows in and out of each stage, and the reasons for the rest."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection as Connection

from sws.augmented.augment import SYNTHETIC
from sws.evaluation.round import Round
from sws.store import count, sql_tables, stream


@dataclass(frozen=True)
class Stage:
    """Rows seen and kept by one stage, and the rejected ones by reason."""

    stage: str
    rows: int
    kept: int
    reasons: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The stage as the summary holds it."""
        return asdict(self)


def decisions(
    connection: Connection, stage: str, manifests: Sequence[Path], column: str = "kept"
) -> Stage:
    """Count the decisions in the tables of one filter; `column` is true where a row passed."""
    query = f"""
        SELECT {column} AS kept, reason, count(*) AS n FROM {sql_tables(manifests)}
        GROUP BY ALL ORDER BY n DESC, reason
    """
    kept, reasons = 0, {}
    for row in stream(connection, query):
        if row["kept"]:
            kept += row["n"]
        else:
            reasons[row["reason"]] = row["n"]
    return Stage(stage, kept + sum(reasons.values()), kept, reasons)


def funnel(connection: Connection, tables: Round) -> list[Stage]:
    """From the candidates written to the synthetic problems trained on."""
    written = count(tables.candidates)
    stages = [
        Stage("generate", written, written),
        decisions(connection, "screen", tables.screened),
        decisions(connection, "judge", tables.verdicts),
        decisions(connection, "label", tables.labels),
        decisions(connection, "difficulty", tables.difficulty),
    ]
    survived = stages[-1].kept
    chosen = sum(synthetic_by_category(connection, tables.augmented).values())
    over = {"over its category's budget": survived - chosen} if survived > chosen else {}
    return [*stages, Stage("augment", survived, chosen, over)]


def synthetic_by_category(connection: Connection, augmented: Path) -> dict[str, int]:
    """Synthetic problems in the augmented set, per category."""
    query = f"""
        SELECT category, count(*) AS n FROM {sql_tables([augmented])}
        WHERE source = '{SYNTHETIC}' GROUP BY category ORDER BY category
    """
    return {row["category"]: row["n"] for row in stream(connection, query)}
