"""Levels: every graded problem with its pass rates, and the levels whose rules hold for them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from sws.config.level_rules import names_in, parse
from sws.config.schema import Config
from sws.config.staged import Staged
from sws.errors import SwsError
from sws.schemas import GradedRow, LevelRow, schema_of
from sws.staged.shares import Drawn
from sws.store import (
    TableWriter,
    count,
    database,
    kept,
    read_manifest,
    rejected,
    sql_tables,
    stream,
)

Row = dict[str, Any]


def run(
    config: Config, pool: Sequence[Path], rates: Mapping[str, Sequence[Path]], out: Path
) -> None:
    """Write the levels of every problem of the pool; `rates` holds the tables of each scorer.

    The table is streamed twice: to draw shares exactly, then to write. Of a part with a share
    below 1, eight bytes of each problem are in memory. Raises SwsError where a scorer's tables are
    missing or of another pool.
    """
    settings = config.staged
    _check(settings, pool, rates)
    columns = list(schema_of(GradedRow).names)
    with database(out.parent) as connection, TableWriter(out, schema(settings.scorers)) as writer:
        query = _joined(pool, rates, columns)

        def rows() -> Iterator[Row]:
            return stream(connection, query)

        drawn = Drawn(settings, config.seed)
        drawn.draw(
            (row, rates_of(row, settings.scorers)) for row in rows() if not _left_out(settings, row)
        )
        writer.add_all(leveled(settings, drawn, row) for row in rows())


def schema(scorers: Iterable[str]) -> pa.Schema:
    """The schema of the table: two columns for each scorer after those of all."""
    found = schema_of(LevelRow)
    for name in scorers:
        found = found.append(pa.field(f"pass_rate_{name}", pa.float64()))
        found = found.append(pa.field(f"n_{name}", pa.int32()))
    return found


def rates_of(row: Mapping[str, Any], scorers: Iterable[str]) -> dict[str, float | None]:
    """The pass rates in a row, by scorer."""
    return {name: row[f"pass_rate_{name}"] for name in scorers}


def leveled(settings: Staged, drawn: Drawn, row: Row) -> Row:
    """The row with its levels, and why it has none."""
    rates = rates_of(row, settings.scorers)
    if reason := _left_out(settings, row):
        return {**row, "matched": [], "levels": [], **rejected(reason, {})}
    matched = [
        name
        for name, parts in settings.levels.items()
        if any(parse(part.rule)(rates) for part in parts)
    ]
    levels = [name for name in matched if drawn.takes(name, row, rates)]
    if settings.overlap != "keep":
        levels = levels[:1] if settings.overlap == "first" else levels[-1:]
    if levels:
        decision = kept()
    elif matched:
        decision = rejected("not drawn", {})
    else:
        decision = _unmatched(settings, rates)
    return {**row, "matched": matched, "levels": levels, **decision}


def _left_out(settings: Staged, row: Mapping[str, Any]) -> str:
    """The rule by which a problem is dropped, or ''."""
    rates = rates_of(row, settings.scorers)
    return next((f"dropped: {rule}" for rule in settings.drop if parse(rule)(rates)), "")


def _unmatched(settings: Staged, rates: Mapping[str, float | None]) -> Any:
    """In no level: because no rule holds, or because a rate that would decide is not known."""
    rules = [part.rule for parts in settings.levels.values() for part in parts]
    unknown = [rule for rule in rules if parse(rule)(rates) is None]
    lacking = {name for rule in unknown for name in names_in(rule) if rates[name] is None}
    if lacking:
        return rejected("no pass rate", {"scorers": ", ".join(sorted(lacking))})
    return rejected("in no level", {})


def _joined(pool: Sequence[Path], rates: Mapping[str, Sequence[Path]], columns: list[str]) -> str:
    """SQL: the pool with the pass rates of every scorer, in the order of ids."""
    joins, chosen = "", [f"pool.{name}" for name in columns]
    for number, (name, shards) in enumerate(rates.items()):
        joins += f" LEFT JOIN {sql_tables(shards)} AS r{number} USING (problem_id)"
        chosen += [f"r{number}.pass_rate AS pass_rate_{name}", f"r{number}.n AS n_{name}"]
    tables = f"{sql_tables(pool)} AS pool{joins}"
    return f"SELECT {', '.join(chosen)} FROM {tables} ORDER BY pool.problem_id"


def _check(settings: Staged, pool: Sequence[Path], rates: Mapping[str, Sequence[Path]]) -> None:
    if missing := [name for name in settings.scorers if name not in rates]:
        raise SwsError(
            f"pass rates of {', '.join(missing)}: not given",
            expected=f"a table of each scorer: {', '.join(settings.scorers)}",
            fix="run `sws pass-rates` for each",
        )
    for name, tables in rates.items():
        for table in tables:
            read_manifest(table)
        if count(tables) != count(pool):
            raise SwsError(
                f"pass rates of {name}: {count(tables)} rows for {count(pool)} problems",
                expected="one for each problem of the pool",
                fix=f"run `sws pass-rates {name}` again for every shard",
            )
