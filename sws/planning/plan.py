"""The plan: the calibrated estimate of every stage, corrected by measurements of this project."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sws.config.schema import Config
from sws.gpus import Cards
from sws.planning.fit import notes
from sws.planning.project import Project, Spent, spent
from sws.planning.workload import StageWork, Workload

COUNTED = ("jobs", "requests", "completions", "prompt_tokens", "completion_tokens")


@dataclass(frozen=True)
class Stage:
    """One planned stage; `basis` says where its hours come from."""

    stage: str
    jobs: int
    requests: int
    completions: int
    prompt_tokens: int
    completion_tokens: int
    hours: float
    basis: str
    method: bool


@dataclass(frozen=True)
class Plan:
    """Every stage, the device whose hours are planned, and the assumptions made."""

    preset: str
    device: str
    stages: Sequence[Stage]
    notes: Sequence[str]

    def total(self, column: str, *, method: bool = False) -> float:
        """The sum of a column over all stages, or over those in the paper's table (`method`)."""
        return float(sum(getattr(one, column) for one in self.stages if one.method or not method))

    def as_json(self) -> dict[str, Any]:
        """For `--json`; hours are GPU-hours unless measured on a machine without a GPU."""
        on_gpu = self.device != "cpu"
        return {
            "preset": self.preset,
            "device": self.device,
            "stages": [
                {**asdict(one), "gpu_hours": one.hours if on_gpu else 0.0} for one in self.stages
            ],
            "totals": {name: round(self.total(name)) for name in COUNTED},
            "total_gpu_hours": self.total("hours") if on_gpu else 0.0,
            "method_gpu_hours": self.total("hours", method=True) if on_gpu else 0.0,
            "notes": list(self.notes),
        }


def plan(
    config: Config,
    project: Project | None = None,
    *,
    measured: bool = True,
    cards: Cards | None = None,
) -> Plan:
    """Plan a configuration; without `measured`, by the calibration alone.

    `cards` are the GPUs to train on; a note warns where a run cannot fit.
    """
    workload = Workload(config, project or Project(config.preset))
    works = list(workload.stages())
    spending, device = spent(workload.project.ledger()) if measured else ({}, "")
    speeds = _speeds(works, spending)
    stages = [_stage(work, spending.get(work.stage), speeds) for work in works]
    fit = notes(config, workload.project.folder / "data/base", cards)
    return Plan(config.preset, device or "A100", stages, [*workload.notes, *fit])


def _speeds(works: Sequence[StageWork], spending: Mapping[str, Spent]) -> dict[bool, float]:
    """Measured over estimated hours, for sampling (False) and for training (True)."""
    actual: dict[bool, float] = {}
    estimate: dict[bool, float] = {}
    for work in works:
        known = spending.get(work.stage)
        if known and known.completions and work.a100_hours:
            kind = work.updates > 0
            actual[kind] = actual.get(kind, 0.0) + known.hours
            done = known.completions / work.completions
            estimate[kind] = estimate.get(kind, 0.0) + work.a100_hours * done
    return {kind: actual[kind] / estimate[kind] for kind in actual}


def _stage(work: StageWork, known: Spent | None, speeds: Mapping[bool, float]) -> Stage:
    shared = {name: getattr(work, name) for name in ("stage", *COUNTED, "method")}
    planned = Stage(**shared, hours=work.a100_hours, basis="calibration")
    kind = work.updates > 0
    if known and len(known.outs) >= work.jobs:
        spent = {name: getattr(known, name) for name in COUNTED if name != "jobs"}
        return replace(planned, **spent, hours=known.hours, basis="done")
    if known and known.completions and work.completions:
        scale = work.completions / known.completions
        return replace(
            planned,
            prompt_tokens=round(known.prompt_tokens * scale) or work.prompt_tokens,
            completion_tokens=round(known.completion_tokens * scale),
            hours=known.hours * scale,
            basis=f"measured on {1 / scale:.0%}",
        )
    if known and known.jobs and not work.completions:
        basis = f"measured on {len(known.outs)} of {work.jobs} jobs"
        return replace(planned, hours=known.hours / known.jobs * work.jobs, basis=basis)
    if work.a100_hours and kind in speeds:
        basis = f"calibration x {speeds[kind]:.3g} as measured"
        return replace(planned, hours=work.a100_hours * speeds[kind], basis=basis)
    return planned if work.a100_hours else replace(planned, basis="")
