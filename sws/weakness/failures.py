"""The failure set: problems that training does not help with (SwS, Eq. 4), computed in SQL."""

import logging
import tempfile
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from sws.budget import Weight, category_weights, write_weights
from sws.config.schema import Config
from sws.config.synthesis import Weakness
from sws.errors import SwsError
from sws.schemas import FailureRow, schema_of
from sws.store import TableWriter, arrow_batches, database
from sws.weakness.foreign import Settings
from sws.weakness.histories import histories
from sws.weakness.sizes import read_totals
from sws.weakness.suspicion import Suspicion, suspicion

log = logging.getLogger(__name__)

#: Tolerance between a slope recorded in a file and ours.
SAME_SLOPE = 1e-9


@dataclass
class Failures:
    """Counts by category of all problems and of failed ones, and why the others did not fail.

    `reachable`: the failed ones that were solved at least once; `by_reach`: whether the budget
    follows them.
    """

    by_reach: bool = False
    problems: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    reachable: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    rolled_out: int = 0
    suspicion: Suspicion = field(default_factory=Suspicion)

    def add(self, batch: pa.Table) -> None:
        """Count the rows of one batch of the table."""
        solved = pc.greater(pc.fill_null(batch["best"], 0), 0).to_pylist()
        rows = zip(batch["category"].to_pylist(), batch["reason"].to_pylist(), solved, strict=True)
        for (category, reason, once), count in Counter(rows).items():
            self.problems[category] += count
            self.failed[category] += 0 if reason else count
            self.reachable[category] += count if once and not reason else 0
            self.reasons[reason] += count
        self.rolled_out += pc.sum(pc.greater(batch["epochs"], 0)).as_py() or 0

    @property
    def weights(self) -> dict[str, Weight]:
        """The category weights that follow from the counts."""
        reachable = self.reachable if self.by_reach and self.reachable.total() else None
        return category_weights(self.problems, self.failed, reachable)


def run(
    config: Config,
    source: Path | str,
    seed_set: Path | None = None,
    totals: Path | None = None,
    out: Path | None = None,
    weights: Path | None = None,
    *,
    foreign: Settings | None = None,
) -> Failures:
    """Decide on every history of a source (see `histories`); write the table and weights if given.

    With `seed_set`, there is a row for every problem of the seed set. `foreign` says how another
    trainer's rollouts are read.
    `totals` holds how many problems each category has, where the source has only some of them.
    Raises SwsError if the rollouts come from several training runs, or from other problems than
    the seed set's.
    """
    found = Failures(by_reach=config.curriculum.budget == "reachable")
    _find(found, config.weakness, str(source), seed_set, out, foreign)
    if totals:
        found.problems = read_totals(totals, found.problems)
    if weights:
        write_weights(weights, found.weights)
    _log(found)
    if totals is None and found.failed.total() == found.problems.total() and seed_set is None:
        log.warning(
            "every problem of %s failed, so all weights are equal; give the number of problems "
            "in the whole set by category with --totals",
            source,
        )
    return found


def _find(
    found: Failures,
    weakness: Weakness,
    given: str,
    seed_set: Path | None,
    out: Path | None,
    foreign: Settings | None,
) -> None:
    with ExitStack() as stack:
        folder = out.parent if out else Path(stack.enter_context(tempfile.TemporaryDirectory()))
        connection = stack.enter_context(database(folder))
        source = histories(connection, given, seed_set, foreign)
        connection.execute(f"CREATE TABLE measured AS {measures(source)}")
        found.suspicion = suspicion(connection, "measured")
        writer = stack.enter_context(TableWriter(out, schema_of(FailureRow))) if out else None
        rows = _judged("measured", weakness, found.suspicion.limit)
        for batch in arrow_batches(connection, rows):
            found.add(batch)
            if writer:
                writer.add_table(batch)
        if not found.rolled_out:
            raise _nothing_rolled_out(given, seed_set)


