"""A loopback server that speaks the Hugging Face Hub's protocol, so far as downloads need it."""

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

SHA = "0123456789abcdef0123456789abcdef01234567"
_API = re.compile(r"/api/(models|datasets)/([\w.-]+/[\w.-]+)(?:/(revision|tree|paths-info)/(.*))?")
_FILE = re.compile(r"/(datasets/)?([\w.-]+/[\w.-]+)/resolve/[^/]+/(.+)")


@contextmanager
def hub(models: dict[str, Path], datasets: dict[str, Path]) -> Iterator[str]:
    """Serve folders as repositories, by their ids; yields the address for $HF_ENDPOINT."""
    served = type("Handler", (_Handler,), {"served": {"models": models, "datasets": datasets}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), served)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    served: dict[str, dict[str, Path]]
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer(asked.decode())

    def log_message(self, *_: Any) -> None:
        """Be quiet."""

    def _answer(self, body: str = "") -> None:
        path = unquote(urlsplit(self.path).path)
        if found := _API.fullmatch(path):
            kind, name, verb, rest = found.groups()
            folder = self.served[kind].get(name)
            if folder is None:
                self._send(404, b"{}", {"X-Error-Code": "RepoNotFound"})
            elif verb == "tree":
                inside = rest.partition("/")[2]
                there = [file for file in files(folder) if file.startswith(inside)]
                above = {str(one) for file in there for one in Path(file).parents} - {".", inside}
                folders = [{"type": "directory", "path": one, "oid": SHA} for one in sorted(above)]
                self._send_json([*folders, *(entry(folder, file) for file in there)])
            elif verb == "paths-info":
                asked = json.loads(body)["paths"] if body.startswith("{") else []
                self._send_json([entry(folder, f) for f in files(folder) if f in asked])
            else:
                siblings = [{"rfilename": file} for file in files(folder)]
                self._send_json({"id": name, "sha": SHA, "siblings": siblings, "tags": []})
        elif found := _FILE.fullmatch(path):
            kind = "datasets" if found[1] else "models"
            folder = self.served[kind].get(found[2])
            self._send_file(folder / found[3] if folder else None)
        else:
            self._send(404, b"{}")

    def _send_file(self, path: Path | None) -> None:
        if path is None or not path.is_file():
            missing = "RepoNotFound" if path is None else "EntryNotFound"
            self._send(404, b"", {"X-Error-Code": missing, "X-Repo-Commit": SHA})
            return
        content = path.read_bytes()
        headers = {"ETag": f'"{hashlib.sha1(content).hexdigest()}"', "X-Repo-Commit": SHA}
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if wanted:
            first, last = int(wanted[1]), int(wanted[2] or len(content) - 1)
            headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
            self._send(206, content[first : last + 1], headers)
        else:
            self._send(200, content, headers)

    def _send_json(self, value: Any) -> None:
        self._send(200, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def _send(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


def files(folder: Path) -> list[str]:
    """Paths in a repository."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def entry(folder: Path, file: str) -> dict[str, Any]:
    """What the Hub's tree says of a file."""
    content = (folder / file).read_bytes()
    return {
        "type": "file",
        "path": file,
        "size": len(content),
        "oid": hashlib.sha1(content).hexdigest(),
    }
