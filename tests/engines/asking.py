"""What the tests of the HTTP engine share: a role at a server, requests, and asking them all."""

from collections.abc import Iterable
from typing import Any

from sws.config.roles import Role
from sws.engines.openai import OpenAIEngine
from sws.engines.request import Request, Response, Sampling


def role(url: Any, **settings: Any) -> Role:
    return Role(engine="openai", model="teacher", url=url, **settings)


def row(number: int, n: int = 1, max_tokens: int = 64, **sampling: Any) -> Request:
    message = {"role": "user", "content": f"row {number}: 2 + 2?"}
    settings = Sampling(n, 0.7, 0.95, max_tokens, **sampling)
    return Request("labeler", (message,), settings, 2**40 + number)


def rows(count: int, **settings: Any) -> list[Request]:
    return [row(number, **settings) for number in range(count)]


def ask(url: Any, requests: Iterable[Request], **settings: Any) -> dict[str, Response]:
    """The responses of an engine of its own, by request id."""
    engine = OpenAIEngine(role(url, **settings), "teacher")
    try:
        return {response.request_id: response for response in engine.answer(requests)}
    finally:
        engine.close()


def ask_one(url: Any, request: Request | None = None, **settings: Any) -> Response:
    (response,) = ask(url, [request or row(0)], **settings).values()
    return response
