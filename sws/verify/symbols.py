"""Mathematics typed in Unicode ("2√3", "x²", "½π"), rewritten in LaTeX."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_GREEK = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho"
_LATEX = {
    **{chr(ord("α") + place): f"\\{name} " for place, name in enumerate(_GREEK.split())},
    **{"σ": r"\sigma ", "τ": r"\tau ", "φ": r"\varphi ", "ϕ": r"\phi ", "ω": r"\omega "},
    **{"−": "-", "×": r"\times ", "·": r"\cdot ", "⋅": r"\cdot ", "÷": "/", "∕": "/", "⁄": "/"},
    **{"±": r"\pm ", "∓": r"\mp ", "√": r"\sqrt ", "∛": r"\sqrt[3] ", "°": r"^\circ ", "′": "'"},
    **{"≤": r"\le ", "⩽": r"\le ", "≥": r"\ge ", "⩾": r"\ge ", "≠": r"\ne ", "≈": r"\approx "},
    **{"∞": r"\infty ", "∅": r"\emptyset ", "∈": r"\in ", "∪": r"\cup ", "∩": r"\cap "},
    **{"ℝ": r"\mathbb{R}", "ℤ": r"\mathbb{Z}", "ℕ": r"\mathbb{N}", "ℚ": r"\mathbb{Q}"},
    **{"ℂ": r"\mathbb{C}", "⟨": r"\langle ", "⟩": r"\rangle ", "∠": r"\angle ", "△": r"\triangle "},
    **{"⌊": r"\lfloor ", "⌋": r"\rfloor ", "⌈": r"\lceil ", "⌉": r"\rceil "},
}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ", "0123456789+-n")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉ₙ", "0123456789n")
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ]+")
_LOWERED = re.compile("[₀₁₂₃₄₅₆₇₈₉ₙ]+")
_ROOT = re.compile(r"([√∛])\s*(?:\(([^()]*)\)|([0-9]+(?:\.[0-9]+)?|[A-Za-z]))")
_MINUS = re.compile(r"(?<![^\s(\[{,=])–(?=[0-9.\\])")  # an en dash before a number


def latex(text: str) -> str:
    """The text with the mathematical characters that have a LaTeX form in that form.

    Letters of mathematical alphabets and full-width forms become plain ones. Everything else stays.
    """
    if text.isascii():
        return text
    text = _RAISED.sub(lambda run: f"^{{{run[0].translate(_SUPERSCRIPTS)}}}", text)
    text = _LOWERED.sub(lambda run: f"_{{{run[0].translate(_SUBSCRIPTS)}}}", text)
    text = _ROOT.sub(lambda root: f"{_LATEX[root[1]].rstrip()}{{{root[2] or root[3]}}}", text)
    return "".join(map(_character, _MINUS.sub("-", text)))


@lru_cache(4096)
def _character(character: str) -> str:
    if character.isascii():
        return character
    if character in _LATEX:
        return _LATEX[character]
    plain = unicodedata.normalize("NFKC", character)
    if match := re.fullmatch("([0-9]+)⁄([0-9]+)", plain):
        return f"\\frac{{{match[1]}}}{{{match[2]}}}"
    kind = unicodedata.category(character)
    alike = len(plain) == 1 and plain.isascii() and (kind[0] in "LPSZ" or kind == "Nd")
    return plain if alike else character
