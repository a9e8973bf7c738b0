"""Planned against actual cost of every stage, during a run or after it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sws.config.schema import Config
from sws.planning.equal_cost import equal_cost
from sws.planning.plan import plan
from sws.planning.project import NOTHING, Project, Spent, spent

COMPARED = ("requests", "completions", "completion_tokens", "hours")
#: The configuration is written without a ledger.
_UNMEASURED = {"config"}


def cost(config: Config, project: Project | None = None) -> dict[str, Any]:
    """The plan made from the configuration alone, and what each stage took.

    `from_cache` counts answers that repeated jobs took from the cache; `lost_processes` counts
    those killed or failed, whose hours are included in `actual`. `equal_cost` is as in
    `sws.planning.equal_cost`. `not_asked` and `not_drawn` count
    requests and samples that earlier ones made superfluous (docs/frugal.md); repeated jobs count
    theirs again.
    """
    project = project or Project(config.preset)
    planned = plan(config, Project(config.preset, Path(NOTHING)), measured=False)
    spending, device = spent(project.ledger())
    equal = equal_cost(spending, device, config.training_of("extended").steps)
    rows = []
    for stage in planned.stages:
        actual = spending.pop(stage.stage, Spent())
        rows.append(_row(stage.stage, {name: getattr(stage, name) for name in COMPARED}, actual))
    rows += [_row(name, dict.fromkeys(COMPARED, 0.0), actual) for name, actual in spending.items()]
    return {
        "preset": config.preset,
        "planned_on": planned.device,
        "device": device or "nothing measured",
        "stages": rows,
        "equal_cost": equal,
        "total": {
            side: {name: sum(row[side][name] for row in rows) for name in COMPARED}
            for side in ("planned", "actual")
        }
        | {name: sum(row[name] for row in rows) for name in ("not_asked", "not_drawn")},
    }


def spared_in_words(cost: Mapping[str, Any]) -> str:
    """What was not asked and not drawn, as a sentence; '' where nothing was."""
    requests, samples = cost["total"]["not_asked"], cost["total"]["not_drawn"]
    if not requests + samples:
        return ""
    return (
        f"{requests:,} requests were not made and {samples:,} samples not drawn, because what came "
        "before them had decided."
    )


def unrecorded_in_words(cost: Mapping[str, Any]) -> str:
    """Which stages left no record where others did, as a sentence; '' where all are recorded.

    So it is with tables that came from another machine, or whose logs were not kept.
    """
    recorded = {row["stage"] for row in cost["stages"] if row["processes"] + row["lost_processes"]}
    planned = [row["stage"] for row in cost["stages"] if row["stage"] not in _UNMEASURED]
    missing = [stage for stage in planned if stage not in recorded]
    if not recorded or not missing:
        return ""
    return (
        f"That is less than the run took: of {len(missing)} of {len(planned)} stages there is no "
        f"record here ({', '.join(missing)})."
    )


def _row(stage: str, planned: dict[str, float], actual: Spent) -> dict[str, Any]:
    return {
        "stage": stage,
        "planned": planned,
        "actual": {name: getattr(actual, name) for name in COMPARED},
        "processes": actual.jobs,
        "lost_processes": actual.lost,
        "from_cache": actual.cached,
        "not_asked": actual.not_asked,
        "not_drawn": actual.not_drawn,
    }
