"""`sws publish`: a finished round to the Hub, or into a folder that looks the same."""

import logging
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sws.config.schema import Config
from sws.errors import SwsError
from sws.locks import locked
from sws.publishing.folder import Name, write_set
from sws.publishing.students import write_student
from sws.publishing.unfit import check_fit
from sws.publishing.upload import Outcome, Target, upload

log = logging.getLogger(__name__)

#: Where sets are written before they are sent; outside what DVC and Git track.
STAGING = Path("cache/publishing")
_NAMELESS = "you/your-set"  # for a set that is only saved


@dataclass(frozen=True)
class Part:
    """A repository to be: its target and its files."""

    target: Target
    files: Mapping[str, Path]

    @property
    def bytes(self) -> int:
        """Size of all its files."""
        return sum(file.stat().st_size for file in self.files.values())


@contextmanager
def prepared(
    config: Config,
    overrides: Mapping[str, Any],
    number: int,
    *,
    students: bool = False,
    project: Path = Path(),
) -> Iterator[list[Part]]:
    """What is to be published of round `number`: the set first, then checkpoints.

    The files lie in the project's cache until the block ends. Raises SwsError where the run is not
    fit to be published.
    """
    repo = _repository(config)
    check_round(config, number)
    check_fit(config, overrides, project)
    staging = project / STAGING
    with locked(staging.with_suffix(".lock"), "`sws publish`"):
        shutil.rmtree(staging, ignore_errors=True)
        try:
            yield list(_parts(config, project, number, repo, students, staging))
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def send(parts: list[Part]) -> list[Outcome]:
    """Upload every part; the set comes first, since checkpoints refer to it."""
    return [upload(part.target, part.files) for part in parts]


def save(
    config: Config, overrides: Mapping[str, Any], number: int, folder: Path, rows: int | None
) -> list[Path]:
    """Write the published set into a new folder instead; `rows`: an excerpt of each table."""
    check_round(config, number)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SwsError(
            f"{folder}: is not empty", expected="a new folder", fix="name another, or delete it"
        )
    check_fit(config, overrides)
    name = Name(config.publishing.repo or _NAMELESS, tag_of(config, number), address())
    made = write_set(config, Path("data"), number, name, folder, rows)
    return list(made.files.values())


def tag_of(config: Config, number: int) -> str:
    """The tag of a round."""
    return config.publishing.tag.replace("{round}", str(number))


def address() -> str:
    """The Hub's address."""
    from huggingface_hub import constants

    return str(constants.ENDPOINT)


def check_round(config: Config, number: int) -> None:
    """Raise SwsError for a round that the configuration does not have."""
    if not 1 <= number <= config.rounds:
        raise SwsError(f"round {number}: not in this run", expected=f"1 to {config.rounds}")


def _repository(config: Config) -> str:
    if config.publishing.repo is None:
        raise SwsError(
            "publishing.repo is not set",
            expected="the Hub dataset to publish to: user/name",
            fix="set `publishing: {repo: user/name}` in params.yaml, or pass --repo user/name",
        )
    return config.publishing.repo


def _parts(
    config: Config, project: Path, number: int, repo: str, students: bool, staging: Path
) -> Iterator[Part]:
    tag, private = tag_of(config, number), config.publishing.private
    name, data = Name(repo, tag, address()), project / "data"
    made = write_set(config, data, number, name, staging / "set")
    message = f"Round {number} of {made.facts.config.preset}"
    yield Part(Target("dataset", repo, private, tag, message), made.files)
    initial = ["initial"] if config.trains_initially(number) else []
    for arm in (*initial, *config.arms.names) if students else ():
        target = Target("model", f"{repo}-{arm}", private, tag, f"{message}: {arm}")
        yield Part(target, write_student(made.facts, data, arm, name, target.repo, staging / arm))
