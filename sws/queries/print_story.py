"""The story of a problem as text for the terminal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sws.queries.story import Row, Story
from sws.terminal import printable

_INDENT = "  "
#: How many of a long list are shown; `--json` has all.
_SHOWN = 10


def print_story(story: Story) -> None:
    """Print a story; every text in it is escaped."""
    print(printable("\n".join(lines(story))))


def lines(story: Story) -> Iterator[str]:
    """A story line by line, for people."""
    yield f"Problem {story['problem_id']} ({story['round']})"
    if "seed" in story:
        yield from _seed(story["seed"])
    for number, one in enumerate(story.get("synthetic", ())):
        yield from _synthetic(one, repeated=number > 0)
    for row in story.get("benchmark", ()):
        yield from ("", f"Held-out problem of {printable(row['benchmark'])}", *_problem(row))
    if story["evaluations"]:
        yield from ("", "Held-out accuracy")
        for row in story["evaluations"]:
            share = f"{row['accuracy']:.0%} of {row['samples']} samples"
            yield f"  {row['arm']}: {share} ({printable(row['set'])})"


def _seed(seed: Story) -> Iterator[str]:
    for row in seed["rows"]:
        decision = "kept" if row["kept"] else f"rejected: {row['reason']}"
        yield from ("", f"Seed problem from {printable(row['source'])}, {decision}")
        yield from _problem(row)
        yield from _evidence(row)
    for row in seed["history"]:
        outcome = "failed" if row["failed"] else f"not in the failure set: {row['reason']}"
        yield from ("", f"Initial training: {outcome}")
        yield f"  accuracy by epoch: {_shares(row['accuracies'])}"
        if row["best"] is not None:
            yield f"  best {row['best']:.0%}, slope {row['slope'] or 0:+.3f} per epoch"
    runs: dict[str, list[float]] = {}
    for row in seed["accuracy"]:
        runs.setdefault(row["run"], []).append(row["accuracy"])
    for run, values in runs.items():
        yield f"  run {run}: {_shares(values)}"
    if seed["concepts"]:
        yield from ("", "Concepts")
        yield from (
            f"  {printable(row['name'])} (in {row['frequency']} problems)"
            for row in seed["concepts"]
        )
    if seed["blueprints"]:
        yield from ("", f"Blueprints on these concepts: {len(seed['blueprints'])}")
        yield from _some(
            f"  {row['blueprint_id']} level {printable(row['level'])}: {_names(row['concepts'])}"
            for row in seed["blueprints"]
        )
    if seed["written"]:
        taken = sum(row["stage"] == "augmented" for row in seed["written"])
        yield from ("", f"Problems that came of it: {len(seed['written'])}, {taken} augmented")
        yield from _some(
            f"  {row['problem_id']} {_stopped(row)}: {_line(row['problem'])}"
            for row in seed["written"]
        )


def _synthetic(one: Story, *, repeated: bool) -> Iterator[str]:
    title = "Written once more" if repeated else "Synthetic problem"
    yield from ("", f"{title}: candidate {one['candidate_id']}, {_stopped(one)}")
    yield from _problem(one)
    yield from _evidence(one)
    yield f"  blueprint {one['blueprint_id']}, level {printable(one['level'])}"
    yield f"  concepts: {_names(one['concepts'])}"
    if not one["problem"] and one["completion"]:
        yield from ("", "What the generator wrote", *_block(one["completion"]))
    if one["ratings"]:
        yield from ("", "Judges")
        for rating in one["ratings"]:
            yield f"  {printable(rating['judge'])}: {printable(rating['verdict'])}"
            yield from (_INDENT + line for line in _block(rating["completion"]))
    if one["votes"]:
        agree = f"{one['vote_share']:.0%} of {one['n_samples']} samples agree"
        yield from ("", f"Votes: {agree} ({_interval(one['low'], one['high'])})")
        yield from (f"  {group['votes']} x {printable(group['answer'])}" for group in one["votes"])
    if one["accuracy"] is not None:
        solves = f"the student solves {one['accuracy']:.0%} of {one['tries']} samples"
        between = _interval(one["accuracy_low"], one["accuracy_high"])
        yield from ("", f"Difficulty: {solves} ({between})")
    behind = one["failed_problems"]
    yield from ("", f"Failed problems behind it: {len(behind)}")
    yield from _some(
        f"  {row['failed_problem_id']} ({_shares(row['accuracies'])}) shares "
        f"{_names(row['shared_concepts'])}: {_line(row['failed_problem'])}"
        for row in behind
    )


def _interval(low: float, high: float) -> str:
    return f"95 % interval {low:.0%} to {high:.0%}"


def _problem(row: Row) -> Iterator[str]:
    yield from _block(row["problem"] or "")
    yield f"  answer: {printable(row['answer']) if row['answer'] else '-'}"
    if row["category"]:
        yield f"  category: {printable(row['category'])}"


def _evidence(row: Mapping[str, Any]) -> Iterator[str]:
    for name, value in (row["evidence"] or {}).items():
        yield f"  {printable(name)}: {_line(value)}"


def _stopped(row: Row) -> str:
    if row["stage"] == "augmented":
        return "in the augmented set"
    return f"{row['stage']}: {printable(row['reason'])}"


def _some(found: Iterator[str]) -> Iterator[str]:
    listed = list(found)
    yield from listed[:_SHOWN]
    if len(listed) > _SHOWN:
        yield f"  ... and {len(listed) - _SHOWN} more (--json has all)"


def _block(text: str) -> list[str]:
    return [_INDENT + line for line in printable(text).splitlines()]


def _line(text: str | None, width: int = 100) -> str:
    shown = " ".join(printable(text or "").split())
    return shown if len(shown) <= width else shown[: width - 1] + "…"


def _names(names: Sequence[str]) -> str:
    return ", ".join(map(printable, names))


def _shares(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.0%}" for value in values) or "never sampled"
