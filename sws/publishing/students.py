"""Checkpoints of a round as model repositories, each with its card."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sws.evaluation.show import first_metric, read_summary
from sws.publishing.card import template
from sws.publishing.facts import NOT_STATED, Facts
from sws.publishing.folder import MARK, Name
from sws.publishing.metadata import front_matter
from sws.store import write_json, write_text
from sws.student.folder import MANIFEST

_TRAINED = {
    "initial": "a little reinforcement learning on the seed set, by which the failed problems "
    "were found",
    "extended": "the control, trained further on the seed set alone",
    "sws": "trained further on the augmented set",
    "random": "a control, trained further on problems synthesised regardless of weakness",
    "selection": "a control, trained further on selected problems of a bank",
}
_LICENSE = re.compile(r"[a-z0-9.+-]+")


def write_student(
    facts: Facts, data: Path, arm: str, name: Name, repo: str, folder: Path
) -> Mapping[str, Path]:
    """Write the card of an arm's student into `folder`; all files by their paths in the repository.

    The weights stay where they are. `name` is the data set's. Raises SwsError where the summary is
    not to be read.
    """
    student = data / f"round{facts.number}" / "training" / arm / "student"
    listed = json.loads((student / MANIFEST).read_text(encoding="utf-8"))["files"]
    write_text(folder / "README.md", model_card(facts, data, arm, name, repo))
    write_json(folder / MARK, {"dataset": name.repo, "arm": arm, "round": facts.number})
    own = {path: folder / path for path in ("README.md", MARK)}
    return {**{path: student / path for path in listed}, **own}


def model_card(facts: Facts, data: Path, arm: str, name: Name, repo: str) -> str:
    """README.md of a checkpoint."""
    student, config = facts.models[0], facts.config
    license = student.license if _LICENSE.fullmatch(student.license) else None
    hub_id = config.student.source if "/" in config.student.source else None
    local = hub_id is None or Path(hub_id).exists() or hub_id.startswith(("/", ".", "~", "gguf:"))
    values: dict[str, Any] = {
        **({"license": license} if license else {}),
        **({} if local else {"base_model": hub_id}),
        "library_name": "transformers",
        "pipeline_tag": "text-generation",
        "datasets": [name.repo],
        "language": list(config.publishing.language),
        "tags": ["sws", "grpo", "trl", "reinforcement-learning"],
    }
    text: str = template("model.md.jinja").render(
        facts=facts,
        arm=arm,
        title=f"{repo.rpartition('/')[2]}",
        description=_TRAINED[arm],
        repo=repo,
        dataset=name.repo,
        tag=name.tag,
        student=student,
        training=config.training_of(arm),
        license=license or student.license or NOT_STATED,
        **_scores(facts, data, arm),
    )
    return front_matter(values) + text + "\n"


def _scores(facts: Facts, data: Path, arm: str) -> dict[str, Any]:
    """Mean accuracies on the benchmarks; none of an earlier round, which the summary is not of."""
    if facts.number != facts.config.rounds:
        return {"scores": {}, "metric": ""}
    summary = read_summary(data / "summary.json")
    metric = first_metric(summary)
    found = summary["arms"].get(arm, {}).get("benchmarks", {})
    scores = {name: values[metric] for name, values in found.items() if metric in values}
    return {"scores": scores, "metric": metric}
