"""Keeps what is nearly a held-out string out of the training text."""

import re
from collections import Counter, defaultdict
from typing import Iterable

from filters import PLACEHOLDER

NEARLY_EQUAL = 0.85


def normalised(text: str) -> str:
    """Lower case without placeholders, digits and punctuation: what decides whether two strings are the same."""
    return re.sub(r"[\W\d_]+", " ", PLACEHOLDER.sub(" ", text.lower())).strip()


def trigrams(text: str) -> Counter[str]:
    """Character trigrams of a padded text."""
    padded = f"  {text} "
    return Counter(padded[i : i + 3] for i in range(len(padded) - 2))


class HeldOutStrings:
    """Finds strings whose normal form equals a held-out one's, or shares most of its trigrams."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._forms = {normalised(text) for text in texts}
        self._places: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._sizes: list[int] = []
        for number, form in enumerate(sorted(self._forms)):
            grams = trigrams(form)
            self._sizes.append(grams.total())
            for gram, count in grams.items():
                self._places[gram].append((number, count))

    def nearly_has(self, text: str) -> bool:
        """True when the Dice coefficient over trigrams with any held-out string is at least NEARLY_EQUAL."""
        form = normalised(text)
        if form in self._forms:
            return True
        grams, shared = trigrams(form), Counter[int]()
        for gram, count in grams.items():
            for number, held in self._places.get(gram, ()):
                shared[number] += min(count, held)
        size = grams.total()
        return any(2 * common >= NEARLY_EQUAL * (size + self._sizes[number]) for number, common in shared.items())
