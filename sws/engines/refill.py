"""Keep a vLLM engine full: requests go in as answers come out, so no answer waits for another."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from sws.engines.request import Request, Response
from sws.errors import SwsError

T = TypeVar("T")

#: Sequences in the engine, as a multiple of those that it computes at a time: those that wait
#: take a free place without waiting for this process, and cost nothing when it is killed.
AHEAD = 2
#: vLLM wants a name for each request; no two of a process are the same.
_names = itertools.count()

#: What a request becomes: tokens and sampling parameters, or a response that says why not.
Prepared = tuple[list[int], Any] | Response


def refilled(
    engine: Any, requests: Iterable[Request], prepare: Callable[[Request], Prepared]
) -> Iterator[Response]:
    """Answer each request through vLLM's `LLMEngine`, yielding every answer when it is finished.

    Requests are pulled as places fall free, so memory holds those in flight alone. Whoever stops
    listening takes what is in flight out of the engine. Raises SwsError when the engine dies.
    """
    room = AHEAD * engine.vllm_config.scheduler_config.max_num_seqs
    flying: dict[str, Request] = {}
    stream, more = iter(requests), True
    try:
        while more or flying:
            while more and engine.get_num_unfinished_requests() < room:
                if (request := next(stream, None)) is None:
                    more = False
                elif isinstance(prepared := prepare(request), Response):
                    yield prepared
                else:
                    flying[_enter(engine, *prepared)] = request
            for output in _alive(engine.step) if flying else ():
                if output.finished and output.request_id in flying:
                    yield _response(flying.pop(output.request_id), output)
    finally:
        if flying:
            engine.abort_request(list(flying))


def _enter(engine: Any, tokens: list[int], sampling: Any) -> str:
    name = str(next(_names))
    _alive(engine.add_request, name, {"prompt_token_ids": tokens}, sampling)
    return name


def _alive(call: Callable[..., T], *given: Any) -> T:
    """The call's result; SwsError when the engine died in it."""
    try:
        return call(*given)
    except Exception as error:  # whatever a model, a driver or vLLM itself may raise
        raise SwsError(
            f"vLLM died while answering ({type(error).__name__}: {error})",
            fix="run the same command again; answers so far are kept",
        ) from error


def _response(request: Request, output: Any) -> Response:
    return Response(
        request_id=request.id,
        texts=tuple(one.text for one in output.outputs),
        finish_reasons=tuple(one.finish_reason or "" for one in output.outputs),
        prompt_tokens=len(output.prompt_token_ids),
        completion_tokens=tuple(len(one.token_ids) for one in output.outputs),
    )
