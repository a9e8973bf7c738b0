"""Where the verbs for the user's own files write: standard output, or a file that appears whole."""

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TextIO

import typer

from sws.errors import SwsError
from sws.store.files import replacing

Out = Annotated[Path | None, typer.Option(help="Write here instead of standard output.")]


@contextmanager
def stream_to(out: Path | None) -> Iterator[TextIO]:
    """Standard output, or a file that appears whole or not at all.

    A pipe or a device is written as it is: a rename would put a file in its place.
    """
    if out is None:
        try:
            yield sys.stdout
            sys.stdout.flush()
        except OSError as error:
            if error.errno != errno.ENOSPC:  # a reader that left early is no fault
                raise
            raise SwsError("standard output: the disk is full", fix="free some space") from None
    elif out.is_dir():
        raise SwsError(f"{out}: is a folder", expected="a file to write", fix="name a file in it")
    elif out.exists() and not out.is_file():
        with out.open("w", encoding="utf-8") as stream:
            yield stream
    else:
        file = out.resolve() if out.is_symlink() else out
        with replacing(file) as temporary, temporary.open("w", encoding="utf-8") as stream:
            yield stream
