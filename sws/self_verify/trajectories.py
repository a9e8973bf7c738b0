"""Trajectories: attempts of a problem and their verifications, joined to a text to learn from."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from sws.config.schema import Config
from sws.errors import SwsError
from sws.identity import generator
from sws.schemas import TrajectoryRow, schema_of
from sws.self_verify.rounds import Attempt, choose, compose, rounds_for
from sws.self_verify.segments import SegmentParser
from sws.self_verify.transitions import VALID, outcome_of
from sws.store import TableWriter, database, kept, rejected, sql_tables, stream
from sws.verifiers import AnswerVerifier, open_verifier

Row = dict[str, Any]


def run(config: Config, verifications: Path, seed_set: Path, out: Path) -> None:
    """Write a row per problem that was attempted: its trajectory, or why it has none.

    Raises SwsError when no problem has one.
    """
    query = f"""
        SELECT v.* EXCLUDE (reason, evidence), s.problem, s.answer AS gold, s.category
        FROM {sql_tables([verifications])} v JOIN {sql_tables([seed_set])} s USING (problem_id)
        ORDER BY v.problem_id, v.sample
    """
    found = 0
    with (
        database(out.parent) as connection,
        open_verifier(config.seed_set.verifier) as verifier,
        TableWriter(out, schema_of(TrajectoryRow)) as writer,
    ):
        problems = groupby(stream(connection, query), lambda row: row["problem_id"])
        for _, rows in problems:
            trajectory = _trajectory(config, list(rows), verifier)
            found += trajectory["kept"]
            writer.add(trajectory)
        if not found:
            raise SwsError(
                f"{verifications}: no problem has a trajectory",
                expected="problems that the student solves now and then, and true verifications",
                fix="look at the column `reason` there; the verifier may not know these problems "
                "(roles.verifier), or the student solves none",
            )


def _trajectory(config: Config, rows: Sequence[Row], verifier: AnswerVerifier) -> TrajectoryRow:
    settings, first = config.self_verify, rows[0]
    rule, key = settings.trajectories, first["problem_id"]
    accuracy = sum(row["outcome"] == "correct" for row in rows) / len(rows)
    usable = [_attempt(row) for row in rows if row["kept"]]
    rounds = rounds_for(accuracy, rule)
    rng = generator(config.seed, "trajectories", key)
    chosen = choose(usable, rounds, verifier.equal, rng) if rounds else []
    text = compose(chosen, settings.phrases) if chosen else ""
    share = rule.keep_share[len(chosen) - 1] if chosen else 1.0
    structure = outcome_of(SegmentParser(settings.phrases).parse(text))
    if not rounds:
        decision = rejected("never solved")
    elif not chosen:
        decision = rejected("no right attempt with a true verification", {"attempts": len(rows)})
    elif structure != VALID:
        decision = rejected("not a valid sequence", {"structure": structure})
    elif generator(config.seed, "trajectories kept", key).random() >= share:
        decision = rejected("left out by keep_share", {"share": share})
    else:
        decision = kept()
    return {
        "problem_id": key,
        "problem": first["problem"],
        "answer": first["gold"],
        "category": first["category"],
        "accuracy": accuracy,
        "rounds_wanted": rounds,
        "rounds": len(chosen),
        "samples": [attempt.sample for attempt in chosen],
        "completion": text,
        **decision,
    }


def _attempt(row: Row) -> Attempt:
    right = row["outcome"] == "correct"
    return Attempt(row["sample"], row["solution"], row["answer"], right, row["verification"])
