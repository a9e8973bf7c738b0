"""Actions in tokens, the mask of Eq. 1, rewards of actions, and what they are compared with."""

import pytest
from transformers import PreTrainedTokenizerBase

from sws.config.self_verify import Phrases, ProcessRewards
from sws.errors import SwsError
from sws.self_verify.actions import Action, actions_of, check_tokenizer, learned
from sws.self_verify.baselines import Baselines, leave_one_out
from sws.self_verify.rewards import reward_actions
from sws.self_verify.rounds import Attempt, compose
from sws.self_verify.segments import SegmentParser
from sws.student.tokenizer import build_tokenizer

PHRASES = Phrases()
PARSER = SegmentParser(PHRASES)


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerBase:
    return build_tokenizer(["2+2=4;\\boxed{4}", *PHRASES.model_dump().values()] * 20, 400, 512)


def trajectory(rounds: int) -> str:
    failed = [Attempt(n, f"{n};é", str(n), False, PHRASES.incorrect) for n in range(rounds - 1)]
    return compose([*failed, Attempt(9, "9 ≠ 8", "9", True, PHRASES.correct)], PHRASES)


@pytest.mark.parametrize(
    ("rounds", "mask"),
    [(1, "11"), (2, "0111"), (3, "010111"), (4, "01010111")],
)
def test_the_mask_of_eq_1(rounds: int, mask: str, tokenizer: PreTrainedTokenizerBase) -> None:
    """Every verification, the last solution, and the end token, a part of the last action."""
    ids = [*tokenizer(trajectory(rounds))["input_ids"], tokenizer.eos_token_id]
    actions = actions_of(ids, tokenizer, PARSER)
    found = learned(actions, len(ids))
    assert "".join(str(found[one.start]) for one in actions) == mask
    assert all(len({*found[one.start : one.end]}) == 1 for one in actions)
    assert found[-1] == 1 and actions[-1].end == len(ids)


def test_the_blanks_before_a_phrase_are_learned_with_it(
    tokenizer: PreTrainedTokenizerBase,
) -> None:
    """To write them rather than to end is what a failed attempt has to be followed by."""
    ids = tokenizer(trajectory(2))["input_ids"]
    actions = actions_of(ids, tokenizer, PARSER)
    assert tokenizer.decode(ids[: actions[0].end]) == "0;é"
    assert tokenizer.decode(ids[actions[1].start :]).startswith(f"\n\n{PHRASES.verify}")
    assert learned(actions, len(ids))[actions[1].start] == 1


@pytest.mark.parametrize("rounds", [1, 3])
def test_tokens_of_actions_are_those_of_their_texts(
    rounds: int, tokenizer: PreTrainedTokenizerBase
) -> None:
    ids = tokenizer(trajectory(rounds))["input_ids"]
    actions = actions_of(ids, tokenizer, PARSER)
    assert [one.start for one in actions[1:]] == [one.end for one in actions[:-1]]
    for one, part in zip(actions, PARSER.parse(trajectory(rounds)), strict=True):
        assert tokenizer.decode(ids[one.start : one.end]).split() == part.text.split()
        assert one.judgement == part.judgement


def test_hostile_tokens_have_actions_too(tokenizer: PreTrainedTokenizerBase) -> None:
    assert actions_of([], tokenizer, PARSER) == []
    assert actions_of([tokenizer.eos_token_id] * 3, tokenizer, PARSER) == []
    assert learned([], 3) == [0, 0, 0]
    (whole,) = actions_of([200, 201, 250] * 50, tokenizer, PARSER)  # broken UTF-8
    assert (whole.start, whole.end) == (0, 150)


def test_a_tokenizer_whose_tokens_lack_their_blanks_is_refused(
    tokenizer: PreTrainedTokenizerBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_tokenizer(tokenizer, PHRASES)
    decode = tokenizer.batch_decode
    monkeypatch.setattr(
        tokenizer, "batch_decode", lambda ids, **_: [text.strip(" ") for text in decode(ids)]
    )
    with pytest.raises(SwsError, match="byte-level"):
        check_tokenizer(tokenizer, PHRASES)


def plan(text: str) -> list[Action]:
    """`s-s+`: solutions, and verifications by what they judge."""
    words = {"+": "correct", "-": "incorrect", "?": "unstated"}
    return [
        Action("solve", 0, 1, "") if sign == "s" else Action("verify", 0, 1, "", words[sign])  # type: ignore[arg-type]
        for sign in text
    ]


@pytest.mark.parametrize(
    ("actions", "right", "signs", "last_context"),
    [
        ("s-s+", [False, True], "++", "R-V+R+"),
        ("s+", [False], "-", "R-"),
        ("s-s+", [True, False], "--", "R+V-R-"),
        ("s?", [False], "-", "R-"),
    ],
)
def test_rewards_and_contexts(
    actions: str, right: list[bool], signs: str, last_context: str
) -> None:
    found = reward_actions(plan(actions), right, ProcessRewards())
    verified = [r for r, c in zip(found.rewards, found.contexts, strict=True) if c.kind != "solve"]
    assert verified == [1.0 if sign == "+" else -1.0 for sign in signs]
    solved = [r for r, c in zip(found.rewards, found.contexts, strict=True) if c.kind == "solve"]
    assert solved == [1.0 if ok else -1.0 for ok in right]
    assert found.contexts[0].before == "" and found.contexts[-1].before == last_context


def test_a_verification_of_nothing_is_wrong() -> None:
    assert reward_actions(plan("+"), [], ProcessRewards()).rewards == [-1.0]


def test_the_published_codes_extras() -> None:
    rule = ProcessRewards(verify_right_factor=2, flip_factor=2, end_penalty=True)
    found = reward_actions(plan("s-s+"), [False, True], rule)
    assert found.rewards == [-1, 1, 2, 2]
    assert reward_actions(plan("s-s-"), [False, True], rule).rewards == [-1, 1, 2, -2]
    assert reward_actions(plan("s-"), [False], rule, finished=False).rewards == [-1, -1]
    assert reward_actions(plan("s-"), [False], ProcessRewards(), finished=False).rewards == [-1, 1]


def test_leave_one_out() -> None:
    assert leave_one_out([1, -1, -1, -1]) == pytest.approx([2, -2 / 3, -2 / 3, -2 / 3])
    assert leave_one_out([1, 1]) == [0, 0] and leave_one_out([1]) == [0]


def test_first_solutions_share_the_empty_context() -> None:
    one = reward_actions(plan("s+"), [True], ProcessRewards())
    two = reward_actions(plan("s-s+"), [False, True], ProcessRewards())
    three = reward_actions(plan("s+"), [False], ProcessRewards())
    found = Baselines()
    for each in (one, two, three):
        found.add(each.contexts, each.rewards)
    assert found.mean(("", "solve")) == pytest.approx(-1 / 3)  # +1, -1, -1
    assert found.mean(("R-", "verify")) == 0.0  # -1 and +1: both followed a wrong solution
    assert found.mean(("R+", "verify")) == 1.0
    assert found.mean(("R-V+", "solve")) == 1.0
    assert found.mean(("never", "solve")) == 0.0


def test_running_baselines_wait_and_are_restored() -> None:
    found = Baselines(least=3)
    found.add([("R-", "verify")] * 2, [1.0, 1.0])
    assert found.mean(("R-", "verify")) == 0.0
    again = Baselines(least=3)
    again.restore(found.sums())
    again.add([("R-", "verify")], [-0.5])
    assert again.mean(("R-", "verify")) == pytest.approx(0.5)
