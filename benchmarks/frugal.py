"""What `+frugal` spares, on recorded answers, attempts and rollouts; each with what it changes.

votes FILE       samples of votes: JSON lines {id, answers: [...]} (BoInf), by turns
difficulty FILE  attempts: JSON lines {model_acc}, or the manifest of a table with `accuracy`
prompts FILE     prompts drawn for one within bounds: a run's rollouts.json, or JSON lines {accs}
order FILE       steps of a second turn that asks for the longest first: a simulation, over lengths
                 in a run's rollouts.json, or in characters of JSON lines {samples: [{response}]}
"""

import argparse
import heapq
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from sws.config.filtering import Band
from sws.config.rl import RLConfig
from sws.engines.turns import ends_of
from sws.filtering.sequential import chance_of_change, outside
from sws.rl.predict import Predictor
from sws.store import read_rows
from sws.verify import Verifier
from sws.verify.decided import is_decided
from sws.verify.vote import vote

SAMPLES, NEEDED = 8, 4
VOTES = ((5, 3), (5, 1, 2), (5, 1, 1, 1), (6, 2))
DIFFICULTY = ((4, 4), (5, 1, 2), (4, 1, 1, 2), (4, 1, 1, 1, 1))
ERRORS = (0.0, 0.02, 0.05, 0.1)
BOUNDS = RLConfig(group_size=SAMPLES, accuracy_low=0.1, accuracy_high=0.9)
#: (step, problem, correct completions) of a group.
Visit = tuple[int, str, int]


