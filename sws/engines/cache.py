"""Answers that were paid for, kept outside the declared outputs and keyed by request id.

A segment is one append-only JSON-lines file of one process: no locks, so several writers can
share a network file system and a killed process leaves nothing to clean up. A torn last line
is an answer still owed.
"""

import json
import os
import socket
import time
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from sws.engines.request import Response
from sws.errors import SwsError
from sws.identity import content_id


class AnswerCache:
    """The answers of one engine fingerprint, under `root/<hash of the fingerprint>/`."""

    def __init__(self, root: Path | str, fingerprint: str) -> None:
        self.folder = Path(root) / content_id("engine", fingerprint)
        self.fingerprint = fingerprint
        self._where: dict[str, tuple[Path, int]] = {}
        self._own: TextIO | None = None

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
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
        position = 0
        with segment.open("rb") as lines:
            for line in lines:
                if line.endswith(b"\n") and (row := _parse(line)):
                    self._where[str(row["request_id"])] = (segment, position)
                position += len(line)

    def find(self, request_ids: Iterable[str]) -> dict[str, Response]:
        """The answers that are here, by request id."""
        found: dict[str, Response] = {}
        places = sorted(
            (*self._where[request_id], request_id)
            for request_id in request_ids
            if request_id in self._where
        )
        handle: Any = None
        current: Path | None = None
        for segment, position, request_id in places:
            if segment != current:
                if handle:
                    handle.close()
                handle, current = segment.open("rb"), segment
            handle.seek(position)
            if row := _parse(handle.readline()):
                found[request_id] = _response(row)
        if handle:
            handle.close()
        return found

    def add(self, response: Response) -> None:
        """Keep an answer; it is on its way to the disk before the next one is asked for."""
        try:
            if self._own is None:
                name = f"{socket.gethostname()}-{os.getpid()}-{time.time_ns()}.jsonl"
                self._own = (self.folder / name).open("a", encoding="utf-8")
            self._own.write(json.dumps(asdict(response), ensure_ascii=True) + "\n")
            self._own.flush()
        except OSError as error:
            raise SwsError(
                f"{self.folder}: an answer cannot be kept ({error})",
                fix="free some space or mend the permissions, then run the same command again; "
                "answers already kept are not asked for again",
            ) from error


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) and "request_id" in row and "texts" in row else None


def _response(row: dict[str, Any]) -> Response:
    return Response(
        request_id=row["request_id"],
        texts=tuple(row["texts"]),
        finish_reasons=tuple(row["finish_reasons"]),
        prompt_tokens=row["prompt_tokens"],
        completion_tokens=tuple(row["completion_tokens"]),
    )
