"""The categorizer: which of the seven categories a problem belongs to."""

from collections.abc import Iterable, Mapping

from sws.categories import CATEGORIES, OTHER, Categories
from sws.prompts.reading import Messages, Unread, stated
from sws.prompts.templates import render

_MATH = dict.fromkeys(CATEGORIES, "")


def messages(
    problem: str, categories: Mapping[str, str] = _MATH, template: str | None = None
) -> Messages:
    """Ask for the category of one problem."""
    fields = {"problem": problem, "categories": categories, "other": OTHER}
    return render("categorizer", template, **fields)


def parse(text: str, categories: Iterable[str] = CATEGORIES) -> str | Unread:
    """One of the names or `Other`."""
    lines = stated(text, "Category")
    if not lines:
        return Unread("no line `Category: ...`")
    name = lines[-1].rstrip("*. ")
    if name.lower() == OTHER.lower():
        return OTHER
    return Categories(categories).normalise(name) or Unread("a category that is not in the list")