def _nothing_rolled_out(source: str, seed_set: Path | None) -> SwsError:
    if seed_set is None:
        return SwsError(
            f"{source}: every history is empty: no problem was rolled out",
            expected="at least one accuracy",
            fix="check that the training run has written its rollouts",
        )
    return SwsError(
        f"{source}: no rollout belongs to a problem of {seed_set}",
        expected="the rollouts of a training run on this seed set",
        fix="name with --seed-set the seed set that the run was trained on",
    )


def _judged(measured: str, weakness: Weakness, limit: float) -> str:
    """SQL: the rows of the table, in the order of ids."""
    return f"""
        SELECT problem_id, category, coalesce(accuracies, []) AS accuracies, best, slope, epochs,
               reason = '' AS failed, reason, CASE
                   WHEN epochs > {limit} THEN MAP {{'suspicious_epochs': epochs::VARCHAR}}
                   WHEN reason = '' OR epochs = 0 THEN MAP {{}}
                   ELSE MAP {{'best': best::VARCHAR, 'slope': slope::VARCHAR}} END AS evidence
        FROM (SELECT *, {reason(weakness)} AS reason FROM {measured}) ORDER BY problem_id
    """


def measures(histories: str) -> str:
    """SQL: best, slope, epochs and trend beside each history's columns.

    The slope is that of ordinary least squares over the epochs' index i = 0..T-1, in accuracy per
    epoch: sum((i - (T-1)/2) a_i) / (T (T^2 - 1) / 12). It is rounded to 12 places, so that
    rounding errors cannot make a level history rise or fall; accuracies of k/2^n are exact.
    The trend is the slope, except for a level history with a recorded slope: there it is the
    recorded one, since the run that wrote the file decided by its rounding error.
    """
    centred = "list_dot_product(accuracies, range(epochs)::DOUBLE[]) - total * (epochs - 1) / 2"
    return f"""
        SELECT *, CASE WHEN slope = 0 AND abs(recorded) <= {SAME_SLOPE} THEN recorded
                       ELSE slope END AS trend
        FROM (SELECT *, CASE epochs WHEN 0 THEN NULL WHEN 1 THEN 0.0 ELSE
                  round(({centred}) / (epochs * (epochs::DOUBLE * epochs - 1) / 12), 12) + 0.0
                  END AS slope
              FROM (SELECT *, list_max(accuracies) AS best, list_sum(accuracies) AS total,
                           coalesce(len(accuracies), 0)::INTEGER AS epochs FROM ({histories})))
    """


def reason(weakness: Weakness) -> str:
    """SQL: why a history is not a failure; empty for a failure (SwS, Eq. 4)."""
    strict = weakness.form == "strict"
    cases = ["WHEN epochs = 0 THEN 'never rolled out'"]
    cases.append(f"WHEN best {'>=' if strict else '>'} {weakness.threshold} THEN 'solved'")
    if weakness.slope:
        cases.append("WHEN trend > 0 THEN 'improving'")
        cases.extend(["WHEN trend = 0 THEN 'not falling'"] if strict else [])
    return f"CASE {' '.join(cases)} ELSE '' END"


def _log(found: Failures) -> None:
    problems, failed = found.reasons.total(), found.failed.total()
    log.info("%d of %d problems failed (%d were rolled out)", failed, problems, found.rolled_out)
    if found.rolled_out < problems:
        log.warning(
            "%d problems were never rolled out and don't count as failed; train for more steps "
            "to reach them",
            problems - found.rolled_out,
        )
    if found.suspicion.rows:
        log.warning("%s", found.suspicion.in_words)
    if found.by_reach and failed:
        log.info("%d failed problems were solved at least once", found.reachable.total())
        if not found.reachable.total():
            log.warning("no failed problem is within reach: the budget follows all of them")
    if not failed:
        log.warning(
            "no problem failed: the weights are 0 and nothing will be synthesised; raise "
            "weakness.threshold, set weakness.slope to false, or bring harder problems"
        )
