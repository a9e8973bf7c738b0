"""Files behind URLs: a bucket of the S3 protocol, and a repository of the Hub, on loopback."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.hub import hub

ROWS = [{"problem": f"What is {n} + {n}, exactly?", "answer": str(2 * n)} for n in range(5)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two shards of a training split and a test split, in two formats."""
    folder = tmp_path_factory.mktemp("files")
    for name, rows in (("train-0", ROWS[:3]), ("train-1", ROWS[3:]), ("test-0", ROWS[:1])):
        pq.write_table(pa.Table.from_pylist(rows), folder / f"{name}.parquet")
    (folder / "lines").mkdir()
    text = "".join(json.dumps(row) + "\n" for row in ROWS)
    (folder / "lines" / "problems.jsonl").write_text(text)
    return folder


@pytest.fixture(scope="module")
def bucket(folder: Path) -> Iterator[dict[str, str]]:
    """The environment of a command that reaches the bucket `sums`."""
    # In a process of its own: vLLM, in tests that follow, would trip over Flask's proxies.
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    environment = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_ACCESS_KEY_ID": "me",
        "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": "us-east-1",
    }  # fmt: skip
    client = boto3.client(
        "s3", endpoint_url=environment["AWS_ENDPOINT_URL"], aws_access_key_id="me",
        aws_secret_access_key="secret", region_name="us-east-1",
    )  # fmt: skip
    wait_until_up(port)
    client.create_bucket(Bucket="sums")
    for path in folder.rglob("*.*"):
        client.upload_file(str(path), "sums", str(path.relative_to(folder)))
    yield environment
    server.kill()
    server.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_up(port: int) -> None:
    """Return once something listens there."""
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"no server on port {port}")


@pytest.fixture(scope="module")
def repository(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a command that reaches the data set `someone/sums`."""
    with hub({}, {"someone/sums": folder}) as address:
        yield {"HF_ENDPOINT": address, "HF_HOME": str(tmp_path_factory.mktemp("home"))}


def read(environment: dict[str, str], *sources: tuple[str, str]) -> list[Any]:
    """What a process of its own reads of (source, split) pairs: rows, or the error."""
    code = """
import json, sys
from sws.errors import SwsError
from sws.sources.read import read_batches
found = []
for source, split in json.loads(sys.argv[1]):
    try:
        found.append([row for b in read_batches(source, split=split) for row in b.rows()])
    except SwsError as error:
        found.append(str(error))
print(json.dumps(found))
"""
    given = {**os.environ, **environment}
    given.pop("HF_HUB_OFFLINE", None)
    command = [sys.executable, "-c", code, json.dumps(sources)]
    done = subprocess.run(command, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


@pytest.mark.parametrize(
    ("place", "base"),
    [("bucket", "s3://sums"), ("repository", "hf://datasets/someone/sums")],
)
def test_files_globs_folders_and_what_is_not_there(
    request: pytest.FixtureRequest, place: str, base: str
) -> None:
    whole, lines, glob, folder, gone, nowhere = read(
        request.getfixturevalue(place),
        (f"{base}/train-0.parquet", "train"),
        (f"{base}/lines/problems.jsonl", "train[:2]"),
        (f"{base}/train-*.parquet", "train"),
        (f"{base}/lines", "train"),
        (f"{base}/gone.parquet", "train"),
        (f"{base}-else/a.parquet", "train"),
    )
    assert whole == ROWS[:3]
    assert lines == ROWS[:2]
    assert glob == folder == ROWS
    assert "gone.parquet: no such file" in gone
    assert "-else/a.parquet" in nowhere and "check" in nowhere
