"""One step's batch: draw prompts, sample, verify, record, and resample until it is full."""

import math
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from trl import GRPOTrainer

from sws.config.rl import RLConfig
from sws.identity import seed_for
from sws.rl.complete import complete, seed_sampler
from sws.rl.exchange import exchange, outcomes_of_all, shares
from sws.rl.group import Group, Outcome, Question
from sws.rl.recorder import Recorder
from sws.rl.stream import Draw, Prompts
from sws.verifiers import AnswerVerifier

LARGEST_ROUND = 4  # most batches that one round draws


class Rollouts:
    """TRL's `rollout_func`: fills a step's batch with groups whose accuracy is in bounds.

    SwS, Eq. 3 (dynamic sampling): low <= accuracy <= high, inclusive. Prompts are drawn until
    `prompts_per_step` groups are in bounds or `resample_rounds` further rounds are used up. The
    rest of the batch is filled with groups out of bounds; their tokens are masked, so that they
    change neither the policy nor the loss's 1/sum|y|. Every rollout of every round is recorded.

    All ranks draw from one stream, each a slice of every round, and share the accuracies of all
    groups, so the result is the same as in one process.
    """

    def __init__(
        self,
        config: RLConfig,
        questions: Mapping[str, Question],
        stream: Prompts,
        recorder: Recorder,
        verifier: AnswerVerifier,
        seed: int,
        on_step: Callable[[dict[str, Any]], None],
        rate: float = 1.0,
    ) -> None:
        self.config = config
        self.questions = questions
        self.stream = stream
        self.recorder = recorder
        self.verifier = verifier
        self.seed = seed
        self.on_step = on_step
        self.rate = rate  # share of groups in bounds, in the step before
        self._metrics: dict[str, Any] = {}

    def __call__(self, _prompts: Sequence[str], trainer: GRPOTrainer) -> dict[str, Any]:
        """The token ids of this rank's share of the batch; TRL's prompts are placeholders."""
        started = time.monotonic()
        rank = trainer.accelerator.process_index
        world = trainer.accelerator.num_processes
        step = trainer.state.global_step // self.config.updates_per_step
        seed_sampler(seed_for(self.seed, "rollouts", step, self._sampler_of(rank, trainer)))
        groups: dict[int, Group] = {}  # of this rank, by position
        drawn: list[Outcome] = []
        inside: list[Outcome] = []
        rows: list[dict[str, Any]] = []
        visits: Counter[str] = Counter()
        rounds = 0
        while len(inside) < self.config.prompts_per_step and rounds <= self.config.resample_rounds:
            share = math.ceil(self._draws_wanted(len(inside), len(drawn)) / world)
            draws = self.stream.take(share * world)
            firsts = self._first_samples(draws, visits)
            mine = slice(rank * share, (rank + 1) * share)
            sampled = self._sample(draws[mine], firsts[mine], trainer, rows)
            groups |= {group.draw.position: group for group in sampled}
            drawn += outcomes_of_all(sampled, rank, world)
            inside = [outcome for outcome in drawn if self._in_bounds(outcome)]
            rounds += 1
        self.recorder.write(step, rows)
        self.stream.learn(drawn)
        self.rate = len(inside) / len(drawn)
        self._open_step(step, drawn, len(inside), rounds, time.monotonic() - started)
        outside = [outcome for outcome in drawn if not self._in_bounds(outcome)]
        batch = (inside + outside)[: self.config.prompts_per_step]
        return self._as_batch(exchange(groups, shares(batch, world), rank))

    def _sampler_of(self, rank: int, trainer: GRPOTrainer) -> int:
        """The number of this rank's sampler: ranks of one tensor-parallel vLLM sample alike."""
        return rank // (self.config.vllm_tensor_parallel_size if trainer.use_vllm else 1)

    def _draws_wanted(self, inside: int, drawn: int) -> int:
        """Number of groups to draw to fill the batch, at the rate of this step or the last one.

        Without resampling, exactly one batch.
        """
        if not self.config.resample_rounds:
            return self.config.prompts_per_step
        rate = max(inside / drawn if drawn else self.rate, 1 / self.config.prompts_per_step)
        missing = math.ceil((self.config.prompts_per_step - inside) / rate)
        return min(missing, LARGEST_ROUND * self.config.prompts_per_step)

    def _first_samples(self, draws: Sequence[Draw], visits: Counter[str]) -> list[int]:
        """The index of each draw's first sample; it continues when a problem recurs in a step."""
        firsts = []
        for draw in draws:
            firsts.append(visits[draw.problem_id] * self.config.group_size)
            visits[draw.problem_id] += 1
        return firsts

    def _sample(
        self,
        draws: Sequence[Draw],
        firsts: Sequence[int],
        trainer: GRPOTrainer,
        rows: list[dict[str, Any]],
    ) -> list[Group]:
        """Sample and verify a group for each draw; append its rollouts to `rows`."""
        size = self.config.group_size
        asked = [self.questions[draw.problem_id] for draw in draws]
        completions, logprobs = self._complete([question.prompt for question in asked], trainer)
        texts = trainer.processing_class.batch_decode(completions, skip_special_tokens=True)
        repeated = [question for question in asked for _ in range(size)]
        pairs = ((q.answer, q.opening + text) for q, text in zip(repeated, texts, strict=True))
        verified = list(self.verifier.verify_many(pairs))
        ends = set(trainer.eos_token_ids)
        groups = []
        for place, (draw, first) in enumerate(zip(draws, firsts, strict=True)):
            members = range(place * size, (place + 1) * size)
            rows += [
                {
                    "epoch": draw.epoch,
                    "problem_id": draw.problem_id,
                    "sample": first + number,
                    "completion": texts[i],
                    "answer": verified[i].answer,
                    "outcome": verified[i].outcome,
                    "tokens": len(completions[i]),
                }
                for number, i in enumerate(members)
            ]
            rewards = [verified[i].reward for i in members]
            known = None if logprobs is None else [logprobs[i] for i in members]
            own = [completions[i] for i in members]
            truncated = sum(not ids or ids[-1] not in ends for ids in own)
            groups.append(Group(draw, own, known, rewards, truncated))
        return groups

    def _complete(
        self, prompts: list[list[int]], trainer: GRPOTrainer
    ) -> tuple[list[list[int]], list[list[float]] | None]:
        """A group of completions per prompt, with the sampler's log-probabilities if available."""
        return complete(prompts, self.config.group_size, trainer)

    def _in_bounds(self, group: Group | Outcome) -> bool:
        return self.config.accuracy_low <= group.accuracy <= self.config.accuracy_high

    def _as_batch(self, groups: Sequence[Group]) -> dict[str, Any]:
        """What TRL reads: token ids, the mask of learned tokens, and our reward per completion."""
        prompts = [self.questions[g.draw.problem_id].prompt for g in groups for _ in g.completions]
        masks = [[int(self._in_bounds(g))] * len(ids) for g in groups for ids in g.completions]
        logprobs = [one for g in groups if g.logprobs is not None for one in g.logprobs]
        return {
            "prompt_ids": prompts,
            "completion_ids": [ids for g in groups for ids in g.completions],
            "logprobs": logprobs or None,
            "env_mask": masks,
            "reward": [reward for g in groups for reward in g.rewards],
        }

    def _open_step(
        self, step: int, drawn: Sequence[Outcome], inside: int, rounds: int, seconds: float
    ) -> None:
        self._metrics = {
            "step": step,
            "position": self.stream.position,
            "epoch": drawn[-1].draw.epoch,
            "reward": round(sum(outcome.accuracy for outcome in drawn) / len(drawn), 6),
            "drawn": len(drawn),
            "in_bounds": inside,
            "rounds": rounds,
            "tokens": sum(outcome.tokens for outcome in drawn),
            "completions": sum(outcome.completions for outcome in drawn),
            "truncated": sum(outcome.truncated for outcome in drawn),
            "rollout_seconds": round(seconds, 3),
            **self._by_domain(drawn),
            **self.stream.metrics(),
        }

    def _by_domain(self, drawn: Sequence[Outcome]) -> dict[str, Any]:
        """Groups drawn and mean reward of each domain, where the problems have one."""
        found: dict[str, list[float]] = {}
        for outcome in drawn:
            domain = self.questions[outcome.draw.problem_id].domain
            found.setdefault(domain, []).append(outcome.accuracy)
        if set(found) == {""}:
            return {}
        return {
            "domains": {
                name: {"drawn": len(values), "reward": round(sum(values) / len(values), 6)}
                for name, values in sorted(found.items())
            }
        }

    @property
    def tokens(self) -> int:
        """Tokens sampled in the last step, by all ranks."""
        return int(self._metrics["tokens"])

    def close_step(self, **metrics: Any) -> None:
        """Report the step whose batch was made, with what the trainer measured of it."""
        self.on_step({**self._metrics, **metrics})


def reward_of_rollout(*, reward: list[float], **_: Any) -> list[float]:
    """TRL's reward function: the verified reward that `Rollouts` put beside each completion."""
    return reward
