"""Where training runs of S²R keep their checkpoints until they end, each one alone."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sws.locks import locked
from sws.rl.run import LABEL, discard
from sws.rl.stage import WORK
from sws.store import write_json


@contextmanager
def alone_in(out: Path) -> Iterator[Path]:
    """The working folder of the run that writes to `out`, which no other process may use.

    A training process can outlive its killed workflow.
    """
    work = WORK / out.parent
    if os.environ.get("RANK", "0") != "0":
        yield work
        return
    with locked(work.with_name(f"{work.name}.lock"), f"the training run {work.name}"):
        yield work


def keep_if_same(work: Path, identity: str) -> None:
    """Empty the working folder unless it is of a run with the same identity."""
    label = work / LABEL
    if not label.exists() or json.loads(label.read_text()) != {"identity": identity}:
        discard(work)
        write_json(label, {"identity": identity})
