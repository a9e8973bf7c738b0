"""Put questions to an engine, in order, streaming, paying once for each."""

import itertools
from collections.abc import Iterable, Iterator
from typing import TypeVar

from sws.engines.cache import AnswerCache
from sws.engines.request import Engine, Request, Response
from sws.ledger import count

T = TypeVar("T")

#: Requests in flight at most: bounds memory, and is plenty to keep an engine's batches full.
WINDOW = 4096


def ask(
    engine: Engine, cache: AnswerCache, items: Iterable[tuple[T, Request]]
) -> Iterator[tuple[T, Response]]:
    """Yield every item with its response, in the order of `items`.

    Answers are cached as they come, so a run that was killed pays only for the rest.
    """
    stream = iter(items)
    while window := list(itertools.islice(stream, WINDOW)):
        answers = cache.find(request.id for _, request in window)
        missing = {request.id: request for _, request in window if request.id not in answers}
        count(cached=len(answers))
        for response in engine.answer(missing.values()):
            cache.add(response)
            answers[response.request_id] = response
            count(
                requests=1,
                completions=len(response.texts),
                prompt_tokens=response.prompt_tokens,
                completion_tokens=sum(response.completion_tokens),
            )
        for item, request in window:
            yield item, answers[request.id]
