"""Wilson's 95 % interval of a share in SQL, as `sws.verify.vote.wilson` computes it."""

from statistics import NormalDist

_Z = NormalDist().inv_cdf(0.975)


def wilson(share: str, n: str) -> tuple[str, str]:
    """The lower and the upper end for expressions of a share and of its number of trials.

    0 and 1 of no trial.
    """
    z2 = _Z * _Z
    centre = f"({share}) + {z2 / 2} / ({n})"
    spread = f"{_Z} * sqrt(({share}) * (1 - ({share})) / ({n}) + {z2 / 4} / ({n}) ** 2)"
    ends = [f"({centre} {sign} {spread}) / (1 + {z2} / ({n}))" for sign in "-+"]
    low = f"CASE WHEN ({n}) = 0 OR ({share}) = 0 THEN 0.0 ELSE {ends[0]} END"
    high = f"CASE WHEN ({n}) = 0 OR ({share}) = 1 THEN 1.0 ELSE {ends[1]} END"
    return low, high
