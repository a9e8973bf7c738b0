"""Sequential tests of a band of accuracy: stop drawing when the rest will hardly change the side.

The chance that it will is Bayesian: with a Beta(1/2, 1/2) prior of the accuracy (Jeffreys), the
successes among the samples still to be drawn are beta-binomial. It holds wherever one stops.
"""

from functools import lru_cache

from scipy.stats import betabinom

from sws.config.filtering import Band

PRIOR = 0.5


def outside(accuracy: float, band: Band) -> str:
    """Why an accuracy lies outside the inclusive band, or ''."""
    if accuracy < band.low:
        return "too hard"
    return "too easy" if accuracy > band.high else ""


@lru_cache(4096)
def chance_of_change(correct: int, drawn: int, band: Band) -> float:
    """The chance that all of the band's samples decide otherwise than those `drawn` so far.

    0 where the rest cannot change the decision.
    """
    left = band.samples - drawn
    now = outside(correct / drawn, band)
    changes = [
        more for more in range(left + 1) if outside((correct + more) / band.samples, band) != now
    ]
    chances = betabinom.pmf(changes, left, correct + PRIOR, drawn - correct + PRIOR)
    return float(chances.sum()) if changes else 0.0
