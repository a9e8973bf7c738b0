"""The answer cache: what was paid for stays, whatever happened to the process that wrote it."""

import dataclasses
import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sws.engines.cache import AnswerCache
from sws.engines.request import Request, Response, Sampling
from sws.errors import SwsError


def response(name: str, *texts: str) -> Response:
    texts = texts or (f"text of {name}",)
    return Response(name, texts, ("stop",) * len(texts), 3, (5,) * len(texts))


def fill(root: Path, *names: str, fingerprint: str = "engine") -> None:
    with AnswerCache(root, fingerprint) as cache:
        for name in names:
            cache.add(response(name))


def found(root: Path, *names: str, fingerprint: str = "engine") -> dict[str, Response]:
    with AnswerCache(root, fingerprint) as cache:
        return cache.find(names)


def test_an_answer_comes_back_as_it_was_given(tmp_path: Path) -> None:
    whole = response("a", "one\n", "\u2028 \ud800 \x00 two", "")
    with AnswerCache(tmp_path, "engine") as cache:
        cache.add(whole)
    assert found(tmp_path, "a", "b") == {"a": whole}


def test_other_engines_have_other_answers(tmp_path: Path) -> None:
    fill(tmp_path, "a", fingerprint="one")
    assert found(tmp_path, "a", fingerprint="other") == {}


@given(cut=st.integers(1, 60))
def test_a_torn_last_line_is_an_answer_still_owed(
    cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("cache")
    fill(root, "a", "b", "c")
    (segment,) = root.glob("*/*.jsonl")
    segment.write_bytes(segment.read_bytes()[:-cut])
    assert set(found(root, "a", "b", "c")) == {"a", "b"}
    fill(root, "c")
    assert set(found(root, "a", "b", "c")) == {"a", "b", "c"}


def test_a_line_that_is_no_answer_harms_no_other(tmp_path: Path) -> None:
    fill(tmp_path, "a")
    (segment,) = tmp_path.glob("*/*.jsonl")
    rest = segment.read_bytes()
    damaged = b'\x00\xff{"request_id"\n[1]\n{"texts": []}\n{"request_id": "b", "texts": []}\nnull\n'
    segment.write_bytes(damaged + rest)
    assert found(tmp_path, "a", "b") == {"a": response("a")}


@given(data=st.data())
def test_a_changed_byte_costs_its_own_answer_at_most_and_is_never_believed(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Also where the line still reads well: `2` for a `3` in a text, say."""
    root = tmp_path_factory.mktemp("cache")
    fill(root, "a", "b", "c")
    (segment,) = root.glob("*/*.jsonl")
    whole = bytearray(segment.read_bytes())
    ends = [at for at, byte in enumerate(whole) if byte == ord("\n")]
    place = data.draw(st.integers(ends[0] + 1, ends[1] - 1))  # in the line of b
    whole[place] = data.draw(st.sampled_from([n for n in range(256) if n != whole[place]]))
    segment.write_bytes(whole)
    answers = found(root, "a", "b", "c")
    assert {"a", "c"} <= set(answers)
    assert answers.get("b", response("b")) == response("b")


def test_damage_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    fill(tmp_path, "a", "b")
    (segment,) = tmp_path.glob("*/*.jsonl")
    segment.write_bytes(segment.read_bytes().replace(b"text of a", b"test of a"))
    assert set(found(tmp_path, "a", "b")) == {"b"}
    assert "1 damaged lines; these requests are sent again" in caplog.text


def test_answers_kept_before_there_were_checksums_count(tmp_path: Path) -> None:
    fill(tmp_path, "a")
    (segment,) = tmp_path.glob("*/*.jsonl")
    segment.write_text(json.dumps(dataclasses.asdict(response("a"))) + "\n")
    assert found(tmp_path, "a") == {"a": response("a")}


def test_a_segment_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    fill(tmp_path, "a")
    (segment,) = tmp_path.glob("*/*.jsonl")
    segment.unlink()
    segment.mkdir()  # a folder: what even root cannot read as a file
    with pytest.raises(SwsError, match="cannot read these answers") as raised:
        found(tmp_path, "a")
    assert "sent again" in raised.value.fix


def test_several_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    program = textwrap.dedent(
        """
        import sys
        from sws.engines.cache import AnswerCache
        from sws.engines.request import Response
        with AnswerCache(sys.argv[1], "engine") as cache:
            for number in range(200):
                name = f"{sys.argv[2]}-{number}"
                cache.add(Response(name, (name * 50,), ("stop",), 1, (1,)))
        """
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", program, str(tmp_path), str(number)])
        for number in range(3)
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    names = [f"{writer}-{number}" for writer in range(3) for number in range(200)]
    answers = found(tmp_path, *names)
    assert all(answers[name].texts == (name * 50,) for name in names)


def test_a_killed_writer_leaves_every_answer_it_was_given(tmp_path: Path) -> None:
    program = textwrap.dedent(
        """
        import os, signal, sys
        from sws.engines.cache import AnswerCache
        from sws.engines.request import Response
        with AnswerCache(sys.argv[1], "engine") as cache:
            for number in range(10):
                cache.add(Response(str(number), ("x",), ("stop",), 1, (1,)))
            os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    assert subprocess.run([sys.executable, "-c", program, str(tmp_path)]).returncode == -9
    assert len(found(tmp_path, *map(str, range(10)))) == 10


def test_what_cannot_be_kept_is_an_error_and_not_a_loss(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with AnswerCache(tmp_path, "engine") as cache:
        cache.add(response("a"))

        class Full:
            def write(self, _: bytes) -> int:
                raise OSError(28, "No space left on device")

            def close(self) -> None:
                """As a file does."""

        monkeypatch.setattr(cache, "_own", Full())
        with pytest.raises(SwsError, match="cannot write an answer") as caught:
            cache.add(response("b"))
    assert "free some space" in caught.value.fix
    assert set(found(tmp_path, "a", "b")) == {"a"}


def test_reading_alone_writes_no_file(tmp_path: Path) -> None:
    found(tmp_path, "a")
    assert not list(tmp_path.glob("*/*"))


class TestRequestId:
    base = Request("judge:a", ({"role": "user", "content": "x"},), Sampling(), 1, {"k": [1]})

    def test_is_the_same_for_the_same_question(self) -> None:
        again = Request("judge:a", ({"content": "x", "role": "user"},), Sampling(), 1, {"k": [1]})
        assert again.id == self.base.id

    @pytest.mark.parametrize(
        "other",
        [
            Request("judge:b", base.messages, base.sampling, base.seed, base.fields),
            Request("judge:a", (), base.sampling, base.seed, base.fields),
            Request("judge:a", base.messages, Sampling(n=2), base.seed, base.fields),
            Request("judge:a", base.messages, Sampling(max_tokens=9), base.seed, base.fields),
            Request("judge:a", base.messages, base.sampling, 2, base.fields),
            Request("judge:a", base.messages, base.sampling, base.seed, {"k": [2]}),
        ],
        ids=["role", "messages", "n", "max_tokens", "seed", "fields"],
    )
    def test_changes_with_everything_that_determines_the_answer(self, other: Request) -> None:
        assert other.id != self.base.id


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "cache").touch()
    with pytest.raises(SwsError, match="folder for answers"), AnswerCache(tmp_path / "cache", "x"):
        pass
