"""Plain arithmetic in the notation of the worked solutions, so that its skill carries over."""

import random

from sws.textbook.solution import Work


def drills(rng: random.Random) -> tuple[str, str]:
    r"""One drill as (text, completion): `12+7=?` gives `12+7=19;\boxed{19}`.

    One to three operations, worked from left to right and never a product after a sum, so that
    the order of operations does not matter. Numbers stay within those of the pages.
    """
    work = Work()
    kind = rng.choice(("add", "subtract", "multiply", "divide", "chain", "chain"))
    if kind == "multiply":
        high_a, high_b = rng.choice(((9, 9), (9, 9), (30, 3)))
        a, b = rng.randint(-3, high_a), rng.randint(2, high_b)
        return f"{a}*{b}=?", work.boxed(work.multiply(a, b))
    if kind == "divide":
        b = rng.randint(2, 9)
        a = b * rng.randint(1, 9)
        return f"{a}/{b}=?", work.boxed(work.divide(a, b))
    text = str(value := rng.randint(0, 80))
    for _ in range(rng.randint(2, 3) if kind == "chain" else 1):
        term = rng.randint(1, 9) if rng.random() < 0.85 else rng.randint(1, 20)
        if kind == "subtract" or (kind == "chain" and rng.random() < 0.5):
            text, value = f"{text}-{term}", work.subtract(value, term)
        else:
            text, value = f"{text}+{term}", work.add(value, term)
    return f"{text}=?", work.boxed(value)
