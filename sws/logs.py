"""Where words go: the log file takes everything, the terminal what a person wants to see."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from rich.console import Console

from sws.errors import SwsError

_taken: TextIO | None = None  # the terminal, while a log file has taken over standard error


def terminal() -> Console:
    """The person's terminal, also while a log file has taken over standard error."""
    return Console(file=_taken or sys.stderr, highlight=False)


def log_is_open() -> bool:
    """Whether a log file has taken over standard error, as in every job of the workflow."""
    return _taken is not None


def show_error(message: str) -> None:
    """Say what is wrong, on the terminal."""
    print(f"sws: {message}", file=_taken or sys.stderr, flush=True)


@contextmanager
def logging_to(path: Path | None) -> Iterator[None]:
    """Send logging and all that is written to standard error (by libraries too) to a file.

    Without a path, warnings and progress go to the terminal.
    """
    global _taken
    if path is None:
        logging.basicConfig(level=logging.INFO, format="%(message)s", force=True)
        _quieten()
        yield
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        opened = path.open("w", encoding="utf-8", buffering=1)
    except OSError as error:
        raise SwsError(
            f"{path}: the log cannot be written ({error.strerror})", fix="give another --log"
        ) from None
    person = os.dup(2)
    sys.stderr.flush()
    with opened as stream:
        os.dup2(stream.fileno(), 2)
        _taken = os.fdopen(os.dup(person), "w", encoding="utf-8", buffering=1)
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
            os.dup2(person, 2)
            os.close(person)
            _taken.close()
            _taken = None


def _quieten() -> None:
    for name in ("httpx", "httpcore", "filelock", "urllib3", "datasets", "sentence_transformers"):
        logging.getLogger(name).setLevel(logging.WARNING)
