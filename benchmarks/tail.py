"""How full vLLM is kept when answers differ in length: the engine beside a bare queue and batches.

All sides answer the same requests in the same process, in turns: `bare` calls vLLM's add_request
and step with a queue that is refilled, `engine` is this project's, with every answer cached, and
`batches` is LLM.generate over 512 requests at a time. Lengths are log-normal. The engine's
steps do not depend on what else the machine does; wall and processor time do.
"""

import argparse
import itertools
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from sws.config.student import ScratchConfig
from sws.engines.cache import AnswerCache
from sws.engines.request import Request, Sampling
from sws.engines.vllm import VllmEngine
from sws.prompts.reading import user
from sws.student.scratch import train_scratch

#: Sides in the order in which they take turns.
Side = Callable[[list[Request]], Iterable[tuple[str, ...]]]


def lengths(count: int, sigma: float, mean: float, most: int) -> list[int]:
    """Log-normal lengths in tokens, by a fixed seed."""
    draw = random.Random(5)
    return [max(2, min(most, round(mean * draw.lognormvariate(0, sigma)))) for _ in range(count)]


def requests_of(given: argparse.Namespace) -> list[Request]:
    """Requests whose answers end at those lengths; every one has its own seed."""
    drawn = lengths(given.requests, given.sigma, given.mean, given.context - 16)
    return [
        Request("labeler", user(f"{i}?"), Sampling(given.n, 1.0, 0.95, most), seed=i)
        for i, most in enumerate(drawn)
    ]


def bare(engine: VllmEngine) -> Side:
    """VLLM's own calls and nothing else: no cache, no contract."""

    def answer(requests: list[Request]) -> Iterator[tuple[str, ...]]:
        core = engine.start().llm_engine
        prepared = (engine.prepare(request) for request in requests)
        names, room = itertools.count(), 2 * core.vllm_config.scheduler_config.max_num_seqs
        more = True
        while more or core.has_unfinished_requests():
            while more and core.get_num_unfinished_requests() < room:
                if (one := next(prepared, None)) is None:
                    more = False
                else:
                    tokens, sampling = one
                    core.add_request(f"b{next(names)}", {"prompt_token_ids": tokens}, sampling)
            for output in core.step():
                if output.finished:
                    yield tuple(one.text for one in output.outputs)

    return answer


def ours(engine: VllmEngine) -> Side:
    """The engine's contract, and the cache."""

    def answer(requests: list[Request]) -> Iterator[tuple[str, ...]]:
        with tempfile.TemporaryDirectory() as folder, AnswerCache(folder, "benchmark") as cache:
            for response in engine.answer(requests):
                cache.add(response)
                yield response.texts

    return answer


def batches(engine: VllmEngine) -> Side:
    """LLM.generate, 512 requests at a time: each batch waits for its longest answer."""

    def answer(requests: list[Request]) -> Iterator[tuple[str, ...]]:
        llm = engine.start()
        for start in range(0, len(requests), 512):
            prepared = [engine.prepare(request) for request in requests[start : start + 512]]
            prompts = [{"prompt_token_ids": tokens} for tokens, _ in prepared]
            params = [sampling for _, sampling in prepared]
            for output in llm.generate(prompts, params, use_tqdm=False):
                yield tuple(one.text for one in output.outputs)

    return answer


def measured(side: Side, requests: list[Request], steps: list[int]) -> dict[str, Any]:
    """Wall and processor seconds, engine steps, and the answers themselves."""
    steps[0], wall, cpu = 0, time.perf_counter(), time.process_time()
    first, answers = 0.0, []
    for texts in side(requests):
        first = first or time.perf_counter() - wall
        answers.append(texts)
    spent = time.perf_counter() - wall, time.process_time() - cpu
    return {
        "wall": spent[0],
        "cpu": spent[1],
        "first": first,
        "steps": steps[0],
        "answers": sorted(answers),
    }


def counted(llm: Any) -> list[int]:
    """A counter of the engine's steps."""
    inner, steps = llm.llm_engine.step, [0]

    def step() -> Any:
        steps[0] += 1
        return inner()

    llm.llm_engine.step = step
    return steps


def main() -> None:
    """Print a line for each side, its speed relative to the bare queue's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", help="a student's folder; without it a tiny one is made")
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("-n", type=int, default=1, help="answers to each")
    parser.add_argument("--mean", type=float, default=10, help="median length in tokens")
    parser.add_argument("--sigma", type=float, default=0.7, help="of the lengths' logarithm")
    parser.add_argument("--context", type=int, default=64)
    parser.add_argument("--turns", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        compare(given, given.model or str(tiny(Path(folder))))


def tiny(folder: Path) -> Path:
    """A student of a few weights, trained for two steps."""
    config = ScratchConfig(layers=1, hidden=64, feed_forward=64, vocabulary=320, steps=2, rows=300)
    return train_scratch(config, 0, folder / "tiny").parent


def compare(given: argparse.Namespace, model: str) -> None:
    """Turn by turn, then the medians."""
    engine = VllmEngine(model, max_model_tokens=given.context)
    steps = counted(engine.start())
    sides = {"bare": bare(engine), "engine": ours(engine), "batches": batches(engine)}
    requests = requests_of(given)
    for side in sides.values():
        list(side(requests[:300]))  # warm
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in sides}
    for turn in range(given.turns):
        # The order turns round: what runs second must not always have the warmer caches.
        for name in list(sides)[:: 1 if turn % 2 else -1]:
            found[name].append(measured(sides[name], requests, steps))
    same = found["bare"][0]["answers"] == found["engine"][0]["answers"]
    print(f"{given.requests} requests, n={given.n}; the same texts from both queues: {same}")
    print(
        f"{'':8} {'steps':>6} {'wall s':>7} {'CPU s':>7} {'first s':>8} {'speed':>6} {'by CPU':>7}"
    )
    kept = ("steps", "wall", "cpu", "first")
    middle = {
        name: {key: statistics.median(one[key] for one in runs) for key in kept}
        for name, runs in found.items()
    }
    for name, row in middle.items():
        ratios = [middle["bare"][key] / row[key] for key in ("wall", "cpu")]
        figures = f"{row['steps']:6.0f} {row['wall']:7.1f} {row['cpu']:7.1f} {row['first']:8.2f}"
        print(f"{name:8} {figures} {ratios[0]:6.1%} {ratios[1]:7.1%}")


if __name__ == "__main__":
    main()
