"""LaTeX as mathematics: MathML in trees of known elements, which the page builds one by one."""

import re
from collections.abc import Iterator
from html import unescape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: Formulas inside a text, for Python and JavaScript alike. Groups 1, 4 and 5 are set apart:
#: $$...$$, $...$ (not two prices), \(...\), \[...\] and environments.
PATTERN = (
    r"\$\$([^$]+)\$\$"
    r"|(?<![\\$])\$(?!\s)((?:\\[^\n]|[^$\\])+)(?<!\s)\$(?!\d)"
    r"|\\\(((?:[^\\]|\\[^()])+)\\\)"
    r"|\\\[((?:[^\\]|\\[^\[\]])+)\\\]"
    r"|(\\begin\{((?:align|gather|equation|eqnarray|multline|cases|array|[bpvBV]?matrix)\*?)\}"
    r"[\s\S]{0,2000}?\\end\{\6\})"
)
_DISPLAYED = (1, 4, 5)
_FORMULA = re.compile(PATTERN)
#: A longer or deeper formula is shown as its source.
LONGEST, DEEPEST = 2000, 60
#: What a formula could define and then repeat without end.
_DEFINES = re.compile(r"\\(?:re|provide)?(?:newcommand|def|let|edef|gdef|DeclareMathOperator)\b")

ELEMENTS = {
    *("math", "mrow", "mi", "mn", "mo", "mtext", "ms", "mspace", "mfrac", "msqrt", "mroot"),
    *("mstyle", "msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts"),
    *("mprescripts", "none", "mtable", "mtr", "mtd", "mphantom", "mpadded", "menclose"),
}
#: Elements with a fixed number of children; with another one, browsers show an error.
ARITY = {
    **dict.fromkeys(("mfrac", "mroot", "msub", "msup", "munder", "mover"), 2),
    **dict.fromkeys(("msubsup", "munderover"), 3),
}
ATTRIBUTES = {
    *("accent", "accentunder", "columnalign", "depth", "displaystyle", "fence", "form", "height"),
    *("largeop", "linethickness", "lspace", "mathvariant", "maxsize", "minsize", "movablelimits"),
    *("notation", "rspace", "scriptlevel", "separator", "stretchy", "symmetric", "voffset"),
    "width",
}
#: Words, small numbers and small lengths: nothing that leaves the line it is in.
_VALUE = re.compile(r"[a-z][a-z ]{0,30}|[+-]?\d{1,2}(\.\d{1,4})?(%|[a-z]{2})?")

Tree = list[Any]  # [element, attributes or 0, *children]; a text is a str


def formulas_in(text: str) -> Iterator[tuple[str, bool]]:
    """The LaTeX of every formula in a text, and whether it is set apart."""
    for found in _FORMULA.finditer(text):
        for group in (1, 2, 3, 4, 5):
            if found[group]:
                yield found[group], group in _DISPLAYED


def formula_of(answer: str) -> str | None:
    r"""The LaTeX of a bare answer such as `\frac{3}{4}`; None if it is plain text."""
    bare = len(answer) <= 200 and "$" not in answer and "\n" not in answer
    return answer if bare and ("\\" in answer or "^" in answer) else None


def trees(text: str, answers: Iterator[str] | tuple[str, ...] = ()) -> dict[str, Tree]:
    """Every formula of a text, and those that answers are, by their LaTeX."""
    found = [*formulas_in(text), *((one, False) for one in map(formula_of, answers) if one)]
    made = {latex: tree(latex, displayed) for latex, displayed in found}
    return {latex: value for latex, value in made.items() if value}


def tree(latex: str, displayed: bool = False) -> Tree | None:
    """A formula as MathML; None if it cannot be shown as such, and its source has to do.

    Total: whatever the library makes of hostile LaTeX, only known elements with harmless
    attributes come out.
    """
    from latex2mathml.converter import Converter

    if len(latex) > LONGEST or _DEFINES.search(latex):
        return None
    try:
        element = Converter(display="block" if displayed else "inline").convert_to_element(latex)
        return _checked(element, 0)
    except Exception:  # whatever the library raises: its input is hostile
        return None


def _checked(element: "Element", depth: int) -> Tree | None:
    """An element and all within it; None where one is unknown, or shows a command as it is."""
    if depth > DEEPEST or element.tag not in ELEMENTS:
        return None
    if len(element) != ARITY.get(element.tag, len(element)):
        return None
    made: Tree = [element.tag, _attributes(element) or 0]
    if element.text:
        shown = unescape(element.text)
        if "\\" in shown:
            return None
        made.append(shown)
    for child in element:
        inside = _checked(child, depth + 1)
        if inside is None:
            return None
        made.append(inside)
    return made


def _attributes(element: "Element") -> dict[str, str]:
    kept = {
        name: value
        for name, value in element.attrib.items()
        if name in ATTRIBUTES and _VALUE.fullmatch(value)
    }
    if element.tag == "math" and element.attrib.get("display") == "block":
        kept["display"] = "block"
    return kept
