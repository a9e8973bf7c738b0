"""Verdicts: the candidates that pass the judges, by one of three published keep rules."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sws.config.filtering import Verdicts as Rules
from sws.config.schema import Config
from sws.errors import SwsError
from sws.schemas import VerdictRow, schema_of
from sws.store import kept, read_rows, rejected, write_table

GOOD = ("perfect", "acceptable")
BEST, WORST = "perfect", "bad"
#: In place of the verdict of a judge whom the others made superfluous.
NOT_ASKED = "not asked"


def paper(verdicts: Sequence[str], rules: Rules) -> str:
    """SwS, section 3.3: enough perfect ratings and no bad one; an unparsed one is neither."""
    if "bad" in verdicts:
        return "a bad verdict"
    share = verdicts.count("perfect") / len(verdicts)
    return "" if share >= rules.perfect_share else "too few perfect verdicts"


def readme(verdicts: Sequence[str], _rules: Rules) -> str:
    """The reference's README: one perfect, and one more perfect or acceptable."""
    if "perfect" not in verdicts:
        return "no perfect verdict"
    good = sum(verdict in GOOD for verdict in verdicts)
    return "" if good >= 2 else "no second good verdict"


def code(verdicts: Sequence[str], _rules: Rules) -> str:
    """The reference's filter code: the first judge perfect, the others at least acceptable."""
    if verdicts[0] != "perfect":
        return "the first judge's verdict is not perfect"
    return "" if all(verdict in GOOD for verdict in verdicts) else "a verdict under acceptable"


#: Each rule gives the reason to reject, or '' to keep.
KEEP_RULES: dict[str, Callable[[Sequence[str], Rules], str]] = {
    "paper": paper,
    "readme": readme,
    "code": code,
}


def decide(verdicts: Sequence[str], rules: Rules) -> str | None:
    """The reason to reject, '' to keep, or None where it depends on judges not asked yet.

    No rule rejects for a better verdict, so what it makes of the best and the worst that a judge
    might say bounds the rest.
    """
    rule = KEEP_RULES[rules.keep]
    reason = rule([BEST if one == NOT_ASKED else one for one in verdicts], rules)
    if reason or NOT_ASKED not in verdicts:
        return reason
    return None if rule([WORST if one == NOT_ASKED else one for one in verdicts], rules) else ""


def run(config: Config, screened: Path, ratings: Sequence[Path], out: Path) -> None:
    """Write the decision on every screened problem that was kept.

    `ratings` holds one table per judge, in any order. Raises SwsError when one is missing or
    belongs to another table of problems.
    """
    write_table(out, schema_of(VerdictRow), _decisions(config, screened, ratings))


def _decisions(config: Config, screened: Path, ratings: Sequence[Path]) -> Iterator[VerdictRow]:
    judges = list(config.roles.judges)
    if len(ratings) != len(judges):
        raise SwsError(
            f"{screened}: {len(ratings)} tables of ratings",
            expected=f"one for each judge: {', '.join(judges)}",
        )
    rows = read_rows(screened, ["problem_id", "problem", "category"], only="kept")
    for row, given in with_ratings(rows, ratings):
        verdicts = {judge: given[judge] for judge in judges if judge in given}
        if len(verdicts) != len(judges):
            raise SwsError(
                f"{screened}: problem {row['problem_id']} was rated by {', '.join(sorted(given))}",
                expected=f"by each of {', '.join(judges)}",
                fix="run `sws judge` again for the missing judge",
            )
        reason = decide(list(verdicts.values()), config.verdicts)
        if reason is None:
            raise SwsError(
                f"{screened}: problem {row['problem_id']}: a judge who decides was not asked",
                fix="run `sws judge` again for this shard, judge by judge",
            )
        decision = rejected(reason, {"rule": config.verdicts.keep}) if reason else kept()
        yield {
            "problem_id": row["problem_id"],
            "problem": row["problem"],
            "category": row["category"],
            "verdicts": verdicts,
            **decision,
        }


def with_ratings(
    rows: Iterator[dict[str, Any]], ratings: Sequence[Path]
) -> Iterator[tuple[dict[str, Any], dict[str, str]]]:
    """Each problem with its judges' verdicts; ratings were written in the problems' order."""
    streams = [read_rows(path, ["problem_id", "judge", "verdict"]) for path in ratings]
    for row in rows:
        found = {}
        for path, stream in zip(ratings, streams, strict=True):
            rating = next(stream, None)
            if rating is None or rating["problem_id"] != row["problem_id"]:
                raise _not_its_ratings(path, row["problem_id"])
            found[rating["judge"]] = rating["verdict"]
        yield row, found
    for path, stream in zip(ratings, streams, strict=True):
        if extra := next(stream, None):
            raise _not_its_ratings(path, extra["problem_id"])


def _not_its_ratings(path: Path, problem: str) -> SwsError:
    return SwsError(
        f"{path}: these ratings belong to other problems (first difference: {problem})",
        expected="one rating for each screened problem that was kept, in the same order",
        fix="run `sws judge` again for this shard",
    )
