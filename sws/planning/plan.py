"""The plan: the calibrated estimate of every stage, corrected by measurements of this project."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sws.config.schema import Config
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


def plan(config: Config, project: Project | None = None, *, measured: bool = True) -> Plan:
    """Plan a configuration; without `measured`, by the calibration alone."""
    workload = Workload(config, project or Project(config.preset))
    works = list(workload.stages())
    spending, device = spent(workload.project.ledger()) if measured else ({}, "")
    speeds = _speeds(works, spending)
    stages = [_stage(work, spending.get(work.stage), speeds) for work in works]
    return Plan(config.preset, device or "A100", stages, workload.notes)


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
    if known and len(known.outs) >= work.jobs:
        return Stage(
            work.stage,
            work.jobs,
            known.requests,
            known.completions,
            known.prompt_tokens,
            known.completion_tokens,
            known.hours,
            "done",
            work.method,
        )
    tokens, hours, basis = work.completion_tokens, work.a100_hours, "calibration"
    prompts = work.prompt_tokens
    kind = work.updates > 0
    if known and known.completions and work.completions:
        scale = work.completions / known.completions
        tokens, hours = round(known.completion_tokens * scale), known.hours * scale
        prompts = round(known.prompt_tokens * scale) or prompts
        basis = f"measured on {known.completions / work.completions:.0%}"
    elif known and known.jobs and not work.completions:
        hours, basis = (
            known.hours / known.jobs * work.jobs,
            f"measured on {len(known.outs)} of {work.jobs} jobs",
        )
    elif hours and kind in speeds:
        hours, basis = hours * speeds[kind], f"calibration x {speeds[kind]:.3g} as measured"
    elif not hours:
        basis = ""
    return Stage(
        work.stage,
        work.jobs,
        work.requests,
        work.completions,
        prompts,
        tokens,
        hours,
        basis,
        work.method,
    )
