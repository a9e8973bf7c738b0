"""What a sweep varies: a preset, seeds, and points, each with the values it changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import Field, StringConstraints, ValidationError, model_validator

from sws.config.section import NAME, Section
from sws.config.yaml_text import one_line, parse_yaml
from sws.errors import SwsError

Name = Annotated[str, StringConstraints(pattern=NAME)]
Seed = Annotated[int, Field(ge=0)]


class Sweep(Section):
    """A sweep file. A point may be empty: the preset as it is.

    With `base`, one of the points, every other one starts as a copy of its run with the same seed,
    and only what differs is run.
    """

    preset: str
    seeds: tuple[Seed, ...] = Field(min_length=1)
    base: Name | None = None
    points: dict[Name, dict[str, Any]] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_its_base(self) -> Self:
        if self.base is not None and self.base not in self.points:
            raise ValueError(f"base {self.base}: not in points ({', '.join(self.points)})")
        return self


@dataclass(frozen=True)
class Run:
    """One point with one seed; `params` is what its folder's params.yaml says."""

    point: str
    seed: int
    params: Mapping[str, Any]

    @property
    def folder(self) -> Path:
        """Its folder, below that of the sweep."""
        return Path(self.point) / f"seed{self.seed}"


def read_sweep(path: Path) -> Sweep:
    """The sweep in a file. Raises SwsError naming the key at fault."""
    try:
        return Sweep.model_validate(parse_yaml(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise SwsError(f"{path}: cannot be read ({error.strerror})", fix=_FIX) from None
    except yaml.YAMLError as error:
        raise SwsError(f"{path}: invalid YAML ({one_line(error)})", fix=_FIX) from None
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, one['loc'])) or 'the file'}: {one['msg']}"
            for one in error.errors()
        )
        raise SwsError(f"{path}: {wrong}", expected="preset, seeds and points", fix=_FIX) from None


_FIX = "see sweeps/fair.yaml for an example"


def runs_of(sweep: Sweep, points: Sequence[str] = (), seeds: Sequence[int] = ()) -> Iterator[Run]:
    """Every point with every seed, or those chosen; all points of a seed before the next seed.

    So a sweep that is stopped early has every point, with fewer seeds. Raises SwsError for a point
    or seed that the sweep does not have.
    """
    for chosen, known in ((points, sweep.points), (seeds, sweep.seeds)):
        if unknown := sorted(set(map(str, chosen)) - set(map(str, known))):
            raise SwsError(
                f"{', '.join(unknown)}: not in the sweep",
                expected=f"one of {', '.join(map(str, known))}",
            )
    for seed in seeds or sweep.seeds:
        for point in points or sweep.points:
            values = {**sweep.points[point], "preset": sweep.preset, "seed": seed}
            yield Run(point, seed, values)
