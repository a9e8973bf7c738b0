"""A sweep: run what is missing, then measure and show what is finished."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sws.config.layers import merge
from sws.errors import SwsError
from sws.store import write_json
from sws.sweep.analysis import analyse
from sws.sweep.measuring import Measured, measure
from sws.sweep.page import write_page
from sws.sweep.running import is_done, prepare, run_all
from sws.sweep.setting import Sweep, runs_of
from sws.sweep.show import print_sweep, save_picture, write_runs


def run(
    sweep: Sweep,
    overrides: Mapping[str, Any],
    out: Path,
    command: str,
    *,
    points: Sequence[str] = (),
    seeds: Sequence[int] = (),
    cores: int = 1,
) -> None:
    """Run the chosen points with the chosen seeds; 0 cores: none. Show all that are finished.

    `command` is what made them, for the table, without point and seed. What failed is shown last,
    as SwsError, after what did not.
    """
    changed = {name: merge(values, overrides) for name, values in sweep.points.items()}
    sweep = sweep.model_copy(update={"points": changed})
    chosen = [(one, prepare(one, out)) for one in runs_of(sweep, points, seeds)]
    failure: SwsError | None = None
    if cores:
        try:
            run_all(chosen, out, cores)
        except SwsError as error:
            failure = error
    finished: dict[str, list[Measured]] = {}
    for one, config in chosen:
        if is_done(config, folder := out / one.folder):
            own = f"{command} --point {one.point} --seed {one.seed}"
            finished.setdefault(one.point, []).append(measure(one, config, folder, own))
    if finished:
        found = analyse(finished)
        write_runs([one for runs in finished.values() for one in runs], out / "runs.csv")
        write_json(out / "sweep.json", found)
        save_picture(found, out / "sweep.svg")
        write_page(found, finished, command, out / "sweep.md")
        print_sweep(found)
    elif not failure:
        raise SwsError(
            f"{out}: no run of this sweep is finished",
            fix="run `sws sweep` without --only-show",
        )
    if failure:
        raise failure
