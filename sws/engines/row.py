"""One request on its way: what has come of it, what is missing, and what to send for that."""

from dataclasses import dataclass, field
from typing import Any

from sws.config.roles import Role
from sws.engines.replies import Choice, Reply
from sws.engines.request import Request, Response
from sws.engines.troubles import Trouble
from sws.identity import seed_for

#: A prompt whose answer has less room than this part of max_tokens is too long.
LEAST_ROOM = 8


@dataclass
class Row:
    """How far a request has come."""

    request: Request
    max_tokens: int
    choices: list[Choice] = field(default_factory=list)
    prompt_tokens: int = 0
    completion_tokens: int = 0
    failures: int = 0
    timeouts: int = 0
    empties: int = 0
    asked_n: int = 0  # the last time
    limit: int | None = None
    away_since: float | None = None

    @property
    def missing(self) -> int:
        """Answers that have yet to come."""
        return self.request.sampling.n - len(self.choices)

    def take(self, reply: Reply) -> None:
        """Keep the choices of a reply."""
        self.choices += reply.choices[: self.missing]
        self.prompt_tokens = max(self.prompt_tokens, reply.prompt_tokens)
        self.completion_tokens += reply.completion_tokens
        self.away_since = None

    def seed(self) -> int:
        """The request's seed; what is asked for once more has one of its own."""
        if not self.choices and not self.empties:
            return self.request.sampler_seed
        again = (self.request.first + len(self.choices), self.empties)
        return seed_for(self.request.seed, *again) % 2**31

    def response(self) -> Response:
        """What has come."""
        texts = tuple(choice.text for choice in self.choices)
        share, rest = divmod(self.completion_tokens, len(texts))
        reasons = tuple(choice.finish_reason for choice in self.choices)
        thoughts = tuple(choice.reasoning for choice in self.choices)
        return Response(
            request_id=self.request.id,
            texts=texts,
            finish_reasons=reasons,
            prompt_tokens=self.prompt_tokens,
            # The protocol counts tokens per request; they are spread over the texts.
            completion_tokens=tuple(share + (i < rest) for i in range(len(texts))),
            reasoning=thoughts if any(thoughts) else (),
            shortened=self.max_tokens < self.request.sampling.max_tokens and "length" in reasons,
        )

    def shorten(self, trouble: Trouble) -> bool:
        """Whether fewer tokens can be asked for, and then how many.

        What a message says of the prompt is taken, unless it is a bound ("at least"): then half.
        """
        room = self.max_tokens // 2
        if trouble.limit and trouble.prompt:
            room = min(trouble.limit - trouble.prompt, self.max_tokens - 1)
        if room * LEAST_ROOM < self.request.sampling.max_tokens:
            return False
        self.max_tokens, self.limit = room, trouble.limit
        return True

    def grow(self) -> bool:
        """Whether more tokens fit, now that a reply has counted those of the prompt."""
        if not self.limit or not self.prompt_tokens:
            return False
        room = min(self.limit - self.prompt_tokens, self.request.sampling.max_tokens)
        grows, self.limit = room > 1.05 * self.max_tokens, None
        self.max_tokens = max(room, self.max_tokens)
        return grows

    def body(self, role: Role, model: str, max_n: int | None) -> dict[str, Any]:
        """The body of the next HTTP request."""
        sampling = self.request.sampling
        self.asked_n = min(self.missing, max_n or self.missing)
        body = {
            "n": self.asked_n,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "seed": self.seed(),
            "max_tokens": self.max_tokens,
            "top_k": sampling.top_k,
            "min_p": sampling.min_p,
            "repetition_penalty": sampling.repetition_penalty,
            "stop": list(sampling.stop) or None,
            "chat_template_kwargs": role.chat_template_kwargs or None,
        }
        sent = {k: v for k, v in body.items() if v is not None and k not in role.omit}
        if "max_tokens" in sent:
            sent[role.max_tokens_parameter] = sent.pop("max_tokens")
        messages = [dict(message) for message in self.request.messages]
        return {"model": model, "messages": messages, **sent, **role.extra_body}
