"""The hours of a configuration beside those of the same one with a variant, saving by saving."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sws.config.frugal import Frugal
from sws.config.schema import Config
from sws.planning.plan import Plan, plan
from sws.planning.project import NOTHING, Project
from sws.planning.savings import SOURCES

#: The keys of `frugal` that make up each saving, in the order in which they are counted.
OPTIONS = {
    "waves": ("waves", "first", "over"),
    "judges": ("judges",),
    "votes": ("votes",),
    "difficulty": ("difficulty", "error"),
    "prompts": ("prompts", "explore"),
}


@dataclass(frozen=True)
class Saving:
    """What one option saves where those before it in the list are in force, in A100-hours."""

    option: str
    hours: float
    source: str


@dataclass(frozen=True)
class Comparison:
    """Two plans by the calibration alone, controls and evaluation left out, and their difference.

    `stages` holds (stage, hours of the first, hours of the second).
    """

    names: tuple[str, str]
    stages: tuple[tuple[str, float, float], ...]
    savings: tuple[Saving, ...]
    notes: tuple[str, ...]

    @property
    def totals(self) -> tuple[float, float]:
        """The hours of both."""
        return sum(one[1] for one in self.stages), sum(one[2] for one in self.stages)

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {**asdict(self), "totals": self.totals}


def compare(before: Config, after: Config) -> Comparison:
    """The A100-hours of two configurations, stage by stage and option by option."""
    plans = _plan(before), _plan(after)
    hours = [{one.stage: one.hours for one in made.stages if one.method} for made in plans]
    costly = [name for name in hours[0] | hours[1] if any(one.get(name) for one in hours)]
    stages = tuple((name, hours[0].get(name, 0.0), hours[1].get(name, 0.0)) for name in costly)
    names = before.preset, after.preset
    return Comparison(names, stages, tuple(_savings(before, after)), tuple(plans[1].notes))


def _savings(before: Config, after: Config) -> Iterator[Saving]:
    """The options that are switched on, one after another; then what else differs."""
    config, left = before, _hours(before)
    for option, keys in OPTIONS.items():
        changed = {key: getattr(after.frugal, key) for key in keys}
        frugal = Frugal.model_validate({**config.frugal.model_dump(), **changed})
        config = config.model_copy(update={"frugal": frugal})
        now = _hours(config)
        if now != left:
            yield Saving(option, left - now, SOURCES[option])
        left = now
    if rest := left - _hours(after):
        yield Saving("other keys", rest, "the configuration")


def _hours(config: Config) -> float:
    return _plan(config).total("hours", method=True)


def _plan(config: Config) -> Plan:
    return plan(config, Project(config.preset, Path(NOTHING)), measured=False)
