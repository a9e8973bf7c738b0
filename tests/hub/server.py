"""The Hub's protocol over HTTP: create, preupload, LFS, commit, tags, tree, resolve, ranges.

Xet is refused, as a Hub without it does, so that clients upload by LFS. Faults on purpose: the
connection breaks after some bytes, and somebody else commits in between.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.hub.repositories import LARGE, Blob, Repository, Store
from tests.hub.yaml_rules import faults_of_card

_NAME = r"([\w.-]+/[\w.-]+)"
_API = re.compile(
    rf"/api/(models|datasets)/{_NAME}"
    r"(?:/(revision|tree|paths-info|preupload|commit|tag|refs|xet-write-token)(?:/(.*))?)?"
)
_FILE = re.compile(rf"/(datasets/)?{_NAME}/resolve/([^/]+)/(.+)")
_BATCH = re.compile(rf"/(datasets/)?{_NAME}\.git/info/lfs/objects/batch")
_BLOCK = 1 << 16


class Cut(Exception):
    """The connection breaks here."""


class Faults:
    """What goes wrong on purpose."""

    def __init__(self) -> None:
        #: Requests that a client may still make, and bytes it may still send; None: no limit.
        self.requests: int | None = None
        self.bytes: int | None = None
        #: Called before a commit is looked at.
        self.before_commit: Callable[[], None] = lambda: None
        #: Whether the connection breaks when the commit is made, before the reply.
        self.lose_reply = False

    def spend(self, requests: int = 0, sent: int = 0) -> None:
        """Count; raises Cut from the limit on, until it is lifted."""
        if self.requests is not None:
            self.requests -= requests
        if self.bytes is not None:
            self.bytes -= sent
        if (self.requests is not None and self.requests < 0) or (
            self.bytes is not None and self.bytes < 0
        ):
            raise Cut


class Handler(BaseHTTPRequestHandler):
    """One connection to the Hub `store`."""

    store: Store
    faults: Faults
    #: Method, path and headers of every request.
    seen: list[tuple[str, str, dict[str, str]]]
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Be quiet."""

    def do_HEAD(self) -> None:
        self._handle()

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def do_PUT(self) -> None:
        self._handle()

    def do_DELETE(self) -> None:
        self._handle()

    def _handle(self) -> None:
        self.seen.append((self.command, self.path, dict(self.headers)))
        try:
            self.faults.spend(requests=1)
            self._route(unquote(urlsplit(self.path).path))
        except Cut:
            self.close_connection = True
            self.connection.close()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _route(self, path: str) -> None:
        if path == "/api/whoami-v2":
            self._whoami()
        elif path == "/api/repos/create":
            self._create(json.loads(self._body()))
        elif path == "/api/validate-yaml":
            faults = faults_of_card(json.loads(self._body()))
            self._json({"errors": faults, "warnings": []}, 400 if faults else 200)
        elif found := _BATCH.fullmatch(path):
            self._batch(found)
        elif path.startswith("/lfs/"):
            self._store_large(path.removeprefix("/lfs/"))
        elif found := _FILE.fullmatch(path):
            repository = self._repository("datasets" if found[1] else "models", found[2])
            self._resolve(repository, found[3], found[4])
        elif found := _API.fullmatch(path):
            kind, name, verb, rest = found.groups()
            if repository := self._repository(kind, name):
                self._of_repository(repository, verb, rest or "main")
            else:
                self._body()
                self._error(404, "RepoNotFound", "Repository not found")
        else:
            self._body()
            self._error(404, "", "not found")

    # Who asks, and whether they may

    def _user(self) -> tuple[str, bool] | None:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        return self.store.tokens.get(token)

    def _may_write(self, name: str) -> bool:
        user = self._user()
        if user is None:
            self._error(401, "", "Invalid username or password.")
            return False
        if not user[1] or name.split("/")[0] != user[0]:
            self._error(403, "", f"You don't have the rights to write to {name}")
            return False
        return True

    def _repository(self, kind: str, name: str) -> Repository | None:
        found = self.store.repository(kind, name)
        user = self._user()
        if found and found.private and (user is None or user[0] != name.split("/")[0]):
            return None
        return found

    def _whoami(self) -> None:
        if user := self._user():
            role = "write" if user[1] else "read"
            access = {"displayName": "test", "role": role}
            self._json({"name": user[0], "type": "user", "orgs": [],
                        "auth": {"type": "access_token", "accessToken": access}})  # fmt: skip
        else:
            self._error(401, "", "Invalid credentials in Authorization header")

    def _create(self, asked: dict[str, Any]) -> None:
        user = self._user()
        organization = asked.get("organization") or (user[0] if user else "")
        name, kind = f"{organization}/{asked['name']}", asked.get("type", "model") + "s"
        if not self._may_write(name):
            return
        url = f"http://{self.headers['Host']}/{'datasets/' if kind == 'datasets' else ''}{name}"
        with self.store.lock:
            if self.store.repository(kind, name):
                self._json({"error": "You already created this repo", "url": url}, 409)
                return
            self.store.create(kind, name, asked.get("visibility") == "private")
        self._json({"url": url, "name": name, "id": "1"})

    # Repositories

    def _of_repository(self, repository: Repository, verb: str | None, rest: str) -> None:
        revision, _, path = rest.partition("/")
        body = self._body()
        writes = verb in ("preupload", "commit", "tag") and self.command != "GET"
        if writes and not self._may_write(repository.name):
            return
        commit = repository.at(revision)
        if verb == "xet-write-token":
            self._error(404, "", "Xet is not enabled here")
        elif commit is None:
            self._error(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        elif verb == "preupload":
            self._json({"files": [_mode(one, commit.files) for one in json.loads(body)["files"]]})
        elif verb == "commit":
            self._commit(repository, body)
        elif verb == "tag":
            self._tag(repository, commit.oid, json.loads(body)["tag"] if body else revision)
        elif verb == "refs":
            self._json(_refs(repository))
        elif verb in ("tree", "paths-info"):
            wanted = json.loads(body)["paths"] if body.startswith(b"{") else None
            self._json(list(_entries(commit.files, path.strip("/"), wanted)))
        else:
            siblings = [{"rfilename": name} for name in commit.files]
            self._json({"id": repository.name, "sha": commit.oid, "private": repository.private,
                        "siblings": siblings, "tags": []})  # fmt: skip

    def _tag(self, repository: Repository, oid: str, tag: str) -> None:
        if self.command == "DELETE":
            repository.tags.pop(tag, None)
            self._json({})
        elif tag in repository.tags:
            self._error(409, "", f"Tag reference exists already: {tag}")
        else:
            repository.tags[tag] = oid
            self._json({})

    def _commit(self, repository: Repository, body: bytes) -> None:
        self.faults.before_commit()
        lines = [json.loads(line) for line in body.splitlines()]
        header = next(one["value"] for one in lines if one["key"] == "header")
        with self.store.lock:
            if header.get("parentCommit") not in (None, repository.head.oid):
                self._error(412, "", "A commit has happened since. Please refresh and try again.")
                return
            files = dict(repository.head.files)
            for line in lines:
                value = line["value"]
                if line["key"] == "file":
                    files[value["path"]] = self.store.small(base64.b64decode(value["content"]))
                elif line["key"] == "lfsFile":
                    blob = self.store.large(value["oid"])
                    if blob is None:
                        self._error(400, "", f"LFS object {value['oid']} was not uploaded")
                        return
                    files[value["path"]] = blob
                elif line["key"] == "deletedFile":
                    files.pop(value["path"])
            made = repository.commit(files, header["summary"])
        if self.faults.lose_reply:
            raise Cut
        place = f"{'datasets/' if repository.kind == 'datasets' else ''}{repository.name}"
        url = f"http://{self.headers['Host']}/{place}/commit/{made.oid}"
        self._json({"commitUrl": url, "commitOid": made.oid})

    # Large files

    def _batch(self, found: re.Match[str]) -> None:
        asked = json.loads(self._body())
        if not self._may_write(found[2]):
            return
        wanted = sum(one["size"] for one in asked["objects"] if not self.store.large(one["oid"]))
        full = self.store.quota is not None and self.store.used() + wanted > self.store.quota
        if full:
            self._error(403, "", "Private repository storage limit reached")
            return
        objects = []
        for one in asked["objects"]:
            upload = {"href": f"http://{self.headers['Host']}/lfs/{one['oid']}", "header": {}}
            there = self.store.large(one["oid"])
            objects.append({**one, **({} if there else {"actions": {"upload": upload}})})
        self._json({"transfer": "basic", "objects": objects})

    def _store_large(self, oid: str) -> None:
        digest, part = hashlib.sha256(), self.store.folder / f"{oid}.part"
        with part.open("wb") as stream:
            for block in self._blocks():
                digest.update(block)
                stream.write(block)
        if digest.hexdigest() != oid:
            self._error(400, "", "the content is not what its hash says")
            return
        part.rename(self.store.folder / "lfs" / oid)
        self._json({})

    def _resolve(self, repository: Repository | None, revision: str, path: str) -> None:
        commit = repository.at(revision) if repository else None
        if commit is None:
            self._error(404, "RevisionNotFound" if repository else "RepoNotFound", "not found")
            return
        blob = commit.files.get(path)
        said = {"X-Repo-Commit": commit.oid}
        if blob is None:
            self._error(404, "EntryNotFound", "Entry not found", said)
            return
        said |= {"ETag": f'"{blob.etag}"', "Accept-Ranges": "bytes"}
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        first = int(wanted[1]) if wanted else 0
        last = min(int(wanted[2] or blob.size) if wanted else blob.size, blob.size - 1)
        if wanted:
            said["Content-Range"] = f"bytes {first}-{last}/{blob.size}"
        self._start(206 if wanted else 200, last - first + 1, said)
        if self.command != "HEAD":
            with blob.path.open("rb") as stream:
                stream.seek(first)
                left = last - first + 1
                while left > 0:
                    block = stream.read(min(_BLOCK, left))
                    self.wfile.write(block)
                    left -= len(block)

    # HTTP

    def _blocks(self) -> Iterator[bytes]:
        """The body of the request, as it comes."""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            while size := int(self.rfile.readline().split(b";")[0], 16):
                yield from self._counted(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            yield from self._counted(int(self.headers.get("Content-Length", 0)))

    def _counted(self, size: int) -> Iterator[bytes]:
        while size > 0:
            block = self.rfile.read(min(_BLOCK, size))
            if not block:
                raise Cut
            self.faults.spend(sent=len(block))
            size -= len(block)
            yield block

    def _body(self) -> bytes:
        return b"".join(self._blocks())

    def _json(self, value: Any, status: int = 200) -> None:
        content = json.dumps(value).encode()
        self._start(status, len(content), {"Content-Type": "application/json"})
        if self.command != "HEAD":
            self.wfile.write(content)

    def _error(
        self, status: int, code: str, message: str, said: dict[str, str] | None = None
    ) -> None:
        content = json.dumps({"error": message}).encode()
        headers = {"X-Error-Message": message, **({"X-Error-Code": code} if code else {})}
        headers |= {"Content-Type": "application/json", **(said or {})}
        self._start(status, len(content), headers)
        if self.command != "HEAD":
            self.wfile.write(content)

    def _start(self, status: int, length: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(length)}.items():
            self.send_header(name, value)
        self.end_headers()


def _mode(asked: dict[str, Any], files: dict[str, Blob]) -> dict[str, Any]:
    """How a file is to be uploaded, and what is there by its name."""
    path, there = asked["path"], files.get(asked["path"])
    large = path.endswith(LARGE) or asked["size"] > 10 << 20
    mode = "lfs" if large else "regular"
    return {"path": path, "uploadMode": mode, "shouldIgnore": False,
            "oid": there.etag if there else None}  # fmt: skip


def _refs(repository: Repository) -> dict[str, Any]:
    tags = [
        {"name": tag, "ref": f"refs/tags/{tag}", "targetCommit": oid}
        for tag, oid in repository.tags.items()
    ]
    main = {"name": "main", "ref": "refs/heads/main", "targetCommit": repository.head.oid}
    return {"branches": [main], "converts": [], "tags": tags}


def _entries(
    files: dict[str, Blob], folder: str, wanted: list[str] | None
) -> Iterator[dict[str, Any]]:
    """Entries of a folder and all below it, or of the paths that were asked for."""
    folders: set[str] = set()
    for path, blob in files.items():
        if (wanted is None or path in wanted) and (not folder or path.startswith(f"{folder}/")):
            yield blob.entry(path)
        parts = path.split("/")[:-1]
        folders |= {"/".join(parts[: n + 1]) for n in range(len(parts))}
    for name in sorted(folders):
        inside = not folder or name.startswith(f"{folder}/")
        if inside if wanted is None else name in wanted:
            yield {"type": "directory", "path": name, "oid": "0" * 40, "size": 0}
