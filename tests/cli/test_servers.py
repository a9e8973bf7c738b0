"""Stages against servers as users meet them: what they write, say, and ask again."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sws.cli import app
from sws.schemas import BlueprintRow, ScreenedRow, VerdictRow, schema_of
from sws.store import kept, read_rows, write_table
from tests.engines.server import Call, Reply, Server, completion, fail, ok, serving

CATEGORY = {"category": "Algebra", "concepts": ["linear equation"], "level": "2"}
WRITTEN = "Rationale.\n```text\nWhat is 2 + 2?\n```"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sws.engines.pool.FIRST_WAIT", 0.002)


def blueprints(count: int) -> None:
    rows = ({"blueprint_id": f"b{number}", **CATEGORY} for number in range(count))
    write_table(Path("blueprints.json"), schema_of(BlueprintRow), rows)


def problems(name: str, row_type: type, count: int) -> None:
    schema = schema_of(row_type)
    rows = (
        {
            **dict.fromkeys(schema.names),
            **{key: value for key, value in CATEGORY.items() if key in schema.names},
            "problem_id": f"p{number}",
            "problem": f"row {number}: what is 2+2?",
            **kept(),
        }
        for number in range(count)
    )
    write_table(Path(name), schema, rows)


def verdicts(count: int) -> None:
    problems("verdicts.json", VerdictRow, count)


def screened(count: int) -> None:
    problems("screened.json", ScreenedRow, count)


def at(server: Server, **settings: Any) -> str:
    more = "".join(f", {name}: {value}" for name, value in settings.items())
    return f"{{engine: openai, model: m, url: '{server.url}'{more}}}"


def sws(*arguments: str) -> tuple[int, str]:
    """Exit status and standard error of a stage; a new call, as a new run would."""
    result = CliRunner().invoke(app, [*arguments, "--preset", "nano"])
    return result.exit_code, result.stderr


def generate(server: Server, **settings: Any) -> tuple[int, str]:
    role = f"roles.generator={at(server, **settings)}"
    return sws("generate", "blueprints.json", "--out", "candidates.json", "--set", role)


def label(server: Server, **settings: Any) -> tuple[int, str]:
    role = f"roles.labeler={at(server, **settings)}"
    return sws("label", "verdicts.json", "--out", "labels.json", "--set", role)


def judge(server: Server, **settings: Any) -> tuple[int, str]:
    role = f"roles.judges={{strict: {at(server, **settings)}}}"
    return sws("judge", "strict", "screened.json", "--out", "ratings.json", "--set", role)


def reasons(path: str) -> Counter[str]:
    return Counter(row["reason"] for row in read_rows(Path(path)))


class TestAContextThatMaxTokensFills:
    """`vllm serve --max-model-len 512`, and a role that asks for as much."""

    limit = 512

    def script(self, call: Call) -> Reply:
        prompt, asked = len(call.prompt) // 4, call.body["max_tokens"]
        if prompt + asked <= self.limit:
            return ok(call, WRITTEN)
        return fail(
            400,
            f"This model's maximum context length is {self.limit} tokens. However, you requested "
            f"{asked} output tokens and your prompt contains at least {prompt} input tokens.",
        )

    def test_is_asked_for_what_it_has_room_for(self) -> None:
        blueprints(20)
        self.limit = 4096
        with serving(self.script) as server:
            code, said = generate(server, max_tokens=4096)
            assert code == 0, said
            assert [row["completion"] for row in read_rows("candidates.json")] == [WRITTEN] * 20

    def test_too_small_for_any_answer_fails_the_stage_and_is_asked_again_when_it_has_grown(
        self,
    ) -> None:
        blueprints(60)
        self.limit = 64
        with serving(self.script) as server:
            code, said = generate(server, max_tokens=512)
            assert code == 1 and "rows were refused: prompt too long" in said
            assert "maximum context length is 64 tokens" in said and "max_tokens" in said
            assert not Path("candidates.json").exists()
            self.limit = 4096
            code, said = generate(server, max_tokens=512)
            assert code == 0, said
        assert [row["completion"] for row in read_rows("candidates.json")] == [WRITTEN] * 60


class TestThoughtsCutOff:
    @pytest.fixture
    def server(self) -> Any:
        self.grown = False

        def script(call: Call) -> Reply:
            if self.grown:
                return ok(call, "It is \\boxed{4}.")
            thought = {"reasoning": "I think \\boxed{4}, wait", "finish_reason": "length"}
            return ok(call, None, **thought)

        with serving(script) as server:
            yield server

    def test_fail_the_stage_and_are_asked_again_when_the_server_has_changed(
        self, server: Server
    ) -> None:
        verdicts(40)
        code, said = label(server)
        assert code == 1 and "cut off in thought" in said and "max_tokens" in said
        self.grown = True
        code, said = label(server)
        assert code == 0, said
        assert {row["answer"] for row in read_rows("labels.json")} == {"4"}

    def test_are_neither_candidates_nor_ratings(self, server: Server) -> None:
        blueprints(40)
        screened(40)
        for stage in (generate, judge):
            code, said = stage(server)
            assert code == 1 and "cut off in thought" in said


def test_a_judge_s_draft_in_its_thought_is_no_verdict() -> None:
    screened(3)
    said = "<think>Verdict: acceptable? No.</think>Verdict: perfect"
    with serving(lambda call: ok(call, said)) as server:
        assert judge(server)[0] == 0
    assert {row["verdict"] for row in read_rows("ratings.json")} == {"perfect"}


def test_a_cut_off_thought_has_no_vote() -> None:
    verdicts(2)

    def script(call: Call) -> Reply:
        reply = completion(call, "It is \\boxed{4}.")
        for choice in reply["choices"][1:]:  # most samples, and each has a box in its thought
            choice["message"] = {"content": "<think>Is it \\boxed{5}? Let me"}
            choice["finish_reason"] = "length"
        return Reply(200, reply)

    with serving(script) as server:
        assert label(server)[0] == 0
    for row in read_rows("labels.json"):
        assert row["n_votes"] == 1 and row["n_samples"] > 1


def test_a_server_that_ignores_n_gives_every_vote() -> None:
    verdicts(5)
    with serving(lambda call: ok(call, n=1)) as server:
        code, said = label(server)
    assert code == 0 and "max_n: 1" in said
    assert {row["vote_share"] for row in read_rows("labels.json")} == {1.0}


def test_one_poisoned_row_is_a_row_that_says_so() -> None:
    verdicts(50)

    def script(call: Call) -> Reply:
        if "row 23:" in call.prompt:
            return fail(400, "the prompt triggered the content management policy")
        return ok(call)

    with serving(script) as server:
        code, said = label(server)
        assert code == 0 and "1 of 50 rows were refused: content filter 1" in said
        first = len(server.calls)
        assert label(server)[0] == 0
        assert (first, len(server.calls) - first) == (50, 1)
    row = next(row for row in read_rows("labels.json") if row["problem_id"] == "p23")
    assert not row["kept"] and "content filter" in str(row["evidence"])


def test_a_stage_asks_no_row_twice_for_what_changes_no_answer() -> None:
    blueprints(20)
    with serving(lambda call: ok(call, WRITTEN)) as server, serving(ok) as other:
        assert generate(server)[0] == 0
        for changed in ({}, {"concurrency": 3}, {"outage_seconds": 5}, {"max_refused": 0.2}):
            assert generate(server, **changed)[0] == 0
        assert generate(other)[0] == 0
        assert (len(server.calls), len(other.calls)) == (20, 0)
        for changed in (
            {"max_tokens": 99},
            {"temperature": 0.7},
            {"revision": "v2"},
            {"top_k": 20},
        ):
            before = len(server.calls)
            assert generate(server, **changed)[0] == 0
            assert len(server.calls) - before == 20, changed


def test_odd_texts_reach_the_table() -> None:
    blueprints(4)
    text = "a\x00b \ud800 \u2028 c"
    with serving(
        lambda call: ok(call, text, finish_reason={"type": "stop", "matched": 5})
    ) as server:
        assert generate(server)[0] == 0
    rows = list(read_rows("candidates.json"))
    assert {row["completion"] for row in rows} == {"a\x00b ? \u2028 c"}
    assert {row["finish_reason"] for row in rows} == {"stop"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_stage_that_is_ended_loses_what_was_in_flight_at_most(number: signal.Signals) -> None:
    blueprints(400)

    async def script(call: Call) -> Reply:
        await asyncio.sleep(0.05)
        return ok(call, WRITTEN)

    with serving(script) as server:
        role = f"roles.generator={at(server, concurrency=8)}"
        command = ["generate", "blueprints.json", "--out", "candidates.json", "--set", role]
        process = subprocess.Popen(
            [sys.executable, "-m", "sws", *command, "--preset", "nano", "--log", "log.txt"],
            env=os.environ,
            stderr=subprocess.DEVNULL,
            # Tests that run in the background inherit that SIGINT is ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        while len(server.calls) < 100:
            time.sleep(0.01)
        process.send_signal(number)
        assert process.wait(10) != 0
        code, said = generate(server, concurrency=64)
        assert code == 0, said
        twice = len(server.calls) - 400
    assert 0 <= twice <= 8
    assert "HTTP" not in Path("log.txt").read_text(encoding="utf-8")
