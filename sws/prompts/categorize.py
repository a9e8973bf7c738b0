"""The categorizer: which of the seven categories a problem belongs to."""

from collections.abc import Iterable, Mapping

from sws.categories import CATEGORIES, OTHER, Categories
from sws.prompts.reading import Messages, Unread, stated, user

_MATH = dict.fromkeys(CATEGORIES, "")


def messages(problem: str, categories: Mapping[str, str] = _MATH) -> Messages:
    """Ask for the category of one problem."""
    names = "\n".join(
        f"- {name}: {meaning}" if meaning else f"- {name}" for name, meaning in categories.items()
    )
    return user(
        "Sort the mathematics problem below into the one area whose methods its solution "
        f"mostly needs:\n{names}\n- {OTHER} (only when none of the areas above fits at all)\n\n"
        f"Problem:\n{problem}\n\n"
        "Say in one sentence which method the solution rests on. Then end with a line of the "
        "form\nCategory: NAME\nwith NAME exactly as in the list."
    )


def parse(text: str, categories: Iterable[str] = CATEGORIES) -> str | Unread:
    """One of the names or `Other`."""
    lines = stated(text, "Category")
    if not lines:
        return Unread("no line `Category: ...`")
    name = lines[-1].rstrip("*. ")
    if name.lower() == OTHER.lower():
        return OTHER
    return Categories(categories).normalise(name) or Unread("a category that is not in the list")
