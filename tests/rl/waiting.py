"""A rigged run whose rank 0 takes long to finish: STUDENT OUT CONFIG-JSON SECONDS PATIENCE.

Rank 0 takes SECONDS longer to write the table of rollouts. Ranks wait PATIENCE seconds for each
other; 0: as long as in real runs. Each notes in OUT/RANK.json what exists when its run returns.
"""

import json
import os
import sys
import time
from datetime import timedelta
from pathlib import Path

from sws.rl import process
from sws.rl.recorder import Recorder
from tests.rl import rigged

compact = Recorder.compact


def main() -> None:
    out, seconds, patience = Path(sys.argv[2]), float(sys.argv[4]), float(sys.argv[5])

    def slowly(self: Recorder, manifest: Path | str) -> int:
        time.sleep(seconds)
        return compact(self, manifest)

    Recorder.compact = slowly  # type: ignore[method-assign]
    if patience:
        process.TIMEOUT = timedelta(seconds=patience)
    rigged.main()
    there = [(out / name).exists() for name in ("rollouts.json", "student/student.json")]
    (out / f"{os.environ['RANK']}.json").write_text(json.dumps(there))


if __name__ == "__main__":
    main()
