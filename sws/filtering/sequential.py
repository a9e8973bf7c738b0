"""Sequential tests of a band of accuracy: stop drawing when the rest will hardly change the side.

The chance that it will is Bayesian: with a Beta(1/2, 1/2) prior of the accuracy (Jeffreys), the
successes among the samples still to be drawn are beta-binomial. It holds wherever one stops.
"""

from functools import lru_cache
from math import comb, exp, lgamma

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
    return sum(
        _beta_binomial(more, left, correct + PRIOR, drawn - correct + PRIOR)
        for more in range(left + 1)
        if outside((correct + more) / band.samples, band) != now
    )


def _beta_binomial(successes: int, trials: int, a: float, b: float) -> float:
    """Probability of these successes where the chance of one is Beta(a, b)."""
    failures = trials - successes
    return comb(trials, successes) * exp(_log_beta(a + successes, b + failures) - _log_beta(a, b))


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
