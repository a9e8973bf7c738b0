"""Append-only response cache, outside the declared outputs; a truncated last line is ignored.

A segment is one JSON-lines file of one process: no locks, so several writers can share a network
file system, and a killed process leaves nothing to clean up. A line whose checksum does not match
is ignored as well. Refusals are written too, for people to read, and never count for a later run.
"""

import json
import logging
import os
import socket
import threading
import time
import zlib
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from sws.engines.index import Index
from sws.engines.request import Response
from sws.errors import SwsError
from sws.identity import content_id

log = logging.getLogger(__name__)
#: A line is `{"crc32": "` and the checksum in hex, `", ` and the rest of the object.
_HEAD = b'{"crc32": "'
_BODY = len(_HEAD) + 8 + len(b'", ')
#: A place is the number of a segment and a position in it.
_POSITION_BITS = 40
#: Segments kept open for reading.
_OPEN = 64
_DEFAULTS = {"reasoning": (), "refused": None, "detail": "", "shortened": False}


class AnswerCache:
    """The answers of one engine fingerprint, under `root/<hash of the fingerprint>/`.

    One thread may `add` while another one reads.
    """

    def __init__(self, root: Path | str, fingerprint: str) -> None:
        self.folder = Path(root) / content_id("engine", fingerprint)
        self.fingerprint = fingerprint
        self._index = Index()
        self._segments: list[Path] = []
        self._open: dict[int, BinaryIO] = {}
        self._own: BinaryIO | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SwsError(
                f"{self.folder}: cannot create the folder for answers ({error.strerror})",
                fix="fix the permissions of its parent folders, or free some space",
            ) from error
        for segment in sorted(self.folder.glob("*.jsonl")):
            self._read(segment)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for handle in (*self._open.values(), self._own):
            if handle:
                handle.close()
        self._open.clear()

    def _read(self, segment: Path) -> None:
        """Index the whole lines of a segment; memory holds places, not texts."""
        place, damaged = self._first_place(segment), 0
        with _opened(segment) as lines:
            for line in lines:
                if line.endswith(b"\n"):  # else it is still being written, or a kill truncated it
                    answer = _parse(line)
                    if answer is None:
                        damaged += 1
                    elif answer.lasts and answer.texts:
                        self._index.put(answer.request_id, place)
                place += len(line)
        if damaged:
            text = "%s: %d damaged lines; these requests are sent again, the others count"
            log.warning(text, segment, damaged)

    def _first_place(self, segment: Path) -> int:
        self._segments.append(segment)
        return (len(self._segments) - 1) << _POSITION_BITS

    def get(self, request_id: str) -> Response | None:
        """The answer to a request, from disk; None if it is missing or was damaged since."""
        with self._lock:
            place = self._index.get(request_id)
            if place is None:
                return None
            handle = self._handle(place >> _POSITION_BITS)
            handle.seek(place & ((1 << _POSITION_BITS) - 1))
            line = handle.readline()
        answer = _parse(line)
        return answer if answer and answer.request_id == request_id else None

    def find(self, request_ids: Iterable[str]) -> dict[str, Response]:
        """The answers that are here, by request id."""
        return {name: answer for name in request_ids if (answer := self.get(name))}

    def _handle(self, number: int) -> BinaryIO:
        """A segment open for reading; the one opened first is closed when there are too many."""
        if number not in self._open:
            if len(self._open) >= _OPEN:
                self._open.pop(next(iter(self._open))).close()
            self._open[number] = _opened(self._segments[number])
        return self._open[number]

    def add(self, response: Response) -> None:
        """Append a response; the operating system has it before the next request is sent."""
        line = _line(response)
        with self._lock:
            self._write(line)
            self._index.put(response.request_id, self._place)
            self._place += len(line)

    def _write(self, line: bytes) -> None:
        try:
            if self._own is None:
                name = f"{socket.gethostname()}-{os.getpid()}-{time.time_ns()}.jsonl"
                self._own = (self.folder / name).open("ab")
                self._place = self._first_place(self.folder / name)
            self._own.write(line)
            self._own.flush()
        except OSError as error:
            raise SwsError(
                f"{self.folder}: cannot write an answer ({error})",
                fix="free some space or fix the permissions, then run the same command again; "
                "answers written so far are kept",
            ) from error


def _opened(segment: Path) -> BinaryIO:
    try:
        return segment.open("rb")
    except OSError as error:
        raise SwsError(
            f"{segment}: cannot read these answers ({error.strerror})",
            fix="fix its permissions or the disk, or move it away: its requests are sent again",
        ) from error


def _line(response: Response) -> bytes:
    values = {item.name: getattr(response, item.name) for item in fields(response)}
    row = {k: v for k, v in values.items() if k not in _DEFAULTS or v != _DEFAULTS[k]}
    body = json.dumps(row, ensure_ascii=True).removeprefix("{")
    return f'{{"crc32": "{zlib.crc32(body.encode()):08x}", {body}\n'.encode()


def _parse(line: bytes) -> Response | None:
    """The response in a line, None if damaged. A line from before there were checksums counts."""
    said, body = line[len(_HEAD) : len(_HEAD) + 8], line[_BODY:].removesuffix(b"\n")
    if line.startswith(_HEAD) and said != b"%08x" % zlib.crc32(body):
        return None
    try:
        row: dict[str, Any] = json.loads(line)
        return Response(
            request_id=str(row["request_id"]),
            texts=tuple(row["texts"]),
            finish_reasons=tuple(row["finish_reasons"]),
            prompt_tokens=row["prompt_tokens"],
            completion_tokens=tuple(row["completion_tokens"]),
            reasoning=tuple(row.get("reasoning", ())),
            refused=row.get("refused"),
            detail=row.get("detail", ""),
            shortened=bool(row.get("shortened")),
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
