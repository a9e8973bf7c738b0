"""How a training run may differ from those of SwS: its prompts, arguments, end and checks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sws.config.rl import RLConfig
from sws.rl.group import Question
from sws.rl.predict import History, PredictedStream, Predictor
from sws.rl.stream import Prompts, PromptStream

#: What the rollouts of the steps so far say of each problem; every process must ask.
Histories = Callable[[], dict[str, History]]


def _one_stream(
    questions: Mapping[str, Question], seed: int, position: int, _: Histories
) -> Prompts:
    return PromptStream(list(questions), seed, position)


@dataclass(frozen=True)
class Variant:
    """What is special about a run.

    `identity` names what of it determines the run; `arguments` are TRL's; `stream` draws prompts,
    from the questions, a seed, a position and the histories; `plateau` is of StopAtPlateau;
    `workers` check answers.
    """

    identity: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    stream: Callable[[Mapping[str, Question], int, int, Histories], Prompts] = _one_stream
    plateau: tuple[int, float] | None = None
    workers: int = 1


#: A run of SwS.
PLAIN = Variant()


def skipping(config: RLConfig, explore: float) -> Variant:
    """Skip prompts that will probably lie out of the accuracy bounds, but for a share of them."""

    def stream(
        questions: Mapping[str, Question], seed: int, position: int, histories: Histories
    ) -> Prompts:
        predictor = Predictor(config, histories())
        return PredictedStream(list(questions), seed, predictor, explore, position)

    return Variant(f"explore {explore}", stream=stream)
