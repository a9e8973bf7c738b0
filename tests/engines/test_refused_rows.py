"""One row that a server refuses, in each server's words: it is named, and no other suffers."""

from typing import Any

import pytest

from sws.engines.refusals import BAD_REQUEST, CONTENT_FILTER, PROMPT_TOO_LONG, SERVER_ERROR
from tests.engines.asking import ask, ask_one, row, rows
from tests.engines.server import Call, Reply, completion, fail, ok, serving


def error(message: str, **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, **more}}


CONTEXT: dict[str, tuple[int, Any]] = {
    "vLLM": (400, error(
        "This model's maximum context length is 512 tokens. However, you requested 64 output "
        "tokens and your prompt contains at least 449 input tokens. Please reduce the length.",
        type="BadRequestError", code=400,
    )),
    "vLLM, by its engine": (400, error(
        "The decoder prompt (length 900) is longer than the maximum model length of 512."
    )),
    "SGLang": (400, {
        "object": "error", "code": 400,
        "message": "The input (900 tokens) is longer than the model's context length (512 tokens).",
    }),
    "llama.cpp": (400, error(
        "request (900 tokens) exceeds the available context size (512 tokens), try increasing it",
        type="exceed_context_size_error", n_prompt_tokens=900, n_ctx=512,
    )),
    "llama.cpp, as its own fault": (500, error("Context size has been exceeded.", code=500)),
    "llama-cpp-python": (400, error("Requested tokens (900) exceed context window of 512")),
    "TGI": (422, {
        "error": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 512. "
        "Given: 900 `inputs` tokens and 64 `max_new_tokens`",
        "error_type": "validation",
    }),
    "Ollama": (400, error("the input length exceeds the context length", type="api_error")),
    "Gemini": (400, [error(
        "The input token count (900) exceeds the maximum number of tokens allowed (512).",
        code=400, status="INVALID_ARGUMENT",
    )]),
    "Anthropic": (400, error("prompt is too long: 900 tokens > 512 maximum")),
    "LiteLLM": (400, error("litellm.ContextWindowExceededError: longer than the window")),
    "a proxy in front": (413, b"<html><h1>413 Request Entity Too Large</h1></html>"),
}  # fmt: skip
OTHERS: dict[str, tuple[int, Any, str]] = {
    "Azure's filter": (
        400,
        error("The prompt triggered our content management policy.", code="content_filter"),
        CONTENT_FILTER,
    ),
    "moderation": (403, error("Input was flagged by moderation"), CONTENT_FILTER),
    "a parameter": (400, error("Unsupported value: temperature"), BAD_REQUEST),
    "a field": (422, {"detail": [{"loc": ["body", "seed"], "msg": "Extra inputs"}]}, BAD_REQUEST),
    "an error": (500, error("internal error"), SERVER_ERROR),
}


def one_of_many(status: int, body: Any) -> dict[int, Any]:
    """The responses to 20 rows, of which number 7 gets this reply whenever it is asked."""

    def script(call: Call) -> Reply:
        return Reply(status, body) if call.prompt.startswith("row 7:") else ok(call)

    with serving(script) as server:
        found = ask(server.url, rows(20), concurrency=4)
    assert len(found) == 20
    assert all(found[row(number).id].texts for number in range(20) if number != 7)
    return found[row(7).id]


@pytest.mark.parametrize("name", CONTEXT)
def test_a_prompt_too_long_for_the_context(name: str) -> None:
    response = one_of_many(*CONTEXT[name])
    assert (response.texts, response.refused) == ((), PROMPT_TOO_LONG)
    assert response.finish_reasons == (PROMPT_TOO_LONG,) and not response.lasts
    assert response.detail.startswith(str(CONTEXT[name][0]))


@pytest.mark.parametrize("name", OTHERS)
def test_a_row_that_is_refused_for_another_reason(name: str) -> None:
    status, body, reason = OTHERS[name]
    assert one_of_many(status, body).refused == reason


def test_a_message_is_read_in_every_shape() -> None:
    assert "Extra inputs: body.seed" in one_of_many(*OTHERS["a field"][:2]).detail
    assert "Request Entity Too Large" in one_of_many(*CONTEXT["a proxy in front"]).detail


def test_a_gate_that_dislikes_one_prompt_is_no_wrong_key() -> None:
    def script(call: Call) -> Reply:
        return fail(403, "request blocked") if call.prompt.startswith("row 7:") else ok(call)

    with serving(script) as server:
        found = ask(server.url, rows(20), concurrency=1)
    assert found[row(7).id].refused == BAD_REQUEST
    assert sum(bool(response.texts) for response in found.values()) == 19


class TestFewerTokens:
    """An answer that does not fit is asked for at a length that does."""

    LIMIT, PROMPT = 512, 100

    def server(self, wording: str, needs: int = 10) -> Any:
        """A server whose context is LIMIT, and whose answers are `needs` tokens long."""

        def script(call: Call) -> Reply:
            asked = call.body["max_tokens"]
            if self.PROMPT + asked > self.LIMIT:
                return fail(400, wording.format(asked=asked, total=self.PROMPT + asked))
            reply = completion(call, finish_reason="stop" if needs <= asked else "length")
            reply["usage"] = {"prompt_tokens": self.PROMPT, "completion_tokens": min(needs, asked)}
            return Reply(200, reply)

        return serving(script)

    EXACT = (
        "maximum context length is 512 tokens. However, you requested {total} tokens "
        "(100 in the messages, {asked} in the completion)."
    )
    BOUND = "maximum context length is 512 tokens; the prompt contains at least 1 input tokens."

    def test_what_the_message_says_is_taken(self) -> None:
        with self.server(self.EXACT) as server:
            response = ask_one(server.url, row(0, max_tokens=512))
        assert [call.body["max_tokens"] for call in server.calls] == [512, 412]
        assert response.texts and not response.shortened and response.lasts

    def test_of_a_bound_half_is_tried_and_then_what_the_prompt_leaves(self) -> None:
        with self.server(self.BOUND, needs=300) as server:
            response = ask_one(server.url, row(0, max_tokens=512))
        assert [call.body["max_tokens"] for call in server.calls] == [512, 256, 412]
        assert response.finish_reasons == ("stop",) and response.lasts

    def test_an_answer_cut_off_for_want_of_room_is_asked_for_again_by_a_later_run(self) -> None:
        with self.server(self.EXACT, needs=1000) as server:
            response = ask_one(server.url, row(0, max_tokens=512))
        assert response.texts and response.shortened and not response.lasts

    def test_too_little_room_for_an_answer_is_a_prompt_too_long(self) -> None:
        with self.server(self.EXACT) as server:
            response = ask_one(server.url, row(0, max_tokens=4096))
        assert response.refused == PROMPT_TOO_LONG and len(server.calls) == 1
