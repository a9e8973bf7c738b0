r"""LaTeX commands by one name each; those that only dress a text have none."""

from __future__ import annotations

import re

from sws.verify.grammar import FUNCTION_NAMES
from sws.verify.unit_names import is_spelled_unit
from sws.verify.vocabulary import words_of

_DROPPED = frozenset(
    words_of(
        "displaystyle textstyle scriptstyle left right middle big Big bigl bigr Bigl Bigr "
        "bigg Bigg biggl biggr Biggl Biggr bf rm it sf tt sl sc cal large Large LARGE huge "
        "Huge small tiny normalsize limits nolimits blacksquare square Box qed checkmark "
        "hfill noindent par newline strut null"
    )
)
_SPACES = frozenset(
    words_of("quad qquad thinspace enspace enskip medspace thickspace space nobreakspace")
)
_RENAMED = {
    **dict.fromkeys(("leq", "leqslant", "leqq", "le"), "\\le "),
    **dict.fromkeys(("geq", "geqslant", "geqq", "ge"), "\\ge "),
    **dict.fromkeys(("neq", "ne"), "\\ne "),
    **dict.fromkeys(("dfrac", "tfrac", "cfrac", "sfrac", "nicefrac"), "\\frac"),
    **dict.fromkeys(("dbinom", "tbinom"), "\\binom"),
    **dict.fromkeys(("dots", "ldots", "cdots", "dotsc", "hdots"), "\\dots "),
    **dict.fromkeys(("varnothing", "O"), "\\emptyset "),
    **dict.fromkeys(("lvert", "rvert", "vert", "mid"), "|"),
    **dict.fromkeys(("wedge",), "\\land "),
    **dict.fromkeys(("rightarrow", "longrightarrow"), "\\to "),
    **dict.fromkeys(("implies", "Longrightarrow"), "\\Rightarrow "),
    **dict.fromkeys(("backslash", "smallsetminus"), "\\setminus "),
    **dict.fromkeys(("varepsilon",), "\\epsilon "),
    **dict.fromkeys(("lt",), "<"), **dict.fromkeys(("gt",), ">"),
    **dict.fromkeys(("infin",), "\\infty "),
    **dict.fromkeys(("degree", "textdegree"), "^\\circ "),
    "lbrace": "\\{", "rbrace": "\\}", "lbrack": "[", "rbrack": "]", "lparen": "(", "rparen": ")",
    "colon": ":", "textdollar": "$", "pounds": "£", "euro": "€", "texteuro": "€", "vee": "\\lor ",
    "bigcup": "\\cup ", "thicksim": "\\sim ", "percent": "%", "textpercent": "%",
}  # fmt: skip
_LOST_UNITS = frozenset(["cm", "mm", "km", "kg", "ft", "yd", "lb", "ml", "mL", "mph"])
_RUN_ON = re.compile(r"(sin|cos|tan|cot|sec|csc|ln|log|pi|cdot|times)([a-z])")
SET_NAMES = {"R": "reals", "Z": "integers", "N": "naturals", "Q": "rationals", "C": "complexes"}


def plain_command(command: re.Match[str]) -> str:
    """One command in its usual form; a space for one without meaning."""
    name = command[0][1:]
    if name in _RENAMED:
        return _RENAMED[name]
    if (match := _RUN_ON.fullmatch(name)) and name not in FUNCTION_NAMES:  # \cosx
        return f"\\{match[1]} {match[2]}"
    if name in _LOST_UNITS or is_spelled_unit(name):  # \cm
        return f" {name}"
    return " " if name in _DROPPED or name in _SPACES else command[0]
