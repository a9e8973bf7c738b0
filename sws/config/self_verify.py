"""S²R: how a student is taught to verify its own solutions and to correct them."""

from collections.abc import Iterable
from itertools import permutations
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from sws.config.rl import RLConfig
from sws.config.section import Positive, Section, Share
from sws.config.textbook import VerifierFallibility

Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
GAP = "\n\n"  # between the parts of a trajectory


class Phrases(Section):
    """The phrases that join the parts of a trajectory, and by which it is taken apart again.

    Letter case does not matter. The first two count at the beginning of a line, outside formulas.
    """

    verify: Phrase = Field(
        "Wait, let me recheck my solution.", description="Begins a verification."
    )
    retry: Phrase = Field("Let me try again.", description="Begins another solution.")
    correct: Phrase = Field(
        "Therefore, the answer is correct.",
        description="A verification's judgement; the last one stated counts.",
    )
    incorrect: Phrase = Field(
        "Therefore, the answer is incorrect.", description="The opposite judgement."
    )
    unsure: Phrase = Field(
        "Therefore, the answer cannot be verified.",
        description="A judgement that means the same as `incorrect`: the student has to try again.",
    )

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        named = self.model_dump().items()
        for (one, phrase), (other, longer) in permutations(named, 2):
            if phrase.lower() in longer.lower():
                raise ValueError(f"`{one}` is a part of `{other}`: no phrase may be in another")
        return self

    def join(self, rounds: Iterable[tuple[str, str]]) -> str:
        """The text of a trajectory from (solution, verification) of each round."""
        parts: list[str] = []
        for solution, verification in rounds:
            parts += [*([self.retry] if parts else []), solution, self.verify, verification]
        return GAP.join(part.strip() for part in parts)


class Trajectories(Section):
    """What the student is first taught by: its own attempts, verified, the last one right."""

    attempts: Literal["samples", "rollouts"] = Field(
        "samples",
        description="Where the attempts come from: samples of the base student, or the last "
        "rollouts that the initial run recorded.",
    )
    samples: Positive = Field(5, description="Attempts per problem.")
    min_accuracy: tuple[Share, ...] = Field(
        (1.0, 0.8, 0.4),
        description="Least accuracy of a problem's attempts for a trajectory of one round, of two, "
        "and so on; below the last there is one round more. A problem that was never solved has "
        "no trajectory.",
    )
    keep_share: tuple[Share, ...] = Field(
        (1.0, 1.0, 1.0, 1.0),
        description="Share of the problems to keep, by rounds. The published code keeps "
        "(0.2394, 0.5, 0.5, 0.5).",
    )
    form: Literal["confirmative", "problem-solving"] = Field(
        "confirmative",
        description="How solutions are verified: without solving the problem again, or by it.",
    )

    @model_validator(mode="after")
    def _descending(self) -> Self:
        if list(self.min_accuracy) != sorted(set(self.min_accuracy), reverse=True):
            raise ValueError("min_accuracy must fall from one round to the next")
        if len(self.keep_share) != len(self.min_accuracy) + 1:
            raise ValueError("keep_share needs one share more than min_accuracy has")
        return self


class Pretraining(Section):
    """What the embedded student (`student.source: scratch`) reads of trials before it is taught."""

    share: Share = Field(
        0.0,
        description="Share of the pages in its pre-training whose solution is checked by the "
        "textbook as the verifier, and tried again where it is called wrong, so that both are "
        "latent abilities.",
    )
    tries: Positive = Field(
        2, description="Most solutions in such a page; the last one is always careful."
    )


class SFT(Section):
    """Supervised fine-tuning on the trajectories (Eq. 1)."""

    epochs: Positive = Field(3, description="Passes over the trajectories.")
    batch_size: Positive = Field(32, description="Trajectories in an optimizer update.")
    per_device: Positive = Field(
        1, description="Trajectories per device in one forward and backward pass."
    )
    learning_rate: float = Field(5e-6, gt=0, description="AdamW's peak learning rate.")
    warmup_share: Share = Field(0.0, description="Share of the updates in which it rises from 0.")
    schedule: Literal["constant", "linear", "cosine"] = Field(
        "cosine", description="How the learning rate falls."
    )
    kl: float = Field(
        0.1,
        ge=0,
        description="Weight of the KL divergence from the base student, over the learned tokens.",
    )
    save_steps: Positive = Field(50, description="Updates between two checkpoints.")
    gradient_checkpointing: bool = Field(
        True, description="Recompute activations in the backward pass, to save memory."
    )
    threads: int = Field(
        0, ge=0, description="CPU threads of each process; 0: all that are available."
    )


class ProcessRewards(Section):
    """Rewards of actions. By default the paper's; the published code adds the rest."""

    verify_right_factor: float = Field(
        1.0,
        gt=0,
        description="Factor on the reward of a verification of a right solution. Code: 2.",
    )
    flip_factor: float = Field(
        1.0,
        gt=0,
        description="Factor on the reward of a solution that turned wrong into right or right into "
        "wrong. Code: 2.",
    )
    end_penalty: bool = Field(
        False,
        description="Give -1 to the last action of a completion that does not end. Code: true.",
    )


