"""The units of the textbook, one module per category."""

from sws.textbook.unit import Unit
from sws.textbook.units import (
    algebra,
    counting_and_probability,
    geometry,
    intermediate_algebra,
    number_theory,
    prealgebra,
    precalculus,
)

UNITS: tuple[Unit, ...] = (
    *prealgebra.UNITS,
    *algebra.UNITS,
    *intermediate_algebra.UNITS,
    *geometry.UNITS,
    *counting_and_probability.UNITS,
    *number_theory.UNITS,
    *precalculus.UNITS,
)