def lines(path: Path) -> list[dict]:
    """The rows of a file of JSON lines."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def votes(path: Path, orders: int) -> None:
    """The share of samples drawn, and votes that come out otherwise, by turns."""
    drawn: Counter[tuple[int, ...]] = Counter()
    differ: Counter[tuple[int, ...]] = Counter()
    four = wrong = total = 0
    with Verifier() as verifier:
        for row in lines(path):
            draw = random.Random(row["id"])
            for _ in range(orders):
                answers = draw.sample(row["answers"], SAMPLES)
                whole = _label(answers, verifier)
                first = _label(answers[:4], verifier, needed=4)
                total, four = total + 1, four + (first is not None)
                wrong += first is not None and first != whole
                for turns in VOTES:
                    end = next(
                        end
                        for end in ends_of(turns, SAMPLES)
                        if is_decided(answers[:end], SAMPLES, NEEDED, verifier.equal)
                    )
                    drawn[turns] += end
                    differ[turns] += _label(answers[:end], verifier) != whole
    print(f"{total} votes of {SAMPLES}")
    print(f"(4, 4), stops where four agree: {1 - four / total / 2:.1%} drawn, {wrong} differ")
    for turns in VOTES:
        print(f"{turns}: {drawn[turns] / total / SAMPLES:.1%} drawn, {differ[turns]} differ")


def _label(
    answers: Sequence[str | None], verifier: Verifier, needed: float | None = None
) -> str | None:
    found = vote(answers, verifier.equal, verifier.parses)
    least = NEEDED * len(answers) / SAMPLES if needed is None else needed
    return found.label if found.votes >= least else None


def difficulty(path: Path, orders: int) -> None:
    """The share of attempts drawn, and decisions that differ, by error and turns."""
    if path.suffix == ".json":
        accuracies = [row["accuracy"] for row in read_rows(path, ["accuracy"])]
    else:
        accuracies = [row["model_acc"] for row in lines(path)]
    draw, band, attempts = random.Random(1), Band(samples=SAMPLES), []
    for accuracy in accuracies:
        solved = [n < round(accuracy * SAMPLES) for n in range(SAMPLES)]
        attempts += [draw.sample(solved, SAMPLES) for _ in range(orders)]
    print(f"{len(accuracies)} problems, {orders} orders of {SAMPLES} attempts each")
    for error in ERRORS:
        for turns in DIFFICULTY:
            drawn = differ = 0
            for one in attempts:
                end = next(
                    end
                    for end in ends_of(turns, SAMPLES)
                    if chance_of_change(sum(one[:end]), end, band) <= error
                )
                drawn += end
                differ += outside(sum(one[:end]) / end, band) != outside(sum(one) / 8, band)
            shares = drawn / len(attempts) / SAMPLES, differ / len(attempts)
            print(f"error {error:g} {turns}: {shares[0]:.1%} drawn, {shares[1]:.2%} differ")


def visits(path: Path) -> list[Visit]:
    """The groups of a run in their order; of published histories, an epoch is a step."""
    if path.suffix == ".json":
        groups: dict[tuple[int, str, int], int] = defaultdict(int)
        for row in read_rows(path, ["step", "problem_id", "sample", "outcome"]):
            key = row["step"], row["problem_id"], row["sample"] // SAMPLES
            groups[key] += row["outcome"] == "correct"
        return [(step, problem, correct) for (step, problem, _), correct in groups.items()]
    return sorted(_epochs(path))


def _epochs(path: Path) -> Iterator[Visit]:
    for number, row in enumerate(lines(path)):
        for epoch, accuracy in enumerate(row["accs"]):
            yield epoch, str(number), round(accuracy * SAMPLES)


def prompts(path: Path, explore: float) -> None:
    """Prompts drawn for one within bounds, with and without prediction, and its calibration.

    Replayed: a visit that would be skipped is not learned from either.
    """
    predictor, draw = Predictor(BOUNDS), random.Random(1)
    found, pending, now = visits(path), [], -1
    inside = drawn = drawn_inside = 0
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for step, problem, correct in found:
        if step != now:
            for seen, solved in pending:
                predictor.learn(seen, solved, SAMPLES)
            pending, now = [], step
        chance = predictor.chance(problem)
        good = predictor.least <= correct <= predictor.most
        bins[min(int(chance * 5), 4)].append((chance, good))
        inside += good
        if predictor.is_worth(problem) or draw.random() < explore:
            drawn, drawn_inside = drawn + 1, drawn_inside + good
            pending.append((problem, correct))
    print(f"{len(found)} visits; for one within bounds {len(found) / inside:.2f} are drawn,")
    print(f"with prediction {drawn / drawn_inside:.2f} ({1 - drawn / len(found):.0%} skipped)")
    for _, pairs in sorted(bins.items()):
        said, came = (sum(pair[i] for pair in pairs) / len(pairs) for i in (0, 1))
        print(f"  predicted {said:.2f}, observed {came:.2f} ({len(pairs)} visits)")


def order(path: Path) -> None:
    """Decoding steps of the second half of each problem's samples, by the order of requests.

    Simulated with continuous batching: one token of every running sample in a step, and the next
    request as soon as slots are free. That a fuller engine takes longer for a step is left out.
    """
    samples = lengths(path)
    half = len(samples[0]) // 2
    first, rest = [one[:half] for one in samples], [one[half:] for one in samples]
    tokens = sum(map(sum, rest))
    print(f"{len(samples)} problems, {half} samples known, {len(samples[0]) - half} asked for")
    known = sorted(range(len(rest)), key=lambda row: max(first[row]), reverse=True)
    for slots in (64, 256):
        found = {
            "order of rows": steps(rest, slots),
            "longest first, as known": steps([rest[row] for row in known], slots),
            "longest first, if known before": steps(sorted(rest, key=max, reverse=True), slots),
            "no slot ever empty": max(tokens / slots, *map(max, rest)),
        }
        for name, taken in found.items():
            share = taken / found["order of rows"]
            print(f"{slots} slots, {name}: {taken:.0f} steps ({share:.1%})")


def lengths(path: Path) -> list[list[int]]:
    """The lengths of each problem's samples."""
    if path.suffix != ".json":
        return [[len(one["response"]) for one in row["samples"]] for row in lines(path)]
    groups: dict[tuple[int, str, int], list[int]] = defaultdict(list)
    for row in read_rows(path, ["step", "problem_id", "sample", "tokens"]):
        groups[row["step"], row["problem_id"], row["sample"] // SAMPLES].append(row["tokens"])
    return list(groups.values())


def steps(requests: Sequence[Sequence[int]], slots: int) -> int:
    """Steps until the last sample ends, if requests start in this order."""
    ends = [0] * slots  # of each slot, when it is free again
    for samples in requests:
        for tokens in samples:
            heapq.heapreplace(ends, ends[0] + tokens)
    return max(ends)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["votes", "difficulty", "prompts", "order"])
    parser.add_argument("file", type=Path)
    parser.add_argument("--orders", type=int, default=20, help="orders of each row's samples")
    parser.add_argument("--explore", type=float, default=0.05, help="share of skips drawn")
    options = parser.parse_args()
    if options.what == "prompts":
        prompts(options.file, options.explore)
    elif options.what == "order":
        order(options.file)
    else:
        {"votes": votes, "difficulty": difficulty}[options.what](options.file, options.orders)


if __name__ == "__main__":
    main()
