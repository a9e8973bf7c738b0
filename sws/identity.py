"""Identity is content: normalised text, content ids, and seeds derived from keys."""

import hashlib
import random
import re
import unicodedata

_SUPERSCRIPT = re.compile("[⁰¹²³⁴-⁹ⁿⁱ⁻]+")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


def normalise(text: str) -> str:
    """NFKC text without invisible characters, whitespace folded; letter case is kept.

    Superscripts become powers: NFKC alone would turn 5² into 52.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _SUPERSCRIPT.sub(r"^\g<0>", text))
        text = _INVISIBLE.sub("", text)
    return " ".join(text.split())


def content_id(*parts: object) -> str:
    """A hash of the parts and their boundaries, as 16 hexadecimal digits."""
    digest = hashlib.blake2b(digest_size=8)
    for part in parts:
        data = str(part).encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.hexdigest()


def problem_id(text: str) -> str:
    """The id of a problem: the hash of its normalised text."""
    return content_id("problem", normalise(text))


def seed_for(run_seed: int, *key: object) -> int:
    """A 63-bit seed for one draw, from the run's seed, the stage and the key of the row."""
    return int(content_id("seed", run_seed, *key), 16) >> 1


def generator(run_seed: int, *key: object) -> random.Random:
    """A random generator for one key; its draws do not depend on any other key."""
    return random.Random(seed_for(run_seed, *key))
