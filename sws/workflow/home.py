"""A home that cannot be written: caches of libraries go into the run's own folder."""

import os
from pathlib import Path

#: Where Snakemake, vLLM and the Hub's client keep their caches, in folders of their own.
VARIABLE = "XDG_CACHE_HOME"
INSTEAD = Path("cache/home")


def move_caches() -> None:
    """Set `VARIABLE`, for this process and its jobs, if the folder it stands for is not writable.

    Snakemake opens its cache before it reads any rule, so profiles/default calls this.
    """
    folder = Path(os.environ.get(VARIABLE) or "~/.cache").expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK)
    except OSError:
        writable = False
    if not writable:
        os.environ[VARIABLE] = str(INSTEAD.absolute())
