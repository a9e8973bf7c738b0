"""Logging: the log file gets everything, the terminal only progress, warnings and errors."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sws.errors import SwsError
from sws.terminal import terminal_at

#: Libraries that log a line for every request or file; the Hub's client renames its own now and
#: then (httpx, httpx2).
_CHATTY = (
    *("aiohttp", "asyncio", "filelock", "httpcore", "httpcore2", "httpx", "httpx2", "openai"),
    *("urllib3", "datasets", "sentence_transformers"),
)


@contextmanager
def logging_to(path: Path | None) -> Iterator[None]:
    """Send log messages and standard error, also that of libraries, to a file.

    Without a path they go to the terminal. Raises SwsError if the file cannot be written.
    """
    if path is None:
        logging.basicConfig(level=logging.INFO, format="%(message)s", force=True)
        _quieten()
        yield
        return
    try:
        path, mode = _of_this_process(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        opened = path.open(mode, encoding="utf-8", buffering=1)
    except OSError as error:
        raise SwsError(
            f"{path}: the log cannot be written ({error.strerror})",
            fix="choose another path for --log",
        ) from None
    terminal_fd = os.dup(2)
    sys.stderr.flush()
    stderr = os.fdopen(os.dup(terminal_fd), "w", encoding="utf-8", buffering=1)
    with opened as stream, stderr, terminal_at(stderr):
        os.dup2(stream.fileno(), 2)
        logging.basicConfig(
            level=logging.INFO,
            stream=stream,
            format="%(asctime)s %(levelname)s %(name)s: %(message)s",
            force=True,
        )
        _quieten()
        try:
            yield
        except Exception:
            logging.exception("the stage failed")
            raise
        finally:
            sys.stderr.flush()
            os.dup2(terminal_fd, 2)
            os.close(terminal_fd)


def _of_this_process(path: Path) -> tuple[Path, str]:
    """The log of this process: `train.log` for rank 0, `train.rank3.log` for rank 3.

    Rank 0 writes behind what the launcher wrote there.
    """
    rank = os.environ.get("RANK", "0")
    if rank == "0":
        return path, "a" if "SWS_LAUNCHED" in os.environ else "w"
    return path.with_name(f"{path.stem}.rank{rank}{path.suffix}"), "w"


def _quieten() -> None:
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
