"""The code set: problems of programming, each with a decision on whether it can be trained on."""

from pathlib import Path

from sws.config.schema import Config
from sws.errors import SwsError
from sws.seed.seed import decide


def run(config: Config, benchmarks: Path, out: Path) -> None:
    """Write the decision on every row of `staged.code`, as for the seed set.

    Raises SwsError where no set is configured, and when no row is left.
    """
    if config.staged.code is None:
        raise SwsError("staged.code: null", expected="a set of problems", fix="set staged.code")
    decide(config, config.staged.code, "staged.code", benchmarks, None, out, categorised=False)
