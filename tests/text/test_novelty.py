"""Which texts are new, and what shows that the others are not."""

from typing import Any

from sws.identity import problem_id
from sws.text import Novelty

BENCHMARK = (
    "A ladder of length 13 leans against a wall with its foot 5 away. How high does it reach?"
)
SEED = "The sum of three consecutive odd numbers is 57 and we ask for the largest of the three."
NEW = "How many diagonals does a convex polygon with 12 sides have if none of them is drawn twice?"


def decide(texts: list[str]) -> list[dict[str, Any]]:
    benchmark = {"benchmark": "held-out", "problem_id": problem_id(BENCHMARK), "problem": BENCHMARK}
    novelty = Novelty([benchmark], near_duplicate=0.7, ngram=10)
    novelty.reference([SEED])
    novelty.add(texts)
    novelty.decide()
    return [novelty.decision(number, text) for number, text in enumerate(texts)]


def test_every_reason_has_its_evidence() -> None:
    texts = [
        NEW,
        NEW.replace("  ", " ") + " ",
        NEW.replace("drawn", "counted"),
        SEED,
        SEED.replace("The sum", "A sum"),
        BENCHMARK,
        "Tom says: a ladder of length 13 leans against a wall with a cat.",
        NEW.replace("12", "14"),
    ]
    decisions = decide(texts)
    assert [row["reason"] for row in decisions] == [
        "",
        "exact duplicate",
        "near duplicate",
        "exact duplicate",
        "near duplicate",
        "overlaps benchmark held-out",
        "overlaps benchmark held-out",
        "",
    ]
    assert [row["kept"] for row in decisions] == [not row["reason"] for row in decisions]
    evidence = [row["evidence"] for row in decisions]
    assert evidence[1] == {"of": problem_id(NEW)}
    assert evidence[2]["of"] == problem_id(NEW) and 0.7 <= float(evidence[2]["similarity"]) < 1
    assert evidence[3] == {"of": problem_id(SEED)}
    assert evidence[5]["problem"] == problem_id(BENCHMARK)
    assert evidence[6]["ngram"] == "a ladder of length 13 leans against a wall with"


def test_a_problem_shorter_than_an_ngram_is_known_by_near_duplication() -> None:
    novelty = Novelty(
        [{"benchmark": "b", "problem_id": "0", "problem": "Compute 17 * 23."}],
        near_duplicate=0.8,
        ngram=10,
    )
    texts = ["compute 17*23", "Compute 17 * 24."]
    novelty.add(texts)
    novelty.decide()
    assert [novelty.decision(i, text)["kept"] for i, text in enumerate(texts)] == [False, True]


def test_what_overlaps_a_benchmark_is_not_what_others_duplicate() -> None:
    copied = (
        BENCHMARK + " Give the height of the top of it above the level ground in metres please."
    )
    altered = copied.replace("A ladder of length 13 leans", "A plank, length 13, rests").replace(
        "against a wall with its foot", "near walls, its end"
    )
    reasons = [row["reason"] for row in decide([copied, altered])]
    assert reasons[0] == "overlaps benchmark held-out"
    assert reasons[1] != "near duplicate"


def test_without_benchmarks_and_references() -> None:
    novelty = Novelty([], near_duplicate=0.8, ngram=10)
    novelty.add([NEW])
    novelty.decide()
    assert novelty.decision(0, NEW)["kept"]


def test_swapped_numbers_are_another_problem_where_answers_are_not_known() -> None:
    """With equal answers they are the same problem again; with different ones never."""
    text = (
        "A tank holds 12 litres of water and gains 5 litres in every minute that the tap is open. "
        "How long does it take until it is full to the brim?"
    )
    swapped = text.replace("12", "x").replace("5", "12").replace("x", "5", 1)
    reworded = text.replace("the tap", "its tap")
    for answers, reason in (((), ""), (("7", "7"), "near duplicate"), (("7", "8"), "")):
        novelty = Novelty([], near_duplicate=0.6, ngram=10, equal=lambda one, other: one == other)
        novelty.add([text, swapped], answers)
        novelty.decide()
        assert novelty.decision(1, swapped)["reason"] == reason
    novelty = Novelty([], near_duplicate=0.6, ngram=10)
    novelty.reference([text])
    novelty.add([swapped, reworded])
    novelty.decide()
    decided = [novelty.decision(n, one)["reason"] for n, one in enumerate([swapped, reworded])]
    assert decided == ["", "near duplicate"]
