"""What came of an export, for people."""

import json

from sws.export.write import Exported
from sws.terminal import printable


def print_exported(made: Exported) -> None:
    """Print counts, what was dropped and why, the first row, and how to train on the file."""
    print(f"{printable(made.file)}: {made.written:,} of {made.rows:,} rows")
    for reason, count in made.dropped.items():
        print(f"  left out: {count:,} {printable(reason)}")
    print("\nThe first row:")
    print(printable(json.dumps(made.first, indent=2, ensure_ascii=False)))
    print(f"\nTo train on it:\n{printable(made.usage)}")
