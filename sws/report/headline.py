"""The result in a sentence, and how certain it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sws.evaluation.show import NOTHING_SURVIVED, conclusions, first_metric

Summary = Mapping[str, Any]

#: Sentences that the page says in its own way.
_SAID = (NOTHING_SURVIVED, "sws over extended")


@dataclass(frozen=True)
class Headline:
    """The sentence, what it rests on, and what else a reader has to know."""

    sentence: str
    detail: str
    notes: list[str]


def headline(summary: Summary) -> Headline:
    """What the run found, in words that a 95 % interval supports."""
    metric = first_metric(summary)
    gain = summary["gains"].get("sws - extended", {}).get("overall", {}).get(metric)
    written = sum(summary["augmented"]["synthetic"].values())
    notes = [note for note in conclusions(summary) if not note.startswith(_SAID)]
    if not written:
        return Headline("No synthetic problem survived the filters.", NOTHING_SURVIVED, notes)
    if not gain:
        return Headline(
            f"{written:,} synthetic problems, and no control to compare them with.",
            "The arms `sws` and `extended` were not both trained, so their gain is not known.",
            notes,
        )
    sws, extended = (summary["arms"][arm]["overall"][metric] for arm in ("sws", "extended"))
    detail = (
        f"Held-out accuracy ({metric}): {percent(sws)} with them, {percent(extended)} after the "
        f"same training on the seed set alone. 95 % interval of the difference: "
        f"{points(gain['low'])} to {points(gain['high'])} points."
    )
    return Headline(_sentence(written, gain), detail, notes)


def _sentence(written: int, gain: Mapping[str, float]) -> str:
    what = f"Training on {written:,} synthetic problems"
    size = f"{abs(100 * gain['value']):.1f} points"
    if gain["low"] > 0:
        return f"{what} beat the control by {size}."
    if gain["high"] < 0:
        return f"{what} fell {size} short of the control."
    return f"{what} made no clear difference: {points(gain['value'])} points, within chance."


def percent(estimate: Mapping[str, float] | None) -> str:
    """An estimate's value in per cent."""
    return f"{100 * estimate['value']:.1f} %" if estimate else "–"


def interval(estimate: Mapping[str, float]) -> str:
    """An estimate's interval in per cent."""
    return f"{100 * estimate['low']:.1f} to {100 * estimate['high']:.1f}"


def points(share: float, digits: int = 1) -> str:
    """A difference of shares in points, with its sign."""
    shown = f"{100 * share:+.{digits}f}".replace("-", "\N{MINUS SIGN}")
    return shown if share else shown[1:]
