"""What a sweep varies: a preset, seeds, and points, each with the values it changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import Field, StringConstraints, ValidationError

from sws.config.section import NAME, Section
from sws.config.yaml_text import one_line, parse_yaml
from sws.errors import SwsError

Name = Annotated[str, StringConstraints(pattern=NAME)]
Seed = Annotated[int, Field(ge=0)]


class Sweep(Section):
    """A sweep file. A point may be empty: the preset as it is; or name a preset of its own."""

    preset: str
    seeds: tuple[Seed, ...] = Field(min_length=1)
    points: dict[Name, dict[str, Any]] = Field(min_length=1)


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
            values = {"preset": sweep.preset, **sweep.points[point], "seed": seed}
            yield Run(point, seed, values)
