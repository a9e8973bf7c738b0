"""RL of S²R through TRL: the project's rollouts and trainer, with losses over actions."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from accelerate.utils import gather_object
from torch.nn.utils.rnn import pad_sequence

from sws.config.self_verify import ActionRL, Level, OfflineRL, SelfVerifyRL
from sws.rl.group import Group
from sws.rl.rollouts import Rollouts
from sws.rl.trainer import Trainer
from sws.self_verify.actions import Learned, actions_of, index_of
from sws.self_verify.baselines import Baselines, leave_one_out
from sws.self_verify.loss import action_loss
from sws.self_verify.offline_rollouts import OfflineRollouts
from sws.self_verify.rewards import Rewarded, reward_actions
from sws.self_verify.segments import SegmentParser
from sws.verifiers import AnswerVerifier


class ActionRollouts(Rollouts):
    """Rollouts whose completions are taken apart into actions, each with an advantage.

    Outcome RL: the whole completion is one action. `learned` holds this rank's share of the batch,
    in the order in which TRL gets it. A baseline runs over training where the rule says so; its
    sums are in the journal, from which a resumed run restores them.
    """

    def __init__(
        self,
        *args: Any,
        level: Level,
        rule: SelfVerifyRL,
        parser: SegmentParser,
        solutions: AnswerVerifier,
        **others: Any,
    ) -> None:
        super().__init__(*args, **others)
        self.level, self.rule, self.parser, self.solutions = level, rule, parser, solutions
        self.learned: list[Learned] = []
        self.baselines = Baselines(rule.running_least)
        self.tokenizer: Any = None  # the trainer's

    def __call__(self, prompts: Sequence[str], trainer: Any) -> dict[str, Any]:
        """The batch, and what is learned of it."""
        self.tokenizer = trainer.processing_class
        self._world = trainer.accelerator.num_processes
        self._ends = set(trainer.eos_token_ids)
        return super().__call__(prompts, trainer)

    def close_step(self, **metrics: Any) -> None:
        """Report the step, with the sums of baselines that run over training."""
        kept = {"baselines": self.baselines.sums()} if self.rule.running_least else {}
        super().close_step(**kept, **metrics)

    def _as_batch(self, groups: Sequence[Group]) -> dict[str, Any]:
        learn: Callable[[Sequence[Group]], list[Learned]] = (
            self._outcomes if self.level == "outcome" else self._actions
        )
        self.learned = learn(groups)
        return super()._as_batch(groups)

    def _outcomes(self, groups: Sequence[Group]) -> list[Learned]:
        """Eq. 2 and 3: +1 or -1 by the last solution, less the mean of the other samples."""
        return [
            ([0] * len(ids), [advantage])
            for group in groups
            for ids, advantage in zip(
                group.completions, leave_one_out([2 * r - 1 for r in group.rewards]), strict=True
            )
        ]

    def _actions(self, groups: Sequence[Group]) -> list[Learned]:
        """Eq. 4 to 6: the reward of each action, less the mean in its context over the batch."""
        found = [
            (group, actions_of(ids, self.tokenizer, self.parser), ids[-1] in self._ends)
            for group in groups
            for ids in group.completions
        ]
        outcomes = self.solutions.verify_many(
            (self.questions[group.draw.problem_id].answer, one.text)
            for group, actions, _ in found
            for one in actions
            if one.kind == "solve"
        )
        rewarded = []
        for _, actions, ended in found:
            solves = [one for one in actions if one.kind == "solve"]
            right = [next(outcomes).outcome == "correct" for _ in solves]
            rewarded.append(reward_actions(actions, right, self.rule.process, ended))
        self._count(rewarded)
        learned = []
        lengths = [len(ids) for group in groups for ids in group.completions]
        for (_, actions, _), one, length in zip(found, rewarded, lengths, strict=True):
            pairs = zip(one.rewards, one.contexts, strict=True)
            advantages = [reward - self.baselines.mean(context) for reward, context in pairs]
            learned.append((index_of(actions, length), advantages))
        return learned

    def _count(self, rewarded: list[Rewarded]) -> None:
        """Baselines over the batch of all ranks; or over training, where they run."""
        if not self.rule.running_least:
            self.baselines = Baselines()
        for one in gather_object(rewarded) if self._world > 1 else rewarded:
            self.baselines.add(one[1], one[0])


class ActionTrainer(Trainer):
    """TRL's trainer with the loss over actions; `arguments.beta` loads the SFT model beside it."""

    def __init__(
        self,
        *args: Any,
        rule: ActionRL,
        rollout_func: ActionRollouts | OfflineRollouts,
        **others: Any,
    ) -> None:
        super().__init__(*args, rollout_func=rollout_func, **others)
        self.rule, self.rollouts = rule, rollout_func

    def _generate_and_score_completions(self, inputs: Any) -> dict[str, Any]:
        """TRL's batch, with the action of each token and the advantage of each action."""
        batch: dict[str, Any] = super()._generate_and_score_completions(inputs)
        ids = batch["completion_ids"]
        index = torch.full_like(ids, -1)
        for row, (actions, _) in enumerate(self.rollouts.learned):
            index[row, : len(actions)] = torch.tensor(actions)
        advantages = [torch.tensor([*values, 0.0]) for _, values in self.rollouts.learned]
        padded = pad_sequence(advantages, batch_first=True).to(ids.device)
        return {**batch, "action_index": index, "action_advantages": padded}

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Any],
        return_outputs: bool = False,  # noqa: ARG002
        num_items_in_batch: Any = None,  # noqa: ARG002
    ) -> torch.Tensor:
        """The loss of a micro-batch, as its share of the update."""
        ids = torch.cat([inputs["prompt_ids"], inputs["completion_ids"]], dim=1)
        mask = torch.cat([inputs["prompt_mask"], inputs["completion_mask"]], dim=1)
        logps = self._get_per_token_logps_and_entropies(
            model, ids, mask, inputs["completion_ids"].size(1)
        )[0]
        ref = inputs.get("ref_per_token_logps")
        # Trajectories of offline RL were sampled by the model beside it.
        offline = isinstance(self.rule, OfflineRL)
        old = ref if offline else inputs.get("old_per_token_logps")
        loss = action_loss(
            logps,
            logps.detach() if old is None else old,
            ref,
            inputs["action_index"],
            inputs["action_advantages"],
            self.rule.beta,
            (self.rule.clip_ratio_low, self.rule.clip_ratio_high),
            self.rule.action_ratio,
        )
        return loss / self.current_gradient_accumulation_steps