Level = Literal["outcome", "process"]
Reinforced = Literal["outcome", "process", "offline", "plain"]


class ActionRL(RLConfig):
    """RL of completions as sequences of actions."""

    prompts_per_step: int = Field(64, ge=1, description="Prompts in each step's batch.")
    group_size: int = Field(4, ge=2, description="Rollouts per prompt.")
    warmup_steps: int = Field(
        5, ge=0, description="Training steps over which the learning rate rises from zero."
    )
    clip_ratio_high: float = Field(
        0.2, gt=0, description="Probability ratios are clipped above 1 + clip_ratio_high."
    )
    resample_rounds: int = Field(
        0, ge=0, description="Further rounds of sampling per step, for the accuracy bounds."
    )
    temperature: float = Field(0.7, gt=0, description="Sampling temperature of the rollouts.")
    beta: float = Field(
        0.05,
        ge=0,
        description="Weight of log(policy / SFT model) in the advantages. Paper: 0.01 for "
        "Qwen2.5-Math-7B.",
    )
    action_ratio: Literal["sum", "mean"] = Field(
        "sum",
        description="How the log-probabilities of an action's tokens make its ratio: their sum, or "
        "their mean. Code: mean.",
    )
    process: ProcessRewards = ProcessRewards()


class SelfVerifyRL(ActionRL):
    """RL after the fine-tuning, of whole outcomes or of single actions (Eq. 2 to 6)."""

    steps: int = Field(500, ge=1, description="Training steps, each one batch of rollouts.")
    running_least: int = Field(
        0,
        ge=0,
        description="Baselines of contexts that run over all of training, and are 0 until this "
        "many actions were seen; 0: means over each batch. Code: 10.",
    )


class OfflineRL(ActionRL):
    """RL on trajectories that the fine-tuned student sampled once (section 3.3)."""

    level: Level = Field(
        "process", description="outcome: the last solution is rewarded; process: every action."
    )
    steps: int = Field(500, ge=1, description="Training steps, each one batch of trajectories.")
    prompts_per_step: int = Field(
        8, ge=1, description="A step's batch has this many times group_size trajectories."
    )
    group_size: int = Field(8, ge=2, description="Trajectories sampled per problem.")
    updates_per_step: int = Field(1, ge=1, description="Optimizer updates made from each batch.")
    temperature: float = Field(0.8, gt=0, description="Sampling temperature of the trajectories.")
    beta: float = Field(
        0.1, ge=0, description="Weight of log(policy / SFT model) in the advantages. Code: 0.15."
    )
    accuracy_low: float = Field(
        0.1, ge=0, le=1, description="Problems solved less often than this are left out."
    )
    accuracy_high: float = Field(
        0.7, ge=0, le=1, description="Problems solved more often than this are left out."
    )
    max_actions: Positive = Field(
        20, description="Trajectories of more actions are left out. Code: 10."
    )
    baseline: Literal["position", "bin-context", "context"] = Field(
        "position",
        description="Actions whose mean reward is an action's baseline. position: those at the "
        "same place, of problems of like accuracy (the paper's main result); bin-context: those "
        "after the same rewards, of problems of like accuracy; context: those after the same "
        "rewards.",
    )
    bins: Positive = Field(
        10, description="Problems are of like accuracy if in the same of this many equal ranges."
    )
    baseline_least: Positive = Field(
        1, description="A baseline is 0 where fewer actions than this make it. Code: 10."
    )

    @model_validator(mode="after")
    def _samples_once(self) -> Self:
        if self.resample_rounds:
            raise ValueError("resample_rounds has no effect: offline RL samples once")
        return self


class SelfVerify(Section):
    """Self-verification and self-correction (S²R), a method of its own beside SwS."""

    enabled: bool = Field(
        False,
        description="Whether S²R is part of the whole graph; `snakemake self_verify` always runs "
        "it.",
    )
    runs: tuple[Reinforced, ...] = Field(
        ("outcome", "process"),
        min_length=1,
        description="RL to compare. outcome: the last solution is rewarded; process: every action; "
        "offline: on trajectories sampled once (`offline`); plain: the control, which spends the "
        "tokens of attempts, fine-tuning and the run outcome on RL of the base student.",
    )
    max_tokens: Positive = Field(
        8000, description="Longest trajectory, in tokens: to learn from, and to sample."
    )
    phrases: Phrases = Phrases()
    pretraining: Pretraining = Pretraining()
    trajectories: Trajectories = Trajectories()
    sft: SFT = SFT()
    rl: SelfVerifyRL = Field(
        SelfVerifyRL(), description="How the runs `outcome`, `process` and `plain` are trained."
    )
    offline: OfflineRL = Field(OfflineRL(), description="How the run `offline` is trained.")
    textbook: VerifierFallibility = Field(
        VerifierFallibility(), description="How often the embedded textbook errs as the verifier."
    )
