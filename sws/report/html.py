"""Elements of HTML and SVG, escaped as they are built."""

import re

from markupsafe import Markup, escape

#: Characters that HTML forbids or that reorder the text around them.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def tag(name: str, /, *children: object, **attributes: object) -> Markup:
    """An element; children and attributes are escaped unless they are Markup.

    In attributes' names a trailing `_` is dropped and others become `-`; None and False are left
    out, True is an attribute without a value.
    """
    given = {
        key.rstrip("_").replace("_", "-"): value
        for key, value in attributes.items()
        if value is not None and value is not False
    }
    inside = "".join(
        f" {key}" if value is True else f' {key}="{text(value)}"' for key, value in given.items()
    )
    return Markup(f"<{name}{inside}>{join(children)}</{name}>")


def join(parts: object) -> Markup:
    """Parts one after the other: a Markup, a text, or (nested) lists and iterators of them."""
    if isinstance(parts, str | int | float):
        return text(parts)
    return Markup("").join(join(part) for part in parts)  # type: ignore[attr-defined]


def text(value: object) -> Markup:
    """A value as text that HTML can hold; characters it cannot hold become U+FFFD."""
    if isinstance(value, Markup):
        return value
    return escape(_UNSEEN.sub("\N{REPLACEMENT CHARACTER}", str(value)))
