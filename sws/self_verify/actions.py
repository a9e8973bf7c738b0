"""Actions in tokens: which tokens of a completion belong to which solution or verification."""

from collections.abc import Sequence
from dataclasses import dataclass

from transformers import PreTrainedTokenizerBase

from sws.config.self_verify import GAP, Phrases
from sws.errors import SwsError
from sws.self_verify.segments import Judgement, Kind, SegmentParser

#: Of one completion: the action of each token, and each action's advantage.
Learned = tuple[list[int], list[float]]


@dataclass(frozen=True)
class Action:
    """A segment over the tokens [start, end); the end token belongs to the last action."""

    kind: Kind
    start: int
    end: int
    text: str
    judgement: Judgement | None = None


def actions_of(
    ids: Sequence[int], tokenizer: PreTrainedTokenizerBase, parser: SegmentParser
) -> list[Action]:
    """The actions of a completion, over all its tokens; none where its text is blank.

    A token belongs to the segment in which its first character lies. Phrases are matched in the
    text of the tokens, never in their ids.
    """
    pieces = tokenizer.batch_decode([[token] for token in ids], skip_special_tokens=True)
    parts = parser.parse("".join(pieces))
    starts, place, part = [0] * len(parts), 0, 1
    for number, piece in enumerate(pieces):
        while part < len(parts) and place >= parts[part].start:
            starts[part] = number
            part += 1
        place += len(piece)
    starts[part:] = [len(ids)] * (len(parts) - part)
    ends = [*starts[1:], len(ids)][: len(parts)]
    return [
        Action(one.kind, start, end, one.text, one.judgement)
        for one, start, end in zip(parts, starts, ends, strict=True)
    ]


def index_of(actions: Sequence[Action], tokens: int) -> list[int]:
    """The number of each token's action; -1 where it has none."""
    index = [-1] * tokens
    for number, one in enumerate(actions):
        index[one.start : one.end] = [number] * (one.end - one.start)
    return index


def learned(actions: Sequence[Action], tokens: int) -> list[int]:
    """The mask of Eq. 1 over tokens: every verification, the last solution and the end."""
    last = max((n for n, one in enumerate(actions) if one.kind == "solve"), default=-1)
    mask = [0] * tokens
    for number, one in enumerate(actions):
        if one.kind == "verify" or number == last:
            mask[one.start : one.end] = [1] * (one.end - one.start)
    return mask


def check_tokenizer(tokenizer: PreTrainedTokenizerBase, phrases: Phrases) -> None:
    """Raise SwsError where phrases cannot be found again in the text of single tokens."""
    text = GAP.join(("1", phrases.verify, phrases.incorrect, phrases.retry, "2"))
    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    if len(actions_of(ids, tokenizer, SegmentParser(phrases))) != 3:
        raise SwsError(
            "self_verify.phrases: not found again in the tokens of this student",
            expected="a tokenizer whose tokens are pieces of the text, blanks included",
            fix="take a student with a byte-level tokenizer (Llama 3, Qwen), or one-word phrases",
        )
