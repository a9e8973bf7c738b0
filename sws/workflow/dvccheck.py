"""Whether a dvc.yaml still fits the graph, stage by stage."""

from collections.abc import Mapping
from typing import Any

import yaml

from sws.workflow.dvcfile import CONFIG, SNAKEMAKE

_COMPARED = ("cmd", "deps", "outs", "metrics")


def misfits(text: str, derived: str) -> list[str]:
    """How a dvc.yaml differs from the derived one in what it runs and versions, a line per stage.

    Other descriptions, plots, stages of the user's own and further parameters are not reported.
    """
    found, wanted = _stages(text), _stages(derived)
    lines = [f"stage {name} is missing" for name in wanted if name not in found]
    lines += [
        f"stage {name} belongs to another graph"
        for name, stage in found.items()
        if name not in wanted and SNAKEMAKE in str(stage.get("cmd"))
    ]
    for name in wanted.keys() & found.keys():
        other = [
            part for part in _COMPARED if not _same(found[name].get(part), wanted[name].get(part))
        ]
        if _keys(wanted[name]) - _keys(found[name]):
            other.append("params")
        if other:
            lines.append(f"stage {name} has other {', '.join(other)}")
    return sorted(lines)


def _stages(text: str) -> dict[str, Any]:
    """The stages of a dvc.yaml; empty when it is not YAML or has no stages."""
    try:
        whole = yaml.safe_load(text)
    except yaml.YAMLError:
        return {}
    stages = whole.get("stages") if isinstance(whole, dict) else None
    return dict(stages) if isinstance(stages, dict) else {}


def _same(one: Any, other: Any) -> bool:
    """Equal; the order of lists does not count."""
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(str, one)) == sorted(map(str, other))
    return bool(one == other)


def _keys(stage: Mapping[str, Any]) -> set[str]:
    """The keys of the resolved configuration that a stage depends on."""
    files = [entry for entry in stage.get("params", []) if isinstance(entry, dict)]
    return {key for entry in files for key in entry.get(CONFIG) or []}
