"""After a run, or during it: planned against actual, stage by stage."""

from pathlib import Path
from typing import Any

from sws.config.schema import Config
from sws.planning.found import Found, Spent, spent
from sws.planning.plan import plan

COMPARED = ("requests", "completions", "completion_tokens", "hours")


def cost(config: Config, found: Found | None = None) -> dict[str, Any]:
    """What each stage was planned to take, by the configuration alone, and what it took.

    `from_cache` counts the answers that repeated jobs had for nothing; `lost_processes` those
    killed or failed, whose hours are in `actual`.
    """
    found = found or Found(config.preset)
    planned = plan(config, Found(config.preset, Path("nothing yet")), measured=False)
    spending, device = spent(found.ledger())
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
        "total": {
            side: {name: sum(row[side][name] for row in rows) for name in COMPARED}
            for side in ("planned", "actual")
        },
    }


def _row(stage: str, planned: dict[str, float], actual: Spent) -> dict[str, Any]:
    return {
        "stage": stage,
        "planned": planned,
        "actual": {name: getattr(actual, name) for name in COMPARED},
        "processes": actual.jobs,
        "lost_processes": actual.lost,
        "from_cache": actual.cached,
    }
