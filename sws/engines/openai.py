"""Any OpenAI-compatible server: a `vllm serve` on a cluster, or a hosted one."""

import logging
import os
import queue
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any

import openai

from sws.config.roles import Role
from sws.engines.refusals import PROMPT_TOO_LONG
from sws.engines.request import Request, Response
from sws.errors import SwsError

#: Tries per request; the client waits longer after each (0.5 s up to 8 s, or as it is told).
RETRIES = 6
TIMEOUT_SECONDS = 1800.0
_log = logging.getLogger(__name__)


class OpenAIEngine:
    """Bounded concurrency, retries and a rate limit around `chat.completions`."""

    def __init__(self, role: Role, model: str) -> None:
        self.fingerprint = f"openai {model}@{role.revision or ''}"
        self._model = model
        self._role = role
        try:
            self._client = openai.OpenAI(
                base_url=role.urls[0],
                api_key=os.environ.get(role.key_variable, "none"),
                max_retries=RETRIES,
                timeout=TIMEOUT_SECONDS,
            )
        except Exception as error:  # of the HTTP library below, which a release may change
            raise SwsError(
                f"{role.url}: not a server's address ({error})",
                expected="http://HOST:PORT/v1",
                fix=f"mend `url` of the role that asks {model}",
            ) from error
        self._pace = _Pace(role.requests_per_minute)

    def answer(self, requests: Iterable[Request]) -> Iterator[Response]:
        """Answers as they arrive. Raises SwsError when the server refuses or cannot be reached.

        Whoever stops listening, after an error too, is asked nothing more.
        """
        waiting: queue.SimpleQueue[Request] = queue.SimpleQueue()
        done: queue.SimpleQueue[Response | Exception] = queue.SimpleQueue()
        for request in requests:
            waiting.put(request)
        asked = waiting.qsize()
        for _ in range(min(self._role.concurrency, asked)):
            threading.Thread(target=self._work, args=(waiting, done), daemon=True).start()
        try:
            for _ in range(asked):
                outcome = done.get()
                if isinstance(outcome, Exception):
                    raise self._explain(outcome) from outcome
                yield outcome
        finally:
            while _next(waiting):
                pass

    def _work(
        self,
        waiting: "queue.SimpleQueue[Request]",
        done: "queue.SimpleQueue[Response | Exception]",
    ) -> None:
        while request := _next(waiting):
            try:
                self._pace.wait()
                done.put(self._one(request))
            except Exception as error:  # handed to the caller's thread, which raises it
                done.put(error)

    def _one(self, request: Request) -> Response:
        messages: Any = [dict(message) for message in request.messages]
        try:
            reply = self._client.chat.completions.create(
                model=self._model,
                messages=messages,
                n=request.sampling.n,
                temperature=request.sampling.temperature,
                top_p=request.sampling.top_p,
                max_tokens=request.sampling.max_tokens,
                seed=request.seed % 2**31,
            )
        except openai.BadRequestError as error:
            # One long prompt must not stop a stage of a million.
            if "context length" not in str(error) and error.code != "context_length_exceeded":
                raise
            _log.warning("%s refused a prompt: %s", self._model, error)
            return Response.refusal(request.id, PROMPT_TOO_LONG, str(error))
        if len(reply.choices) != request.sampling.n:
            raise ValueError(
                f"{len(reply.choices)} choices came for n={request.sampling.n}; "
                "the server must support `n`"
            )
        usage = reply.usage
        texts = tuple(_unicode(choice.message.content or "") for choice in reply.choices)
        total = usage.completion_tokens if usage else 0
        share, rest = divmod(total, max(len(texts), 1))
        return Response(
            request_id=request.id,
            texts=texts,
            finish_reasons=tuple(choice.finish_reason or "" for choice in reply.choices),
            prompt_tokens=usage.prompt_tokens if usage else 0,
            # The protocol counts tokens per request; they are spread over the texts.
            completion_tokens=tuple(share + (i < rest) for i in range(len(texts))),
        )

    def _explain(self, error: Exception) -> SwsError:
        if isinstance(error, openai.APIConnectionError):
            fix = f"start the server, or mend `url` ({self._role.url}) of the role"
        elif isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
            fix = f"put the server's key into ${self._role.key_variable}"
        elif isinstance(error, openai.NotFoundError):
            fix = (
                f"the server does not serve {self._model}; ask it with GET {self._role.url}/models"
            )
        else:
            fix = "mend the cause and run the same command again; answers so far are kept"
        return SwsError(f"{self._role.url}: {self._model} did not answer: {error}", fix=fix)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _unicode(text: str) -> str:
    """The text as valid Unicode: JSON may hold half a character, which no table can."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _next(waiting: "queue.SimpleQueue[Request]") -> Request | None:
    try:
        return waiting.get_nowait()
    except queue.Empty:
        return None


class _Pace:
    """At most so many starts per minute, evenly spaced, over all threads."""

    def __init__(self, per_minute: int | None) -> None:
        self._gap = 60 / per_minute if per_minute else 0.0
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        if not self._gap:
            return
        with self._lock:
            now = time.monotonic()
            start = max(now, self._next)
            self._next = start + self._gap
        time.sleep(max(0.0, start - now))
