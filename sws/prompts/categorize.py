"""The categorizer: which of the seven categories a problem belongs to."""

from sws.categories import CATEGORIES, OTHER, normalise_category
from sws.prompts.reading import Messages, Unread, stated, user


def messages(problem: str) -> Messages:
    """Ask for the category of one problem."""
    names = "\n".join(f"- {name}" for name in CATEGORIES)
    return user(
        "Sort the mathematics problem below into the one area whose methods its solution "
        f"mostly needs:\n{names}\n- {OTHER} (only when none of the areas above fits at all)\n\n"
        f"Problem:\n{problem}\n\n"
        "Say in one sentence which method the solution rests on. Then end with a line of the "
        "form\nCategory: NAME\nwith NAME exactly as in the list."
    )


def parse(text: str) -> str | Unread:
    """One of the seven names or `Other`."""
    lines = stated(text, "Category")
    if not lines:
        return Unread("no line `Category: ...`")
    name = lines[-1].rstrip("*. ")
    if name.lower() == OTHER.lower():
        return OTHER
    return normalise_category(name) or Unread("a category that is not in the list")
