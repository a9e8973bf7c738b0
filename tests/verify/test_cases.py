"""Adversarial pairs kept outside the project: how many may be judged wrong, in all and by kind."""

import json
import os
from collections import defaultdict
from pathlib import Path

import pytest

from sws.verify import Verifier, answer_in

CASES = Path(os.environ.get("SWS_SHARED_CASES", Path(__file__).parents[3] / "shared" / "cases"))
ANSWERS = CASES / "answers.jsonl"


@pytest.mark.skipif(not ANSWERS.exists(), reason=f"no {ANSWERS}")
def test_bare_answers() -> None:
    """At most 0.5 % of the different pairs pass, and 5 % of the equal ones are refused."""
    rows = [json.loads(line) for line in ANSWERS.read_text(encoding="utf-8").splitlines()]
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    with Verifier(timeout_seconds=30) as verifier:
        for row in rows:
            if row["kind"].startswith("completion"):  # these are about extraction
                continue
            gold = answer_in(row["gold"]) or row["gold"]
            correct = verifier.check(gold, answer_in(row["pred"])).outcome == "correct"
            debatable = "debatable" in (row["why"] or "")
            for kind in ("all", row["kind"]):
                counts[kind][0 if row["is_equal"] else 2] += 1
                if kind == "all" or not debatable:
                    counts[kind][1 if row["is_equal"] else 3] += correct != row["is_equal"]
    equal, refused, different, passed = counts["all"]
    assert passed <= 0.005 * different
    assert refused <= 0.05 * equal
    for kind, (equal, refused, different, passed) in counts.items():
        assert refused + passed <= max(1, 0.15 * (equal + different)), kind
