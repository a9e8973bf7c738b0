"""From names to formats."""

from sws.errors import SwsError
from sws.export import open_instruct, openrlhf, trl, verl
from sws.export.base import Format, Prompt

#: Every format by its name.
FORMATS = {
    one.name: one for one in (trl.FORMAT, verl.FORMAT, openrlhf.FORMAT, open_instruct.FORMAT)
}

__all__ = ["FORMATS", "Format", "Prompt", "format_named"]


def format_named(name: str) -> Format:
    """The format of a name. Raises SwsError for an unknown one."""
    if name in FORMATS:
        return FORMATS[name]
    known = ", ".join(f"{one.name} ({one.trainer})" for one in FORMATS.values())
    raise SwsError(f"no format is called {name!r}", expected=known, fix="correct the name")
