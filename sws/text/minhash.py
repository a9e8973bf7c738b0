"""MinHash signatures in bands (Broder 1997; Leskovec, Rajaraman and Ullman, section 3.4)."""

from functools import cache

import numpy as np

from sws.text.shingles import Hashes, Indices, mix

PERMUTATIONS = 128
#: Least chance that two texts exactly at the threshold share a band and so are compared at all.
RECALL = 0.999
_LONGEST_BAND = 16


@cache
def layout(threshold: float) -> tuple[int, int]:
    """(bands, rows per band): the most selective one that finds a pair at the threshold."""
    for rows in range(_LONGEST_BAND, 1, -1):
        bands = PERMUTATIONS // rows
        if 1 - (1 - threshold**rows) ** bands >= RECALL:
            return bands, rows
    return PERMUTATIONS, 1


def band_keys(shingles: Hashes, starts: Indices, salt: Hashes, threshold: float) -> Hashes:
    """The band keys of each text, shape (texts, bands).

    `shingles[starts[i]:starts[i + 1]]` are those of text i, at least one. Texts whose `salt`
    differs never share a key.
    """
    bands, rows = layout(threshold)
    factors, offsets = _permutations()
    keys = np.repeat(mix(salt)[:, None], bands, axis=1)
    for number in range(bands * rows):
        values = shingles * factors[number] + offsets[number] >> np.uint64(32)
        least = np.minimum.reduceat(values, starts)
        band = number // rows
        keys[:, band] = mix(keys[:, band] + least)
    return keys


@cache
def _permutations() -> tuple[Hashes, Hashes]:
    """Multiply-shift hash functions, the same in every run."""
    seeds = mix(np.arange(1, 2 * PERMUTATIONS + 1, dtype=np.uint64) << np.uint64(20))
    return seeds[:PERMUTATIONS] | np.uint64(1), seeds[PERMUTATIONS:]
