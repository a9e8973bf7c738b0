"""The textbook behind the engine contract: what it says is read by the parsers of real models."""

from sws.config import load
from sws.config.textbook import Fallibility
from sws.engines import Request, Sampling, open_role
from sws.prompts import categorize, extract, generate, judge
from sws.prompts.reading import Unread
from sws.textbook.truth import truth

RIGHT = dict.fromkeys(Fallibility.model_fields, 0.0)


def reply(role: str, fields: dict, n: int = 1, seed: int = 5, **rates: float) -> tuple[str, ...]:
    config = load("nano", {"textbook": {**RIGHT, **rates}})
    request = Request(role, (), Sampling(n=n), seed, fields)
    with open_role(config, role) as client:
        (response,) = client.engine.answer([request])
    assert response.request_id == request.id
    assert len(response.finish_reasons) == len(response.completion_tokens) == n
    return response.texts


def problem(seed: int = 1) -> str:
    fields = {"category": "Algebra", "concepts": ["linear equations"], "level": "2"}
    text = generate.parse(reply("generator", fields, seed=seed)[0])
    assert isinstance(text, str)
    return text


def test_every_role_speaks_its_format() -> None:
    text = problem()
    assert truth(text)
    assert categorize.parse(reply("categorizer", {"problem": text})[0]) == "Algebra"
    fields = {"problem": text, "category": "Algebra", "count": 2}
    assert len(extract.parse(reply("extractor", fields)[0])) == 2
    fields = {"problem": text, "category": "Algebra", "concepts": ["x"], "level": "2"}
    assert judge.parse(reply("judge:strict", fields)[0]).verdict in judge.RATINGS
    assert "\\boxed{" in reply("labeler", {"problem": text})[0]


def test_a_broken_format_is_unread_and_not_an_error() -> None:
    fields = {"category": "Algebra", "concepts": [], "level": "2"}
    assert isinstance(generate.parse(reply("generator", fields, generator_unfenced=1)[0]), Unread)
    fields = {"problem": problem(), "category": "Algebra", "concepts": [], "level": "2"}
    assert judge.parse(reply("judge:strict", fields, judge_garbled=1)[0]).verdict == judge.UNPARSED


def test_samples_differ_and_are_the_same_again() -> None:
    samples = reply("labeler", {"problem": problem()}, n=16, labeler_wrong=0.5)
    assert len(set(samples)) > 1
    assert samples == reply("labeler", {"problem": problem()}, n=16, labeler_wrong=0.5)
    assert samples != reply("labeler", {"problem": problem()}, n=16, seed=6, labeler_wrong=0.5)
