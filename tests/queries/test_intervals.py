"""Wilson's interval in SQL is the one that labels have from Python."""

import duckdb
import pytest

from sws.queries.intervals import wilson
from sws.verify.vote import wilson as in_python


@pytest.mark.parametrize("n", [0, 1, 4, 5, 8, 32])
def test_the_interval_of_a_share(n: int) -> None:
    low, high = wilson("share", "n")
    for successes in range(n + 1):
        share = successes / n if n else 0.0
        query = f"SELECT {low}, {high} FROM (SELECT ?::DOUBLE AS share, ?::INTEGER AS n)"
        assert duckdb.execute(query, [share, n]).fetchone() == pytest.approx(
            in_python(successes, n)
        )
