"""Data inside the page: JSON, compressed, as text that no parser of HTML can misread."""

import base64
import gzip
import json

from markupsafe import Markup

from sws.report.html import tag


def block(name: str, value: object) -> Markup:
    """A data block that the script finds by its id and reads with DecompressionStream."""
    content = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    packed = base64.b64encode(gzip.compress(content, 9, mtime=0)).decode()
    return tag("script", Markup(packed), type="application/gzip", id=name)


def unpack(packed: str) -> object:
    """What a block holds."""
    return json.loads(gzip.decompress(base64.b64decode(packed)))


def codes(values: list[str]) -> tuple[list[str], list[int]]:
    """Texts that repeat as the list of different ones, in order of occurrence, and places in it."""
    place: dict[str, int] = {}
    found = [place.setdefault(value, len(place)) for value in values]
    return list(place), found
