"""The yardstick: a Witten-Bell n-gram over the same tokens, with a cache of the document at hand."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

ORDER = 6
CACHE_SHARE = 0.4
LINE_TOKENS = 40
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


def context_hashes(tokens: np.ndarray) -> list[np.ndarray]:
    """For each context length below ORDER, one hash per position of the tokens before it."""
    hashes = [np.zeros(len(tokens), np.uint64)]
    for length in range(1, ORDER):
        before = np.zeros(len(tokens), np.uint64)
        before[length:] = tokens[:-length] + np.uint64(1)
        hashes.append((hashes[-1] ^ (before * MULTIPLIER)) * MULTIPLIER + np.uint64(length))
    return hashes


def with_token(hashes: np.ndarray, tokens: np.ndarray) -> np.ndarray:
    """Hash of context and token together."""
    return (hashes ^ ((tokens + np.uint64(1)) * MULTIPLIER)) * MULTIPLIER


def look_up(keys: np.ndarray, values: np.ndarray, wanted: np.ndarray, missing: int) -> np.ndarray:
    """Values of sorted keys, `missing` for keys that are not there."""
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, values[at], missing)


@dataclass(frozen=True)
class Level:
    """Counts of one context length; the three context columns share `contexts`, `best` is the likeliest token."""

    pairs: np.ndarray
    counts: np.ndarray
    contexts: np.ndarray
    totals: np.ndarray
    kinds: np.ndarray
    best: np.ndarray

    @classmethod
    def count(cls, hashes: np.ndarray, tokens: np.ndarray) -> "Level":
        """Counts every position of a token stream."""
        pairs, first, counts = np.unique(with_token(hashes, tokens), return_index=True, return_counts=True)
        order = np.lexsort((counts, hashes[first]))
        contexts, start, kinds = np.unique(hashes[first][order], return_index=True, return_counts=True)
        totals = np.add.reduceat(counts[order], start)
        best = tokens[first][order][start + kinds - 1]
        return cls(pairs, counts, contexts, totals, kinds, best)


class NGram:
    """Trained once on the whole training stream."""

    def __init__(self, tokens: np.ndarray, vocabulary: int) -> None:
        self.vocabulary = vocabulary
        stream = tokens.astype(np.uint64)
        self.levels = [Level.count(hashes, stream) for hashes in context_hashes(stream)]

    def probabilities(self, tokens: list[int]) -> np.ndarray:
        """Probability of each token given those before it: [tokens]."""
        stream = np.array(tokens, np.uint64)
        probability = np.full(len(tokens), 1 / self.vocabulary)
        for level, hashes in zip(self.levels, context_hashes(stream)):
            count = look_up(level.pairs, level.counts, with_token(hashes, stream), 0)
            total = look_up(level.contexts, level.totals, hashes, 0)
            kinds = look_up(level.contexts, level.kinds, hashes, 0)
            mixed = (count + kinds * probability) / np.maximum(total + kinds, 1)
            probability = np.where(total > 0, mixed, probability)
        return probability

    def best(self, tokens: list[int]) -> tuple[int, int]:
        """Likeliest next token after the longest known context, and that context's length; (-1, 0) if none."""
        tail = np.array([*tokens[-ORDER + 1 :], 0], np.uint64)
        found = (-1, 0)
        for length, (level, hashes) in enumerate(zip(self.levels, context_hashes(tail))):
            token = int(look_up(level.contexts, level.best.astype(np.int64), hashes[-1:], -1)[0])
            if token < 0 or length >= len(tail):
                break
            found = (token, length)
        return found


class DocumentCache:
    """Counts of one document, grown token by token."""

    def __init__(self) -> None:
        self.followers: dict[tuple[int, ...], dict[int, int]] = defaultdict(dict)
        self.tokens: list[int] = []

    def add(self, token: int) -> None:
        """Counts the token after every context length."""
        for length in range(min(ORDER, len(self.tokens) + 1)):
            followers = self.followers[tuple(self.tokens[len(self.tokens) - length :])]
            followers[token] = followers.get(token, 0) + 1
        self.tokens.append(token)

    def probability(self, token: int, base: float) -> float:
        """Witten-Bell over the document's own counts, on top of another model's probability."""
        probability = base
        for length in range(min(ORDER, len(self.tokens) + 1)):
            followers = self.followers.get(tuple(self.tokens[len(self.tokens) - length :]))
            if not followers:
                break
            total, kinds = sum(followers.values()), len(followers)
            probability = (followers.get(token, 0) + kinds * probability) / (total + kinds)
        return probability

    def best(self, tokens: list[int]) -> tuple[int, int]:
        """Likeliest next token after the longest known context of at least one token."""
        for length in range(min(ORDER - 1, len(tokens)), 0, -1):
            followers = self.followers.get(tuple(tokens[-length:]))
            if followers:
                return max(followers, key=lambda token: followers[token]), length
        return -1, 0


def cached_bits(probabilities: np.ndarray, tokens: list[int], start: int) -> float:
    """Bits of tokens[start:] when a model's probabilities are mixed with a cache of the document so far."""
    cache, bits = DocumentCache(), 0.0
    for index, token in enumerate(tokens):
        if index >= start:
            base = float(probabilities[index])
            bits -= np.log2((1 - CACHE_SHARE) * base + CACHE_SHARE * cache.probability(token, base))
        cache.add(token)
    return bits


def complete_line(model: NGram, prefix: list[int], suffix: list[int], ends: frozenset[int]) -> list[int]:
    """At most LINE_TOKENS greedy tokens; the document's own n-grams win where they match as long."""
    cache, out = DocumentCache(), []
    for token in [*suffix, *prefix]:
        cache.add(token)
    while len(out) < LINE_TOKENS:
        token, length = model.best(prefix + out)
        own, own_length = cache.best(prefix + out)
        if own >= 0 and own_length >= max(length, 2):
            token = own
        out.append(token)
        if token < 0 or token in ends:
            break
    return [token for token in out if token >= 0]
