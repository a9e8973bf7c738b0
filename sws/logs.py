"""Logging: the log file gets everything, the terminal only progress, warnings and errors."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from rich.console import Console

from sws.errors import SwsError

#: Libraries that log a line for every request or file; the Hub's client renames its own now and
#: then (httpx, httpx2).
_CHATTY = (
    *("aiohttp", "asyncio", "filelock", "httpcore", "httpcore2", "httpx", "httpx2", "openai"),
    *("urllib3", "datasets", "sentence_transformers"),
)

_terminal: TextIO | None = None  # the terminal, while standard error goes to a log file


def terminal() -> Console:
    """The user's terminal, also while standard error goes to a log file."""
    return Console(file=_terminal or sys.stderr, highlight=False)


def log_is_open() -> bool:
    """Whether standard error goes to a log file, as in every job of the workflow."""
    return _terminal is not None


def show_error(message: str) -> None:
    """Print an error on the terminal."""
    print(f"sws: {message}", file=_terminal or sys.stderr, flush=True)


@contextmanager
def logging_to(path: Path | None) -> Iterator[None]:
    """Send log messages and standard error, also that of libraries, to a file.

    Without a path they go to the terminal. Raises SwsError if the file cannot be written.
    """
    global _terminal
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
            f"{path}: the log cannot be written ({error.strerror})",
            fix="choose another path for --log",
        ) from None
    terminal_fd = os.dup(2)
    sys.stderr.flush()
    with opened as stream:
        os.dup2(stream.fileno(), 2)
        _terminal = os.fdopen(os.dup(terminal_fd), "w", encoding="utf-8", buffering=1)
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
            _terminal.close()
            _terminal = None


def _quieten() -> None:
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
