"""Replies that are no answers: asked again where that can help, then refused by name."""

import gzip
import json
import zlib
from typing import Any

import pytest

from sws.engines.refusals import CONTENT_FILTER, CUT_OFF_THOUGHT, EMPTY, SERVER_ERROR, UNREADABLE
from tests.engines.asking import ask, ask_one, row, rows
from tests.engines.server import Call, Reply, completion, ok, serving


def with_choices(choices: Any, **more: Any) -> Any:
    return lambda call: Reply(200, {**completion(call), "choices": choices, **more})


def ending(reason: Any, text: Any = "") -> Any:
    return lambda call: ok(call, text, finish_reason=reason)


PROVIDER = {"message": "Provider returned error", "code": 502}
BAD: dict[str, tuple[Any, str]] = {
    "JSON cut off": (lambda _: Reply(200, b'{"id": "x", "choices": [{'), UNREADABLE),
    "HTML": (lambda _: Reply(200, b"<html></html>", {"content-type": "text/html"}), UNREADABLE),
    "nothing": (lambda _: Reply(200, b""), UNREADABLE),
    "no content": (lambda _: Reply(204, b""), UNREADABLE),
    "null": (lambda _: Reply(200, b"null"), UNREADABLE),
    "a list": (lambda _: Reply(200, b"[]"), UNREADABLE),
    "brackets without end": (lambda _: Reply(200, b"[" * 100_000), UNREADABLE),
    "no UTF-8": (
        lambda call: Reply(
            200, json.dumps(completion(call, "café"), ensure_ascii=False).encode("latin-1")
        ),
        UNREADABLE,
    ),
    "not the gzip it says": (
        lambda _: Reply(200, b"plain", {"content-encoding": "gzip"}),
        UNREADABLE,
    ),
    "no choices": (with_choices([]), UNREADABLE),
    "choices null": (with_choices(None), UNREADABLE),
    "a choice null": (with_choices([None]), UNREADABLE),
    "a message null": (with_choices([{"message": None}]), UNREADABLE),
    "an error with 200": (lambda _: Reply(200, {"error": {"message": "oops"}}), SERVER_ERROR),
    "ended with error": (ending("error", None), SERVER_ERROR),
    "aborted": (ending("abort"), SERVER_ERROR),
    "aborted, as an object": (ending({"type": "abort", "message": "Aborted"}), SERVER_ERROR),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_reply_is_asked_for_again(name: str) -> None:
    bad, _ = BAD[name]
    seen = []

    def script(call: Call) -> Reply:
        if call.prompt.startswith("row 5:") and not seen:
            seen.append(call)
            return bad(call)
        return ok(call)

    with serving(script) as server:
        found = ask(server.url, rows(12), concurrency=2)
    assert len(server.calls) == 13
    assert {response.texts for response in found.values()} == {("It is \\boxed{4}.",)}


@pytest.mark.parametrize("name", BAD)
def test_a_reply_that_stays_bad_is_a_refusal_with_its_name(name: str) -> None:
    bad, reason = BAD[name]
    with serving(bad) as server:
        response = ask_one(server.url, retries=2)
    assert (response.texts, response.refused) == ((), reason)
    assert len(server.calls) == 3 and response.detail


def test_the_provider_behind_a_router_is_waited_for() -> None:
    def script(call: Call) -> Reply:
        return Reply(200, {"error": PROVIDER, "choices": None}) if call.number < 9 else ok(call)

    with serving(script) as server:
        assert ask_one(server.url, retries=2).texts


def test_an_empty_answer_is_asked_for_with_other_seeds_and_then_refused() -> None:
    with serving(lambda call: ok(call, "  \n")) as server:
        response = ask_one(server.url)
    assert response.refused == EMPTY and not response.lasts
    assert len({call.body["seed"] for call in server.calls}) == len(server.calls) == 3


def test_one_empty_text_among_several_is_an_answer() -> None:
    def script(call: Call) -> Reply:
        reply = completion(call)
        reply["choices"][1]["message"] = {"content": None}
        return Reply(200, reply)

    with serving(script) as server:
        response = ask_one(server.url, row(0, n=3))
    assert response.texts == ("It is \\boxed{4}.", "", "It is \\boxed{4}.") and response.lasts


@pytest.mark.parametrize(
    "reply", [lambda call: ok(call, None, refusal="I cannot"), ending("content_filter", "half")]
)
def test_what_a_filter_took_is_refused_at_once(reply: Any) -> None:
    with serving(reply) as server:
        assert ask_one(server.url).refused == CONTENT_FILTER
    assert len(server.calls) == 1


class TestOddButFine:
    @pytest.mark.parametrize(
        "usage", [None, {}, {"prompt_tokens": 5, "completion_tokens": None}, [], "many"]
    )
    def test_usage_that_is_not_there(self, usage: Any) -> None:
        with serving(lambda call: Reply(200, {**completion(call), "usage": usage})) as server:
            response = ask_one(server.url, row(0, n=2))
        assert len(response.texts) == 2 and response.completion_tokens == (0, 0)

    def test_usage_in_floats(self) -> None:
        usage = {"prompt_tokens": 5.0, "completion_tokens": 7.0}
        with serving(lambda call: Reply(200, {**completion(call), "usage": usage})) as server:
            response = ask_one(server.url, row(0, n=2))
        assert (response.prompt_tokens, response.completion_tokens) == (5, (4, 3))

    @pytest.mark.parametrize(
        ("content", "text"),
        [
            (4, "4"),
            ([{"type": "text", "text": "It "}, {"type": "text", "text": "is."}], "It is."),
            ("a\x00b \ud800 \U0001f600 \u2028", "a\x00b ? \U0001f600 \u2028"),
        ],
    )
    def test_content(self, content: Any, text: str) -> None:
        with serving(lambda call: ok(call, content)) as server:
            assert ask_one(server.url).texts == (text,)

    @pytest.mark.parametrize("finish", [{"type": "stop", "matched": 5}, None])
    def test_finish_reason(self, finish: Any) -> None:
        with serving(ending(finish, "4")) as server:
            assert ask_one(server.url).finish_reasons in (("stop",), ("",))

    @pytest.mark.parametrize(
        "encode",
        [
            lambda data: (b"\xef\xbb\xbf" + data, {}),
            lambda data: (data.replace(b'"created"', b'"cost": NaN, "created"'), {}),
            lambda data: (gzip.compress(data), {"content-encoding": "gzip"}),
            lambda data: (zlib.compress(data), {"content-encoding": "deflate"}),
        ],
    )
    def test_encoding(self, encode: Any) -> None:
        def script(call: Call) -> Reply:
            return Reply(200, *encode(json.dumps(completion(call)).encode()))

        with serving(script) as server:
            assert ask_one(server.url).texts == ("It is \\boxed{4}.",)


class TestReasoning:
    """Servers that keep thoughts in a field, or a part, of their own."""

    @pytest.mark.parametrize("field", ["reasoning", "reasoning_content"])
    def test_a_thought_is_kept_beside_the_text(self, field: str) -> None:
        with serving(lambda call: ok(call, "4", **{field: "2 and 2"})) as server:
            response = ask_one(server.url)
        assert (response.texts, response.reasoning) == (("4",), ("2 and 2",))

    def test_parts_of_thinking(self) -> None:
        parts = [{"type": "thinking", "thinking": [{"type": "text", "text": "2 and 2"}]}, "4"]
        with serving(lambda call: ok(call, parts)) as server:
            response = ask_one(server.url)
        assert (response.texts, response.reasoning) == (("4",), ("2 and 2",))

    def test_a_thought_cut_off_is_refused_by_name_and_its_text_is_kept(self) -> None:
        cut = {"reasoning": "I think \\boxed{4}, wait", "finish_reason": "length"}
        with serving(lambda call: ok(call, None, **cut)) as server:
            response = ask_one(server.url)
        assert (response.texts, response.refused) == ((), CUT_OFF_THOUGHT)
        assert response.reasoning == ("I think \\boxed{4}, wait",)
        assert len(server.calls) == 1

    def test_a_template_that_opens_the_thought_can_be_named(self) -> None:
        with serving(lambda call: ok(call, "so \\boxed{4}", finish_reason="length")) as server:
            assert ask_one(server.url, opens_thought=True).refused == CUT_OFF_THOUGHT
            assert ask_one(server.url, opens_thought=False).texts == ("so \\boxed{4}",)
