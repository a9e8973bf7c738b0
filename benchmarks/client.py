"""Requests per second of the HTTP engine, beside the openai package's AsyncOpenAI and bare aiohttp.

    python -m benchmarks.client [--requests 10000] [--in-flight 32 256 1000] [--rounds 3]
    python -m benchmarks.client --memory 10000 100000
    python -m benchmarks.client --large 2000

All send the same requests to the same loopback server, which answers at once, in one run; each
client has a process of its own, and rounds alternate. `ask` is what stages use: the engine, the
cache on disk, and responses in order. --memory gives the peak memory of `ask` over that many
requests, --large over that many answers of 320 KB.
"""

import argparse
import asyncio
import json
import multiprocessing
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

CLIENTS = ("ask", "engine", "asyncopenai", "aiohttp")
LARGE = 320_000


class Fast(asyncio.Protocol):
    """An HTTP server that answers every POST with the same chat completion."""

    text = "It is 4."

    def connection_made(self, transport: Any) -> None:
        """Begin with an empty buffer."""
        self.transport, self.buffer = transport, b""

    def data_received(self, data: bytes) -> None:
        """Answer every whole request."""
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0])
            if len(self.buffer) < end + 4 + length:
                return
            self.buffer = self.buffer[end + 4 + length :]
            self.transport.write(self.reply)

    @classmethod
    def serve(cls, pipe: Any, characters: int) -> None:
        """Listen on a free port, which is sent through the pipe."""
        message = {"role": "assistant", "content": cls.text.ljust(characters, "x")}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        usage = {"prompt_tokens": 9, "completion_tokens": 5, "total_tokens": 14}
        value = {"id": "x", "object": "chat.completion", "created": 0, "model": "m"}
        body = json.dumps({**value, "choices": [choice], "usage": usage}).encode()
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
        cls.reply = head % len(body) + body

        async def main() -> None:
            loop = asyncio.get_running_loop()
            server = await loop.create_server(cls, "127.0.0.1", 0, backlog=4096)
            pipe.send(server.sockets[0].getsockname()[1])
            await server.serve_forever()

        asyncio.run(main())


def requests(count: int) -> Iterator[Any]:
    """Small requests, made as they are taken."""
    from sws.engines.request import Request, Sampling

    sampling = Sampling(1, 0.6, 0.95, 64)
    for number in range(count):
        message = {"role": "user", "content": f"row {number}: what is 2 + 2?"}
        yield Request("labeler", (message,), sampling, number)


def run(client: str, url: str, in_flight: int, count: int) -> dict[str, float]:
    """Wall and CPU seconds of one client, and the peak memory of this process."""
    run_it = ours if client in ("ask", "engine") else others
    wall, cpu, done = run_it(client, url, in_flight, count)
    assert done == count, f"{client}: {done} of {count}"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rate": count / wall, "cpu": cpu, "mib": peak}


def ours(client: str, url: str, in_flight: int, count: int) -> tuple[float, float, int]:
    """The engine alone, or under `ask`."""
    from sws.config.roles import Role
    from sws.engines.ask import ask
    from sws.engines.cache import AnswerCache
    from sws.engines.openai import OpenAIEngine

    engine = OpenAIEngine(Role(engine="openai", model="m", url=url, concurrency=in_flight), "m")
    with tempfile.TemporaryDirectory() as folder, AnswerCache(folder, "x") as cache:
        wall, cpu = time.perf_counter(), time.process_time()
        if client == "engine":
            done = sum(bool(response.texts) for response in engine.answer(requests(count)))
        else:
            pairs = ((request.seed, request) for request in requests(count))
            done = sum(bool(response.texts) for _, response in ask(engine, cache, pairs, count))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        engine.close()
    return wall, cpu, done


def others(client: str, url: str, in_flight: int, count: int) -> tuple[float, float, int]:
    """AsyncOpenAI or aiohttp, with as many workers as requests may be in flight."""
    bodies = (
        {
            "model": "m",
            "messages": [dict(one) for one in request.messages],
            "n": 1,
            "temperature": 0.6,
            "top_p": 0.95,
            "max_tokens": 64,
            "seed": request.seed,
        }
        for request in requests(count)
    )

    async def workers(one: Callable[[Any], Awaitable[str]]) -> tuple[float, float, int]:
        done = 0

        async def work() -> None:
            nonlocal done
            for body in bodies:
                text = await one(body)
                done += bool(text)

        wall, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(work() for _ in range(in_flight)))
        return time.perf_counter() - wall, time.process_time() - cpu, done

    async def openai() -> tuple[float, float, int]:
        from openai import AsyncOpenAI

        async with AsyncOpenAI(base_url=url, api_key="x") as peer:

            async def one(body: Any) -> str:
                reply = await peer.chat.completions.create(**body)
                return reply.choices[0].message.content or ""

            return await workers(one)

    async def bare() -> tuple[float, float, int]:
        import aiohttp

        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as peer:

            async def one(body: Any) -> str:
                async with peer.post(f"{url}/chat/completions", json=body) as reply:
                    return str((await reply.json())["choices"][0]["message"]["content"])

            return await workers(one)

    return asyncio.run(openai() if client == "asyncopenai" else bare())


def in_its_own_process(*arguments: object) -> dict[str, float]:
    """What `run` measures, in a fresh interpreter."""
    command = [sys.executable, "-m", "benchmarks.client", "--one", *map(str, arguments)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    measured: dict[str, float] = json.loads(said.splitlines()[-1])
    return measured


def compare(url: str, options: argparse.Namespace) -> None:
    """The table of rates, and of ratios to AsyncOpenAI: medians over rounds."""
    print(f"{'in flight':>9} {'client':12} {'per s':>8} {'CPU s':>7} {'MiB':>6} {'ratio':>6}")
    for in_flight in options.in_flight:
        found: dict[str, list[dict[str, float]]] = {client: [] for client in CLIENTS}
        for _ in range(options.rounds):
            for client in CLIENTS:
                one = in_its_own_process(client, url, in_flight, options.requests)
                found[client].append(one)
        medians = {
            client: {key: statistics.median(one[key] for one in many) for key in many[0]}
            for client, many in found.items()
        }
        for client, one in medians.items():
            ratio = one["rate"] / medians["asyncopenai"]["rate"]
            print(
                f"{in_flight:>9} {client:12} {one['rate']:>8.0f} {one['cpu']:>7.2f} "
                f"{one['mib']:>6.0f} {ratio:>6.2f}",
                flush=True,
            )


def main() -> None:
    """Print a table, or the peak memory."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--in-flight", type=int, nargs="+", default=[32, 256, 1000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", type=int, nargs="+", metavar="N")
    parser.add_argument("--large", type=int, metavar="N")
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        client, url, in_flight, count = options.one
        print(json.dumps(run(client, url, int(in_flight), int(count))))
        return
    receive, send = multiprocessing.Pipe(False)
    characters = LARGE if options.large else len(Fast.text)
    server = multiprocessing.Process(target=Fast.serve, args=(send, characters), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{receive.recv()}/v1"
    try:
        if not (options.memory or options.large):
            compare(url, options)
        for count in options.memory or [options.large or 0]:
            if count:
                one = in_its_own_process("ask", url, 256, count)
                print(f"{count} requests: peak {one['mib']:.0f} MiB, {one['rate']:.0f} per second")
    finally:
        server.terminate()
        server.join()


if __name__ == "__main__":
    main()
