"""BART's noise for pre-training: spans of a text are replaced by one gap token each, and gaps are put in."""

import math
import random

MEAN_SPAN = 3.0
NOISE_SHARE = 0.3


def span_length(rng: random.Random) -> int:
    """A Poisson number with mean MEAN_SPAN; 0 means a gap that hides nothing."""
    limit, product, length = math.exp(-MEAN_SPAN), rng.random(), 0
    while product > limit:
        product *= rng.random()
        length += 1
    return length


def infill(ids: list[int], mask: int, rng: random.Random, share: float = NOISE_SHARE) -> list[int]:
    """The ids with about `share` of them hidden in spans, each span replaced by one `mask`; order is kept.

    No two gaps touch, so the reader can tell how many there are.
    """
    budget, at, out = round(share * len(ids)), 0, list[int]()
    while at < len(ids):
        starts = budget > 0 and (not out or out[-1] != mask) and rng.random() < share / MEAN_SPAN * 1.5
        length = min(span_length(rng), budget, len(ids) - at) if starts else 0
        if starts:
            out.append(mask)
            budget, at = budget - length, at + length
        if at < len(ids):
            out.append(ids[at])
            at += 1
    return out
