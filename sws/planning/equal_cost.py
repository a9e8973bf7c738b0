"""Equal cost: how many steps a control makes for what `sws` cost, its synthesis included."""

from collections.abc import Mapping
from math import floor
from typing import Any

from sws.planning.project import Spent

#: What only the arms with new problems need, from the failure set to the training set.
_WRITING = ("extract", "concepts", "blueprints", "generate", "screen")
_FILTERS = ("judge", "verdicts", "label", "difficulty", "augment", "serve")


def equal_cost(spending: Mapping[str, Spent], device: str, steps: int) -> dict[str, Any] | None:
    """Hours of `sws` and of `extended`, and the steps with which `extended` costs as much.

    `steps` is how many `extended` made. Hours are GPU-hours, or on a CPU processor hours, since
    other programs may run beside it (hours of the machine, where an earlier version kept those
    alone); they include what killed processes spent. None before both arms are trained.
    """
    ours, theirs = (spending.get(f"train:{arm}") for arm in ("sws", "extended"))
    if not ours or not theirs or not ours.jobs or not theirs.jobs or not theirs.hours:
        return None
    unit = "processor_hours" if device == "cpu" and theirs.processor_hours else "hours"
    synthesis = sum(getattr(one, unit) for stage, one in spending.items() if is_synthesis(stage))
    whole, control = getattr(ours, unit) + synthesis, getattr(theirs, unit)
    return {
        "synthesis_hours": synthesis,
        "sws_hours": whole,
        "extended_hours": control,
        "steps": steps,
        "equal_steps": max(steps, floor(steps * whole / control)),
    }


def is_synthesis(stage: str) -> bool:
    """Whether a stage is a part of making the new problems; for the arm `random`, none is."""
    return stage.split(":")[0] in (*_WRITING, *_FILTERS)


def in_words(found: Mapping[str, Any]) -> str:
    """How to give the control as much as `sws` had."""
    return (
        f"`sws` took {60 * found['sws_hours']:.1f} minutes, {60 * found['synthesis_hours']:.1f} of "
        f"them for synthesis; `extended` {60 * found['extended_hours']:.1f} for its "
        f"{found['steps']} steps. A control that costs as much: "
        f"arms: {{steps: {{extended: {found['equal_steps']}}}}}"
    )
