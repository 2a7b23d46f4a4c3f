"""The translator's yardstick: a memory that answers with the translation of the nearest string it knows."""

from collections import Counter, defaultdict

from messages import Pair


def trigrams(text: str) -> Counter[str]:
    """Character trigrams of a lower-cased, padded text."""
    padded = f"  {text.lower()} "
    return Counter(padded[i : i + 3] for i in range(len(padded) - 2))


class Memory:
    """Answers with the translation of the most similar known string, the first of several."""

    def __init__(self, pairs: list[Pair]) -> None:
        self.pairs, self.sizes = pairs, list[int]()
        self.places: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for place, pair in enumerate(pairs):
            grams = trigrams(pair.english)
            self.sizes.append(grams.total())
            for gram, count in grams.items():
                self.places[gram].append((place, count))

    def translate(self, text: str) -> str:
        """Similarity is the Dice coefficient over trigrams."""
        wanted, shared = trigrams(text), Counter[int]()
        for gram, count in wanted.items():
            for place, other in self.places.get(gram, ()):
                shared[place] += min(count, other)
        total = wanted.total()
        best = min(shared, key=lambda place: (-2 * shared[place] / (total + self.sizes[place]), place), default=0)
        return self.pairs[best].chinese
