"""The reference of all keys, in Markdown."""

import json
import re
from collections.abc import Mapping, Sequence

from sws.config.keys import Key, keys
from sws.config.renamed import RENAMED

SCHEMA = "sws/config/params.schema.json"

_INTRO = f"""\
# Configuration

<!-- Written by `make reference`; a test checks that it is current. -->

Every key of `params.yaml` and of the presets, with its type, limits and default. Values come from,
later ones winning: the defaults below, the preset (`presets/`), `params.yaml`, variants that only
the command line names, and `--config` (Snakemake) or `--set` (`sws`). `sws config` prints the
values in force, `sws config KEY --explain` where each comes from. Unknown keys are errors.

Editors with a YAML language server complete and check keys by `{SCHEMA}`, which `params.yaml` and
the presets name in their first line. For a file of your own, put this line first, with the path
relative to it:

```yaml
# yaml-language-server: $schema={SCHEMA}
```

## Top level
"""


def reference() -> str:
    """A table for each section; sections with the same keys share one."""
    every = keys()
    first: dict[str, Key] = {}
    for key in every:
        if key.section:
            first.setdefault(key.section, key)
    parts = [_INTRO, _table([key for key in every if len(key.place) == 1], first)]
    for section in first.values():
        same = [key.name for key in every if key.section == section.section and key != section]
        also = f" Also the keys of {_names(same)}." if same else ""
        rows = [key for key in every if key.place[:-1] == section.place]
        parts += [f"## {section.name}\n\n{section.description}{also}\n", _table(rows, first)]
    return "\n".join([*parts, _renamed()])


def _table(rows: Sequence[Key], first: Mapping[str, Key]) -> str:
    lines = ["| key | type | default | meaning |", "|---|---|---|---|"]
    for key in rows:
        name = f"`{key.place[-1]}`"
        if section := first.get(key.section or _item_section(key)):
            name = f"[{name}](#{_anchor(section.name)})"
        kind = f"{key.type}, {key.constraints}" if key.constraints else key.type
        cells = [name, kind, _default(key), key.description]
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(lines) + "\n"


def _item_section(key: Key) -> str:
    """The class of the sections in a list; "" for any other key."""
    return str(key.node.get("items", {}).get("$ref", "")).rpartition("/")[2]


def _default(key: Key) -> str:
    if "default" not in key.node or key.default == "":
        return ""
    return f"`{json.dumps(key.default, ensure_ascii=False)}`"


def _names(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w-]", "", heading.lower())


def _renamed() -> str:
    lines = ["## Renamed keys\n", "An old key is an error that names the new one.\n"]
    lines += ["| old key | new key |", "|---|---|"]
    for old, new in RENAMED.items():
        lines.append(f"| `{old}` | `{old.rpartition('.')[0]}.{new}` |")
    return "\n".join(lines) + "\n"
