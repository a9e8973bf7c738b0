"""Pass rates: how often a scorer solves each problem of a shard."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from sws.config.schema import Config
from sws.config.scorers import Scorer
from sws.engines import Request, Response, open_role, open_student, sampling_of
from sws.engines.open import RoleClient
from sws.errors import SwsError
from sws.filtering.difficulty import asked_of_student, outcomes_of
from sws.identity import seed_for
from sws.prompts.solve import student_messages
from sws.schemas import PassRateRow, schema_of
from sws.staged.known_rates import from_column, from_histories
from sws.staged.pool import with_suffix
from sws.store import count, read_rows, write_table
from sws.verifiers import open_verifier

_PROBLEM = ["problem_id", "problem", "answer", "domain"]
Row = dict[str, Any]


def run(
    config: Config, name: str, pool: Path, student: Path | None, histories: Path | None, out: Path
) -> None:
    """Write the pass rate of every problem of a shard of the pool, in its order.

    `student` is the folder (or its student.json) of a scorer that is one; `histories` the failure
    set that holds accuracies. A solution passes when it is correct; one of code, when all of its
    tests pass. A problem that the scorer was not or could not be asked about has no rate.
    """
    scorer = scorer_of(config, name)
    if scorer.by == "column":
        rows = from_column(config, name, scorer, pool)
    elif scorer.by == "histories":
        rows = from_histories(name, pool, _given(histories, name, "--histories"))
    else:
        _sample(config, name, scorer, pool, student, out)
        return
    write_table(out, schema_of(PassRateRow), rows)


def scorer_of(config: Config, name: str) -> Scorer:
    """The scorer of a name. Raises SwsError for any other."""
    if name not in config.staged.scorers:
        raise SwsError(
            f"no scorer is called {name!r}",
            expected=f"one of {', '.join(config.staged.scorers)}",
            fix="name it in staged.scorers",
        )
    return config.staged.scorers[name]


def _sample(
    config: Config, name: str, scorer: Scorer, pool: Path, student: Path | None, out: Path
) -> None:
    rows = (with_suffix(config, row) for row in read_rows(pool, _PROBLEM))
    client: AbstractContextManager[RoleClient]
    if scorer.by == "model":
        roles = config.roles.model_copy(update={"labeler": scorer.role})
        client = open_role(config.model_copy(update={"roles": roles}), "labeler")
        pairs = _asked_of_model(config, name, scorer, rows)
    else:
        client = open_student(config, _given(student, name, "--student"))
        pairs = asked_of_student(config, rows, scorer.samples, f"pass rate of {name}")
    settings = {"read_thoughts": config.student.read_thoughts}
    with client as asked, open_verifier("mixed", **settings) as verifier:

        def rate(row: Row, response: Response) -> Iterator[PassRateRow]:
            outcomes = outcomes_of(row["answer"], response, verifier)
            yield _rated(name, row["problem_id"], outcomes["correct"], response)

        asked.write(out, PassRateRow, pairs, rate, count([pool]), f"Solving ({name})")


def _rated(name: str, problem: str, passed: int, response: Response) -> PassRateRow:
    """The row of a problem, which says why where it has no rate."""
    samples = len(response.texts)
    why = "" if samples else f"could not be asked: {', '.join(response.finish_reasons)}"
    return {
        "problem_id": problem,
        "scorer": name,
        "pass_rate": passed / samples if samples else None,
        "n": samples or None,
        "reason": why,
    }


def _asked_of_model(
    config: Config, name: str, scorer: Scorer, rows: Iterator[Row]
) -> Iterator[tuple[Row, Request]]:
    """Requests with the prompts of the student, and the model's own sampling."""
    sampling = sampling_of(scorer.role, scorer.samples)
    for row in rows:
        seed = seed_for(config.seed, f"pass rate of {name}", row["problem_id"])
        messages = student_messages(row["problem"], row["prompt_suffix"])
        yield row, Request("labeler", messages, sampling, seed, {"problem": row["problem"]})


def _given(path: Path | None, name: str, option: str) -> Path:
    if path is None:
        raise SwsError(f"the scorer {name} needs {option}", fix=f"give {option}")
    return path
