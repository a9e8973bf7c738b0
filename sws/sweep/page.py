"""The tables of a sweep as Markdown, for a page of results."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sws.evaluation.show import ARMS
from sws.store import write_text
from sws.sweep.analysis import PREDICTORS
from sws.sweep.measuring import PARTS, Measured
from sws.sweep.show import Analysis, by_point, cell, interval, pairs_of

#: Where aiming at weakness would show: against the same synthesis, regardless of weakness.
_AIMING = "sws - random"


def write_page(
    analysis: Analysis, runs: Mapping[str, Sequence[Measured]], command: str, path: Path
) -> None:
    """Gains, accuracies, aiming and predictors, each a table of Markdown under its heading."""
    every = [run for point in runs.values() for run in point]
    minutes = sum(run.row["processor_minutes"] for run in every)
    parts = [
        f"{len(every)} runs, {minutes:.0f} processor minutes: `{command}`.",
        "Gains in points of accuracy, means over seeds with 95 % intervals over seeds (Student's "
        "t):",
        _gains(analysis),
        *_against_first(analysis),
        "Accuracy in %, and what may predict a gain; means over seeds:",
        _means(runs),
        f"Aiming ({_AIMING}) by part of the held-out problems: over seeds, and by bootstrap over "
        "seeds and problems:",
        _aiming(analysis),
        "Rank correlation of predictors with the gain over all runs, 95 % bootstrap intervals:",
        _predictors(analysis),
    ]
    write_text(path, "\n\n".join(parts) + "\n")


def _gains(analysis: Analysis) -> str:
    pairs = pairs_of(analysis)
    rows = [
        [name, str(len(point["seeds"]))]
        + [
            cell(point["gains"].get(pair, {}).get(part))
            for pair in pairs
            for part in ("all", "weak")
        ]
        for name, point in by_point(analysis).items()
    ]
    heads = [name for pair in pairs for name in (pair, "in weak categories")]
    return _table(["point", "seeds", *heads], rows)


def _against_first(analysis: Analysis) -> list[str]:
    """Of what is said only where points may be set against the first: those of one setting."""
    name, *others = analysis["points"]
    rows = [
        [other, *(interval(found.get(arm)) or "-" for arm in ("sws", "extended"))]
        for other in others
        if (found := analysis["points"][other].get("sws_against_first"))
    ]
    table = _table(["point", "less its sws", "less its extended"], rows)
    heading = f"`sws` of each point less the arms of the first, {name}, seed by seed, in points:"
    return [heading, table] if rows else []


def _means(runs: Mapping[str, Sequence[Measured]]) -> str:
    arms = [arm for arm in ARMS if all(arm in one.row for own in runs.values() for one in own)]
    rows = [
        [name]
        + [_mean([one.row[arm] for one in own], "{:.1f}", 100) for arm in arms]
        + [_mean([one.row.get(key) for one in own], "{:.2f}") for key in PREDICTORS]
        for name, own in runs.items()
    ]
    return _table(["point", *arms, *(key.replace("_", " ") for key in PREDICTORS)], rows)


def _aiming(analysis: Analysis) -> str:
    rows = []
    for name, point in by_point(analysis).items():
        gains = point["gains"].get(_AIMING, {})
        for part in PARTS if gains else ():
            both = interval(gains[part].get("over_both")) or "-"
            rows.append([name, part, cell(gains[part]), both])
    return _table(["point", "categories", "over seeds", "over seeds and problems"], rows)


def _predictors(analysis: Analysis) -> str:
    found = analysis["predictors"]
    rows = [
        [key.replace("_", " ")]
        + [
            "{value:+.2f} [{low:+.2f}, {high:+.2f}]".format(**own[key]) if key in own else "-"
            for own in found.values()
        ]
        for key in PREDICTORS
        if any(key in own for own in found.values())
    ]
    return _table(["predictor", *found], rows)


def _mean(values: Sequence[Any], shape: str, scale: float = 1.0) -> str:
    known = [value for value in values if value is not None]
    return shape.format(scale * sum(known) / len(known)) if known else "-"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
