"""Answers that were paid for, kept outside the declared outputs and keyed by request id.

A segment is one append-only JSON-lines file of one process: no locks, so several writers can
share a network file system and a killed process leaves nothing to clean up. A torn last line
is an answer still owed; so is a line that is not what was written, by its checksum.
"""

import json
import logging
import os
import socket
import time
import zlib
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, TextIO

from sws.engines.request import Response
from sws.errors import SwsError
from sws.identity import content_id

_log = logging.getLogger(__name__)
#: A line is `{"crc32": "` and the checksum in hex, `", ` and the rest of the object.
_HEAD = b'{"crc32": "'
_BODY = len(_HEAD) + 8 + len(b'", ')


class AnswerCache:
    """The answers of one engine fingerprint, under `root/<hash of the fingerprint>/`."""

    def __init__(self, root: Path | str, fingerprint: str) -> None:
        self.folder = Path(root) / content_id("engine", fingerprint)
        self.fingerprint = fingerprint
        self._where: dict[str, tuple[Path, int]] = {}
        self._own: TextIO | None = None

    def __enter__(self) -> Self:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SwsError(
                f"{self.folder}: the folder for answers cannot be made ({error.strerror})",
                fix="mend the permissions of the folders above it, or free some space",
            ) from error
        for segment in sorted(self.folder.glob("*.jsonl")):
            self._index(segment)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._own:
            self._own.close()

    def _index(self, segment: Path) -> None:
        """Remember where each whole answer of a segment starts; memory holds ids, not texts."""
        position = damaged = 0
        with _opened(segment) as lines:
            for line in lines:
                if line.endswith(b"\n"):  # else it is still being written, or was torn by a kill
                    if answer := _parse(line):
                        self._where[answer.request_id] = (segment, position)
                    else:
                        damaged += 1
                position += len(line)
        if damaged:
            text = "%s: %d damaged lines; these answers are asked for again, the others count"
            _log.warning(text, segment, damaged)

    def find(self, request_ids: Iterable[str]) -> dict[str, Response]:
        """The answers that are here, by request id."""
        found: dict[str, Response] = {}
        places = sorted(
            (*self._where[request_id], request_id)
            for request_id in request_ids
            if request_id in self._where
        )
        handle: BinaryIO | None = None
        current: Path | None = None
        for segment, position, request_id in places:
            if handle is None or segment != current:
                if handle:
                    handle.close()
                handle, current = _opened(segment), segment
            handle.seek(position)
            if answer := _parse(handle.readline()):
                found[request_id] = answer
        if handle:
            handle.close()
        return found

    def add(self, response: Response) -> None:
        """Keep an answer; it is on its way to the disk before the next one is asked for."""
        try:
            if self._own is None:
                name = f"{socket.gethostname()}-{os.getpid()}-{time.time_ns()}.jsonl"
                self._own = (self.folder / name).open("a", encoding="utf-8")
            self._own.write(_line(response))
            self._own.flush()
        except OSError as error:
            raise SwsError(
                f"{self.folder}: an answer cannot be kept ({error})",
                fix="free some space or mend the permissions, then run the same command again; "
                "answers already kept are not asked for again",
            ) from error


def _opened(segment: Path) -> BinaryIO:
    try:
        return segment.open("rb")
    except OSError as error:
        raise SwsError(
            f"{segment}: answers that were paid for cannot be read ({error.strerror})",
            fix="mend its permissions or the disk, or move it away: its answers are asked again",
        ) from error


def _line(response: Response) -> str:
    body = json.dumps(asdict(response), ensure_ascii=True).removeprefix("{")
    return f'{{"crc32": "{zlib.crc32(body.encode()):08x}", {body}\n'


def _parse(line: bytes) -> Response | None:
    """The answer in a line; None where the line is damaged. One without a checksum may count."""
    said, body = line[len(_HEAD) : len(_HEAD) + 8], line[_BODY:].removesuffix(b"\n")
    if line.startswith(_HEAD) and said != b"%08x" % zlib.crc32(body):
        return None
    try:
        row = json.loads(line)
        return Response(
            request_id=str(row["request_id"]),
            texts=tuple(row["texts"]),
            finish_reasons=tuple(row["finish_reasons"]),
            prompt_tokens=row["prompt_tokens"],
            completion_tokens=tuple(row["completion_tokens"]),
        )
    except (ValueError, TypeError, KeyError):
        return None
