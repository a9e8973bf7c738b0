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
    primer,
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
#: Those of MATH's categories, and those of the primer.
ALL_UNITS: tuple[Unit, ...] = (*UNITS, *primer.UNITS)
