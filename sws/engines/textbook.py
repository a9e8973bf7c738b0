"""The embedded teacher behind the engine contract."""

from collections.abc import Iterable, Iterator

from sws.config.textbook import Fallibility, VerifierFallibility
from sws.engines.request import Request, Response
from sws.identity import seed_for
from sws.textbook.teacher import Textbook


class TextbookEngine:
    """Answers from the textbook; instant, seeded, and wrong at the configured rates."""

    def __init__(
        self,
        fallibility: Fallibility,
        seed: int,
        verifier: VerifierFallibility | None = None,
    ) -> None:
        self._textbook = Textbook(fallibility, seed, verifier)
        self.fingerprint = f"textbook seed={seed} {fallibility.model_dump_json()}"
        if verifier:  # answers of the other roles do not depend on it
            self.fingerprint += f" verifier {verifier.model_dump_json()}"

    def answer(self, requests: Iterable[Request]) -> Iterator[Response]:
        """Yield a response per request, in their order."""
        for request in requests:
            role, _, name = request.role.partition(":")
            fields = {**request.fields, "name": name} if name else dict(request.fields)
            texts = tuple(
                self._textbook.reply(role, fields, seed_for(request.seed, "sample", sample))
                for sample in range(request.first, request.first + request.sampling.n)
            )
            yield Response(
                request_id=request.id,
                texts=texts,
                finish_reasons=("stop",) * len(texts),
                prompt_tokens=sum(len(message["content"].split()) for message in request.messages),
                completion_tokens=tuple(len(text.split()) for text in texts),
            )

    def close(self) -> None:
        """Nothing is held."""
