"""What a card says of a run: models, sampling, prompts, funnel, overlap, cost, licences.

Nothing is guessed: what neither the configuration nor the run states is "not stated".
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sws.config.problems import ProblemSet
from sws.config.roles import Role
from sws.config.schema import Config
from sws.config.section import Section
from sws.evaluation.funnel import Stage, decisions, funnel
from sws.evaluation.round import Round
from sws.evaluation.show import conclusions, read_summary
from sws.evaluation.summary import contamination
from sws.planning.cost import cost
from sws.prompts.templates import template_text
from sws.store import database

NOT_STATED = "not stated"
#: The licence of what is part of this software: the textbook, and students trained on it.
_OWN = "apache-2.0 (part of SwS)"
#: Settings that say how to reach a server; they may hold secrets and are kept back.
_PRIVATE = ("url", "headers", "key_variable", "ca_file", "extra_body", "vllm_server")
#: Settings that name data or a model, and may do so by a folder of this machine.
_NAMING = ("preset", "source", "model", "histories", "rollouts", "tokenizer")


@dataclass(frozen=True)
class Model:
    """A model in its role, with how it samples."""

    role: str
    model: str
    revision: str
    license: str
    sampling: str


@dataclass(frozen=True)
class Facts:
    """What is known of a finished round."""

    config: Config
    number: int
    seed: Stage
    failures: Stage
    stages: list[Stage]
    overlaps: dict[str, dict[str, int]]
    models: list[Model]
    prompts: dict[str, str]
    cost: dict[str, Any]
    results: list[str]

    @property
    def seed_set(self) -> str:
        """The seed set's source, with its revision."""
        return named_source(self.config.seed_set)

    @property
    def seed_set_license(self) -> str:
        """The licence of the seed set as configured; the textbook's is known."""
        own = _OWN if self.config.seed_set.book else NOT_STATED
        return self.config.publishing.seed_set_license or own


def gather(config: Config, data: Path, found: Round, number: int) -> Facts:
    """The facts of a round. Raises SwsError where one of its tables is missing."""
    with database(data) as connection:
        seed = decisions(connection, "seed", [data / "seed.json"])
        failures = decisions(connection, "failures", [found.failures], "failed")
        stages = funnel(connection, found)
    last = number == config.rounds
    return Facts(
        config, number, seed, failures, stages,
        overlaps=contamination(config, seed, stages[1]),
        models=list(_models(config)),
        prompts=_prompts(config),
        cost=cost(config),
        results=conclusions(read_summary(data / "summary.json")) if last else [],
    )  # fmt: skip


def public(config: Config) -> dict[str, Any]:
    """The configuration as it is published: without addresses, headers and local folders."""
    values: dict[str, Any] = _shown(config)
    del values["publishing"]
    values["prompts"] = {role: f"prompts/{role}.jinja" for role in _asked(config)}
    return values


def _shown(value: Any, key: str = "") -> Any:
    """A value of the configuration, in any of its sections; keys that users chose are not ours."""
    if isinstance(value, Section):
        return {name: _shown(one, name) for name, one in value if name not in _PRIVATE}
    if isinstance(value, Mapping):
        return {name: _shown(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(one, key) for one in value]
    return without_folders(value) if key in _NAMING and isinstance(value, str) else value


def without_folders(name: str) -> str:
    """A Hub id or a name as it is; of a path on this machine, the last part; of a URL, no user."""
    if "://" in name:
        scheme, _, rest = name.partition("://")
        return f"{scheme}://{rest.split('?')[0].rpartition('@')[2]}"
    kind, colon, path = name.rpartition(":")
    local = path.startswith(("/", "~", ".")) or Path(path).exists()
    return f"{kind}{colon}{Path(path).name}" if local else name


def named_source(problems: ProblemSet) -> str:
    """A problem set as the card names it."""
    sources = (problems.source,) if isinstance(problems.source, str) else problems.source
    if problems.book:
        return f"the embedded {problems.source} of SwS"
    parts = [", ".join(map(without_folders, sources))]
    parts += [f"configuration {problems.subset}"] if problems.subset else []
    parts += [f"split {problems.split}", f"revision {problems.revision or NOT_STATED}"]
    return "; ".join(parts)


def hub_sources(problems: ProblemSet) -> list[str]:
    """The Hub ids among the sources of a problem set."""
    from sws.sources.locate import is_local

    sources = (problems.source,) if isinstance(problems.source, str) else problems.source
    return [one for one in sources if "/" in one and not is_local(one)]


def fingerprint(text: str) -> str:
    """The SHA-256 of a prompt's template."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _asked(config: Config) -> list[str]:
    """The roles that have a template; categorizer and verifier only where they were asked."""
    categorizer = [] if config.seed_set.columns.category else ["categorizer"]
    verifier = ["verifier"] if config.self_verify.enabled else []
    return sorted([*categorizer, "extractor", "generator", "judge", "labeler", *verifier])


def _prompts(config: Config) -> dict[str, str]:
    """The templates in force by their roles."""
    return {role: template_text(role, getattr(config.prompts, role)) for role in _asked(config)}


def _models(config: Config) -> Iterator[Model]:
    student, licenses = config.student, config.publishing.model_licenses
    own = student.source == "scratch"
    yield Model(
        "student",
        "trained from scratch on the textbook" if own else without_folders(student.source),
        student.revision or ("-" if own else NOT_STATED),
        licenses.get(student.source) or (_OWN if own else NOT_STATED),
        f"temperature {student.temperature:g}, top_p {student.top_p:g}, "
        f"max_tokens {student.max_tokens:,}, {config.difficulty.samples} samples a problem",
    )
    named = {name: config.roles.named(name) for name in _asked(config) if name != "judge"}
    named |= {f"judge:{name}": role for name, role in config.roles.judges.items()}
    for name, role in named.items():
        samples = config.labels.samples if name == "labeler" else 1
        yield Model(name, *_identity(role, licenses), _sampling(role, samples))
    embedder = config.roles.embedder.model
    yield Model(
        "embedder", without_folders(embedder), NOT_STATED, licenses.get(embedder, NOT_STATED), "-"
    )


def _identity(role: Role, licenses: dict[str, str]) -> tuple[str, str, str]:
    if role.engine == "textbook":
        return "the embedded textbook (no neural network)", "-", _OWN
    if role.model == "student":
        return "the student after the initial training", "-", "that of the student"
    license = licenses.get(role.model, NOT_STATED)
    return without_folders(role.model), role.revision or NOT_STATED, license


def _sampling(role: Role, samples: int) -> str:
    if role.engine == "textbook":
        return _samples(samples)
    parts = [f"temperature {role.temperature:g}", f"top_p {role.top_p:g}"]
    for name in ("top_k", "min_p", "repetition_penalty"):
        if (value := getattr(role, name)) is not None:
            parts.append(f"{name} {value:g}")
    parts += [f"max_tokens {role.max_tokens:,}", _samples(samples)]
    parts += [f"left to the server: {', '.join(role.omit)}"] if role.omit else []
    return ", ".join(parts)


def _samples(number: int) -> str:
    return "1 sample a problem" if number == 1 else f"{number} samples a problem"
