"""The working folder of a run of S²R: kept while the run is the same."""

import json
from pathlib import Path

from sws.rl.work import LABEL, discard
from sws.store import write_json


def keep_if_same(work: Path, identity: str) -> None:
    """Empty the working folder unless it is of a run with the same identity."""
    label = work / LABEL
    if not label.exists() or json.loads(label.read_text()) != {"identity": identity}:
        discard(work)
        write_json(label, {"identity": identity})
