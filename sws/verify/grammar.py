"""LaTeX parsed in two stages: ANTLR's fast SLL prediction first, full LL where that fails.

ANTLR documents that a parse which succeeds with SLL prediction is the one that LL would give; it is
about three times faster on answers. Imported by the worker process only.
"""

from __future__ import annotations

from typing import Any

from antlr4.atn.PredictionMode import PredictionMode
from latex2sympy2_extended import latex2sympy2
from latex2sympy2_extended.antlr_parser import PSParser


class TwoStageParser(PSParser):  # type: ignore[misc]
    """The grammar's parser, whose entry rule is tried with SLL prediction first."""

    def math(self) -> Any:
        """The parse tree; raises what the error listener raises, like the parser it extends."""
        self._input.fill()  # a character that is no token fails here, before either stage
        self._interp.predictionMode = PredictionMode.SLL
        try:
            return super().math()
        except Exception:
            self.reset()
            self._interp.predictionMode = PredictionMode.LL
            return super().math()


def install() -> None:
    """Make Math-Verify parse in two stages."""
    latex2sympy2.PSParser = TwoStageParser
